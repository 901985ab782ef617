/** Checks that run both in a page and in Node.js, with numbers to compare. Nothing here needs Node.js. */
import { Random } from '../../base/random.js'
import { resolveConfig } from '../../config/resolve.js'
import type { Config } from '../../config/schema.js'
import { readText } from '../../corpus/read-text.js'
import type { Sentence } from '../../corpus/sentence.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { RUNTIME_CASES } from '../../engine/runtime/testing/battery.js'
import type { Entity } from '../../recognize/annotated-text.js'
import { loadTaggerFrom } from '../../recognize/load-recognizer.js'
import type { RunSource } from '../../run/run-source.js'
import type { LabeledCorpus } from '../../train/prepare/corpora.js'
import { trainInMemory } from '../../train/train-in-memory.js'
import { Training } from '../../train/training.js'

/** A small tagger with every part that the default one has: words, shapes, affixes, character CNN, BiLSTM, CRF. */
export function pageConfig(threads: number, epochs = 1): Config {
  return resolveConfig({
    file: {
      input: { words: { dim: 12 }, shape: { dim: 4 }, affixes: { dim: 4 }, charCnn: { dim: 6, filters: 8 } },
      encoder: [{ kind: 'bilstm', hidden: 16 }],
      training: { epochs, batchSize: 16, learningRate: 0.03, threads, patience: null },
    },
  })
}

export async function corpusOf(text: string): Promise<LabeledCorpus> {
  const sentences: Sentence[] = []
  for await (const sentence of readText([text], 'sample.markup')) sentences.push(sentence)
  return { path: 'sample.markup', scheme: 'BIO', sentences }
}

/** Runs the battery. @returns what failed, and how many cases ran */
export async function runBattery(runtime: Runtime): Promise<{ failed: string[]; cases: number }> {
  const failed: string[] = []
  for (const { name, check } of RUNTIME_CASES)
    await check(runtime).catch((error: unknown) => failed.push(`${name}: ${error}`))
  return { failed, cases: RUNTIME_CASES.length }
}

export interface StepNumbers {
  readonly losses: readonly number[]
  /** Gradients of the first step by parameter; for tables, only the rows in the batch. */
  readonly gradients: Readonly<Record<string, readonly number[]>>
}

/** Some training steps of the tagger from its initial parameters, updates included. */
export async function trainingSteps(runtime: Runtime, corpus: string, threads: number): Promise<StepNumbers> {
  const config = pageConfig(threads)
  const training = Training.prepare({ config, train: await corpusOf(corpus), dev: null, runtime })
  const { prepared, parameters, optimizer } = training
  const step = await training.createStep()
  const random = Random.fromSeed(5)
  const losses: number[] = []
  const gradients: Record<string, number[]> = {}
  for (let i = 0; i < 4; i++) {
    const { loss, rowGradients } = await step.run(prepared.sentences.slice(16 * i, 16 * i + 16), random)
    losses.push(loss)
    if (i === 0) {
      for (const { name, slots } of parameters.parameters)
        if (slots.gradient) gradients[name] = [...slots.gradient]
      for (const { name, rows, gradient } of rowGradients)
        gradients[name] = [...gradient.slice(0, rows.length * parameters.get(name).shape[1])]
    }
    optimizer.step(0.01, rowGradients, { clipNorm: 5 })
  }
  await step.release()
  return { losses, gradients }
}

export interface Trained {
  readonly losses: readonly number[]
  readonly f1: readonly (number | null)[]
  readonly files: Readonly<Record<string, readonly number[]>>
  readonly entities: readonly Entity[]
}

/** Trains a tagger in memory, loads it from the resulting bytes, and tags a text. */
export async function trainAndTag(
  runtime: Runtime,
  corpora: { readonly train: string; readonly dev: string },
  text: string,
  threads: number,
): Promise<Trained> {
  const run = trainInMemory({
    config: pageConfig(threads, 6),
    train: await corpusOf(corpora.train),
    dev: await corpusOf(corpora.dev),
    runtime,
  })
  const losses: number[] = []
  const f1: (number | null)[] = []
  let next = await run.next()
  for (; !next.done; next = await run.next()) {
    if (next.value.kind !== 'epoch') continue
    losses.push(next.value.loss)
    f1.push(next.value.dev?.f1 ?? null)
  }
  const files = next.value
  const entities = await tagWith({ read: async name => files.get(name) }, runtime, text)
  const plain = [...files].map(([name, bytes]) => [name, [...bytes]])
  return { losses, f1, files: Object.fromEntries(plain) as Trained['files'], entities }
}

export async function tagWith(source: RunSource, runtime: Runtime, text: string): Promise<Entity[]> {
  const tagger = await loadTaggerFrom(source, { runtime })
  try {
    return await tagger.tag(text)
  } finally {
    await tagger.release()
  }
}
