/**
 * Training steps of a pretrained encoder on ONNX Runtime's CUDA provider, for a machine that has a GPU: whether each node has a
 * kernel there, whether loss and gradients are those of the CPU, and how long a step takes. Without the provider it says so and
 * ends with code 3.
 *
 * node bench/cuda-step.mjs [--pieces 128] [--batch 16] [--steps 20]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../dist/base/random.js'
import { loadOrtNode, nodeRuntime, nodeSessionOptions } from '../dist/engine/runtime/node/ort-node.js'
import { createOrtSession } from '../dist/engine/runtime/ort-session.js'
import { median } from './lib/alternate.mjs'
import { commandLine, THREADS } from './lib/command-line.mjs'
import { encoderBatch, MINILM, prepareEncoder, trainOn, writeRandomEncoder } from './lib/encoder.mjs'
import { machine } from './lib/machine.mjs'

const { values } = commandLine({
  script: 'cuda-step.mjs',
  about: `Training steps of an encoder of MiniLM-L6's size (random weights) on ONNX Runtime's CUDA provider: loss and gradients beside
those of the CPU, then the time of a step on both. Ends with code 3 where the provider is not installed.`,
  options: {
    pieces: { value: 'N', default: '128', help: 'pieces of each sentence' },
    batch: { value: 'N', default: '16', help: 'sentences of a batch' },
    steps: { value: 'N', default: '20', help: 'updates to time' },
    threads: THREADS,
  },
  example: '--batch 64',
})
const [pieces, batch, steps, threads] = ['pieces', 'batch', 'steps', 'threads'].map(name =>
  Number(values[name]),
)
const cuda = {
  name: 'node',
  createSession: async (model, options) =>
    createOrtSession(await loadOrtNode(), model, {
      ...nodeSessionOptions(options),
      executionProviders: ['cuda', 'cpu'],
    }),
}
const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
try {
  writeRandomEncoder(folder, MINILM)
  const onCpu = await opened(nodeRuntime())
  const onCuda = await opened(cuda).catch(error => {
    console.error(`no CUDA provider here: ${error.message.split('\n')[0]}`)
    process.exitCode = 3
  })
  if (onCuda) {
    console.log(`${machine()}; batch ${batch}, ${pieces} pieces`)
    await compare(onCpu, onCuda)
    for (const [name, own] of [
      ['CPU', onCpu],
      ['CUDA', onCuda],
    ]) {
      await trainOn(own.training, own.step, own.sentences, 2)
      const seconds = median(await trainOn(own.training, own.step, own.sentences, steps))
      console.log(`${name}: ${(1000 * seconds).toFixed(1)} ms a step`)
    }
    await onCuda.step.release()
  }
  await onCpu.step.release()
} finally {
  rmSync(folder, { recursive: true })
}

async function opened(runtime) {
  const training = await prepareEncoder(folder, { dropout: 0, learningRate: 1e-5 }, { threads, runtime })
  const step = await training.createStep()
  return {
    training,
    step,
    sentences: encoderBatch(training, { batch, pieces, vocabulary: MINILM.vocabulary }),
  }
}

async function compare(one, other) {
  const losses = []
  for (const { step, sentences } of [one, other])
    losses.push((await step.run(sentences, Random.fromSeed(1))).loss)
  let worst = 0
  for (const { name, slots } of one.training.parameters.parameters) {
    if (!slots.gradient) continue
    const found = other.training.parameters.get(name).slots.gradient
    const norm = list => Math.sqrt(list.reduce((sum, value) => sum + value * value, 0))
    const apart = norm(slots.gradient.map((value, i) => value - found[i]))
    worst = Math.max(worst, apart / (norm(slots.gradient) + 1e-8))
  }
  console.log(
    `loss ${losses.map(loss => loss.toFixed(6)).join(' and ')}; gradients differ by ${worst.toExponential(1)}`,
  )
  if (Math.abs(losses[0] - losses[1]) > 1e-3 || worst > 1e-2) throw new Error('the two providers disagree')
}
