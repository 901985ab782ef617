/**
 * Everything that has to be checked on a machine with a GPU: whether ONNX Runtime computes training steps there as on the processor,
 * what it leaves to the processor, how long a step takes, and whether a training of a sample does what it does on the processor.
 *
 * node bench/gpu-step.mjs --device cuda [--pieces 128] [--batch 16] [--steps 20]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../dist/base/random.js'
import { resolveConfig } from '../dist/config/resolve.js'
import { readText } from '../dist/corpus/read-text.js'
import { gpuRuntime } from '../dist/engine/runtime/node/gpu-runtime.js'
import { nodeRuntime } from '../dist/engine/runtime/node/ort-node.js'
import { trainInMemory } from '../dist/train/train-in-memory.js'
import { Training } from '../dist/train/training.js'
import { median } from './lib/alternate.mjs'
import { commandLine, THREADS } from './lib/command-line.mjs'
import { encoderBatch, MINILM, prepareEncoder, trainOn, writeRandomEncoder } from './lib/encoder.mjs'
import { machine } from './lib/machine.mjs'
import { profilingRuntime } from './lib/profile.mjs'
import { figure, markdownTable } from './lib/table.mjs'

const { values, refuse } = commandLine({
  script: 'gpu-step.mjs',
  about: `Training steps on a GPU beside the processor: loss and gradients, which operators the processor computes, seconds per step;
then a short training of the bundled sample on both. An encoder of MiniLM-L6's size has random weights. Ends with code 2 where the GPU or
a library for it is missing, and with 1 where the two disagree.`,
  options: {
    device: { value: 'NAME', default: 'cuda', help: 'cuda or webgpu' },
    models: {
      value: 'NAMES',
      default: 'encoder-softmax,encoder-crf,bilstm-crf',
      help: 'which of these to run',
    },
    layers: { value: 'N', default: '6', help: 'layers of the encoder' },
    pieces: { value: 'N', default: '128', help: 'pieces of each sentence' },
    batch: { value: 'N', default: '16', help: 'sentences of a batch' },
    steps: { value: 'N', default: '20', help: 'updates to time' },
    threads: THREADS,
  },
  example: '--device webgpu --batch 64',
})
const { device } = values
if (device !== 'cuda' && device !== 'webgpu') refuse(`expected cuda or webgpu, got ${device}`)
const [layers, pieces, batch, steps, threads] = ['layers', 'pieces', 'batch', 'steps', 'threads'].map(name =>
  Number(values[name]),
)
const size = { ...MINILM, layers }
const sample = await corpusOf('dev')
const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
try {
  const gpu = await gpuRuntime(device).catch(error => {
    console.error(error.message)
    process.exitCode = 2
  })
  if (gpu) await compareAll(gpu)
} finally {
  rmSync(folder, { recursive: true })
}

async function compareAll(gpu) {
  console.log(`${machine()}; ${device}; encoders of ${layers} layers, batch ${batch}, ${pieces} pieces\n`)
  writeRandomEncoder(folder, size)
  const rows = []
  for (const name of values.models.split(',')) {
    const [onCpu, onGpu] = [await opened(name, nodeRuntime()), await opened(name, gpu)]
    const { loss, gradients } = await difference(onCpu, onGpu)
    const seconds = []
    for (const own of [onCpu, onGpu]) {
      await trainOn(own.training, own.step, own.sentences, 2)
      seconds.push(median(await trainOn(own.training, own.step, own.sentences, steps)))
      await own.step.release()
    }
    const left = await leftToProcessor(name)
    rows.push([name, loss, gradients].map(own => (typeof own === 'number' ? own.toExponential(1) : own)))
    rows.at(-1).push(...seconds.map(own => figure(own * 1000)), left)
    if (!(loss < 1e-3 && gradients < 1e-2)) process.exitCode = 1
  }
  const columns = [
    'model',
    'loss',
    'gradients',
    'processor, ms',
    `${device}, ms`,
    'operators on the processor',
  ]
  console.log(markdownTable(columns, rows))
  const losses = [await lossesOf(nodeRuntime()), await lossesOf(gpu)]
  console.log(
    `\nlosses of three epochs on the sample: ${losses.map(own => own.map(figure).join(', ')).join('; ')}`,
  )
  if (losses[0].some((loss, i) => !(Math.abs(loss - losses[1][i]) < 0.05 * loss))) process.exitCode = 1
  if (process.exitCode === 1) console.error('the two disagree')
}

async function opened(name, runtime) {
  if (name.startsWith('encoder')) {
    const settings = { dropout: 0, learningRate: 1e-5 }
    const training = await prepareEncoder(folder, settings, { threads, runtime, preset: name })
    const sentences = encoderBatch(training, { batch, pieces, vocabulary: size.vocabulary })
    return { training, step: await training.createStep(), sentences }
  }
  const config = resolveConfig({ preset: name, file: { training: { threads, seed: 1 } } })
  const training = Training.prepare({ config, train: sample, dev: null, runtime })
  return {
    training,
    step: await training.createStep(),
    sentences: training.prepared.sentences.slice(0, batch),
  }
}

/** Of the loss, and of the gradients of all parameters together, relative to their norm. */
async function difference(one, other) {
  const losses = []
  for (const { step, sentences } of [one, other])
    losses.push((await step.run(sentences, Random.fromSeed(1))).loss)
  let apart = 0
  let whole = 0
  for (const { name, slots } of one.training.parameters.parameters) {
    if (!slots.gradient) continue
    const found = other.training.parameters.get(name).slots.gradient
    slots.gradient.forEach((value, i) => {
      apart += (value - found[i]) ** 2
      whole += value ** 2
    })
  }
  return { loss: Math.abs(losses[0] - losses[1]) / Math.abs(losses[0]), gradients: Math.sqrt(apart / whole) }
}

/** Calls of one step that the GPU has no kernel for, by operator. */
async function leftToProcessor(name) {
  const profiles = mkdtempSync(join(folder, 'profile-'))
  const runtime = profilingRuntime(profiles, device)
  const own = await opened(name, runtime)
  await own.step.run(own.sentences, Random.fromSeed(1))
  const [events] = await runtime.profiles(() => readdirSync(profiles).map(file => join(profiles, file)))
  await own.step.release()
  const counts = new Map()
  for (const { cat, args, name: event } of events) {
    if (cat !== 'Node' || !event.endsWith('_kernel_time')) continue
    const place = args.provider === 'CPUExecutionProvider' ? args.op_name : 'on the GPU'
    counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([place, count]) => `${place} ${count}`)
    .join(', ')
}

async function lossesOf(runtime) {
  const config = resolveConfig({
    preset: 'bilstm-crf',
    file: { training: { epochs: 3, batchSize: 16, threads, seed: 1, patience: null } },
  })
  const losses = []
  for await (const event of trainInMemory({ config, train: sample, dev: await corpusOf('test'), runtime }))
    if (event.kind === 'epoch') losses.push(event.loss)
  return losses
}

async function corpusOf(name) {
  const text = readFileSync(new URL(`../samples/${name}.markup`, import.meta.url), 'utf8')
  const sentences = []
  for await (const sentence of readText([text], `${name}.markup`)) sentences.push(sentence)
  return { path: name, scheme: 'BIO', sentences }
}
