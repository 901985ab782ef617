// Where the time of a training step goes: ONNX Runtime's profile by operator, matrix products by shape, with their
// share of this machine's best rate, and the time to create sessions.
//
//   npm run build && node bench/profile.mjs MODEL [--steps 20] [--threads 2] [--time N] [--batch N]
//
// MODEL is one of bench/layer-steps.mjs, or `tagger`: the `bilstm-crf` preset on batches of CoNLL-2003 (--corpus FILE).
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../dist/base/random.js'
import { planBatches } from '../dist/encode/batches.js'
import { nodeRuntime } from '../dist/engine/runtime/node/ort-node.js'
import { createStep } from './contenders/nerite-step.mjs'
import { median } from './lib/alternate.mjs'
import { bestProduct } from './lib/best-product.mjs'
import { commandLine, corpusOption, THREADS } from './lib/command-line.mjs'
import { layerModel, SIZES } from './lib/layer-models.mjs'
import { machine } from './lib/machine.mjs'
import { kernelCalls, profilingRuntime } from './lib/profile.mjs'
import { figure, markdownTable } from './lib/table.mjs'
import { CORPUS, prepareTagger, update } from './lib/tagger.mjs'

const MODELS = ['tagger', ...Object.keys(SIZES)].join('|')
const { values, positionals, refuse } = commandLine({
  script: 'profile.mjs',
  positionals: MODELS,
  about: `Where the time of a training step goes: by operator, the matrix products by shape with what they achieve of this
machine's best, and how long sessions take to make. "tagger" is the bilstm-crf preset on batches of a corpus.`,
  options: {
    steps: { value: 'N', default: '20', help: 'training steps to measure' },
    threads: THREADS,
    time: { value: 'N', help: 'tokens per sentence, instead of the model’s own' },
    batch: { value: 'N', help: 'sentences per batch, instead of the model’s own' },
    corpus: corpusOption(CORPUS),
  },
  example: 'tagger --steps 40',
})
const [name] = positionals
if (name !== 'tagger' && !Object.hasOwn(SIZES, name ?? ''))
  refuse(`expected one of ${MODELS}, got ${name ?? 'none'}`)
const threads = Number(values.threads)
const overrides = Object.fromEntries(
  ['time', 'batch'].filter(key => values[key]).map(key => [key, Number(values[key])]),
)
const subject = name === 'tagger' ? await taggerSubject() : layerSubject()
const folder = mkdtempSync(join(tmpdir(), 'nerite-profile-'))
try {
  console.log(`${machine()}; ${threads} threads`)
  const plain = await subject(nodeRuntime())
  const whole = await timed(plain)
  await plain.release()
  const runtime = profilingRuntime(folder)
  const profiled = await subject(runtime)
  const seconds = await timed(profiled)
  const [events] = await runtime.profiles(() => readdirSync(folder).map(file => join(folder, file)))
  await profiled.release()
  const calls = kernelCalls(events)
  const peak = await bestProduct(threads)
  console.log(
    `one step: ${figure(whole * 1e3)} ms (${figure(seconds * 1e3)} ms with the profiler on); session created in ` +
      `${figure(plain.sessionSeconds * 1e3)} ms; best product of this machine: ${figure(peak / 1e9)} GFLOP/s\n`,
  )
  printOperators(calls)
  console.log()
  printProducts(calls, peak)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function layerSubject() {
  const { sizes, tensors: given } = layerModel(name, overrides)
  return runtime => createStep({ model: name, sizes, given, learningRate: 0.001, threads, runtime })
}

/** Whole steps of the tagger, batch by batch; the profile covers its training graph. */
async function taggerSubject() {
  const batchSize = overrides.batch ?? 16
  return async runtime => {
    const tagger = await prepareTagger(values.corpus, threads, runtime)
    const random = Random.fromSeed(7)
    const plan = planBatches(tagger.lengths, { batchSize, random })
    const began = performance.now()
    const training = await tagger.training.createStep()
    const sessionSeconds = (performance.now() - began) / 1000
    let next = 0
    return {
      sessionSeconds,
      step: () => update(tagger, training, plan[next++ % plan.length], random),
      release: () => training.release(),
    }
  }
}

async function timed({ step }) {
  const times = []
  for (let i = 0; i < Number(values.steps); i++) {
    const began = performance.now()
    await step()
    times.push((performance.now() - began) / 1000)
  }
  return median(times)
}

function grouped(calls, keyOf) {
  const groups = new Map()
  for (const call of calls) {
    const key = keyOf(call)
    const group = groups.get(key) ?? { count: 0, seconds: 0, flops: 0 }
    groups.set(key, {
      count: group.count + 1,
      seconds: group.seconds + call.seconds,
      flops: group.flops + call.flops,
    })
  }
  return [...groups].sort(([, a], [, b]) => b.seconds - a.seconds)
}

function printOperators(calls) {
  const total = calls.reduce((sum, { seconds }) => sum + seconds, 0)
  const perStep = values.steps
  console.log(
    markdownTable(
      ['operator', 'calls a step', 'ms a step', 'share'],
      grouped(calls, ({ op }) => op)
        .slice(0, 14)
        .map(([op, { count, seconds }]) => [
          ...[op === 'Scan' ? 'Scan (copies of slices)' : op, Math.round(count / perStep)],
          ...[((seconds / perStep) * 1e3).toFixed(2), `${((seconds / total) * 100).toFixed(1)} %`],
        ]),
    ),
  )
}

function printProducts(calls, peak) {
  const products = calls.filter(({ flops }) => flops > 0)
  const shape = list => `[${list.join(', ')}]`
  const row = (label, { count, seconds, flops }) => [
    ...[label, Math.round(count / values.steps), ((seconds / values.steps) * 1e3).toFixed(2)],
    ...[figure(flops / seconds / 1e9), `${((flops / seconds / peak) * 100).toFixed(0)} %`],
  ]
  const [all] = grouped(products, () => '').map(([, group]) => group)
  console.log(
    markdownTable(
      ['matrix products', 'calls a step', 'ms a step', 'GFLOP/s', 'of the best'],
      [
        ...grouped(products, ({ shapes: [a, b] }) => `${shape(a)} × ${shape(b)}`)
          .slice(0, 10)
          .map(([label, group]) => row(label, group)),
        row('all', all),
      ],
    ),
  )
}
