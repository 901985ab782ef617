/** Training steps of an encoder, in a page and in Node.js, with numbers to compare. Nothing here needs Node.js. */
import { Random } from '../../base/random.js'
import { resolveConfig } from '../../config/resolve.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { readEncoder } from '../../model/pretrained/read-encoder.js'
import { Training } from '../../train/training.js'
import { corpusOf, type StepNumbers } from './page-checks.js'

/** The files of an encoder's folder, by name. */
export type EncoderBytes = Readonly<Record<string, readonly number[]>>

/** Two training steps of a tagger of an encoder, with a CRF and dropout, on the first sentences of a corpus. */
export async function encoderSteps(
  runtime: Runtime,
  encoder: EncoderBytes,
  corpus: string,
): Promise<StepNumbers> {
  const has = (name: string) => Object.hasOwn(encoder, name)
  const read = (name: string) => (has(name) ? Uint8Array.from(encoder[name]) : undefined)
  const pretrained = await readEncoder({ name: 'encoder', has, read })
  const config = resolveConfig({
    preset: 'encoder-crf',
    file: { pretrained: { folder: 'encoder', dropout: 0.2 }, training: { threads: 1 } },
  })
  const training = Training.prepare({ config, train: await corpusOf(corpus), dev: null, pretrained, runtime })
  const step = await training.createStep()
  const random = Random.fromSeed(5)
  const losses: number[] = []
  const gradients: Record<string, number[]> = {}
  for (let i = 0; i < 2; i++) {
    const { loss, rowGradients } = await step.run(training.prepared.sentences.slice(0, 2), random)
    losses.push(loss)
    if (i === 0)
      for (const { name, slots } of training.parameters.parameters)
        if (slots.gradient) gradients[name] = [...slots.gradient]
    training.optimizer.step(0.001, rowGradients, { clipNorm: 1 })
  }
  await step.release()
  return { losses, gradients }
}

/** The largest difference of two lists of numbers, relative to the largest number of its list. @throws where they differ in kind */
export function largestDifference(one: StepNumbers, other: StepNumbers): { worst: number; numbers: number } {
  const [a, b] = [one, other].map(({ losses, gradients }) => ({ losses, ...gradients }))
  if (Object.keys(a).sort().join() !== Object.keys(b).sort().join()) throw new Error('other parameters')
  let worst = 0
  let numbers = 0
  for (const [name, list] of Object.entries<readonly number[]>(a)) {
    const others: readonly number[] = (b as Readonly<Record<string, readonly number[]>>)[name]
    if (others.length !== list.length) throw new Error(`${name}: ${others.length}, not ${list.length}`)
    const size = list.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3)
    list.forEach((value, i) => {
      const apart = Math.abs(value - others[i]) / size
      if (!(apart <= worst)) worst = apart
    })
    numbers += list.length
  }
  return { worst, numbers }
}
