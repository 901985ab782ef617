// Whole training steps of a pretrained encoder (look-ups, forward, backward, clipping at 1, AdamW of all parameters) of the size
// of MiniLM-L6, against `transformers` on PyTorch with its fused attention and optimizer, in turns. The losses of the
// same weights on the same batch, without dropout, must agree to 1e-4 first.
//
//   npm run build && node bench/encoder-step.mjs --torch PYTHON [--pieces 64,128] [--rounds 7] [--steps 3]
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Random } from '../dist/base/random.js'
import { nodeRuntime } from '../dist/engine/runtime/node/ort-node.js'
import { alternate, median } from './lib/alternate.mjs'
import { commandLine, THREADS } from './lib/command-line.mjs'
import { encoderBatch, MINILM, prepareEncoder, trainOn, writeVocabulary } from './lib/encoder.mjs'
import { machine } from './lib/machine.mjs'
import { startProcess } from './lib/process.mjs'
import { kernelCalls, profilingRuntime } from './lib/profile.mjs'
import { markdownTable } from './lib/table.mjs'

const { values, refuse } = commandLine({
  script: 'encoder-step.mjs',
  about: `Whole training steps of an encoder of MiniLM-L6's size (random weights, batch 16), against transformers on PyTorch in turns;
losses are compared first. With --profile, where the time goes by operator, without a peer's turns.`,
  options: {
    torch: { value: 'PYTHON', help: 'a Python with PyTorch and transformers; needed' },
    pieces: { value: 'N,N', default: '64,128', help: 'pieces of each sentence' },
    batch: { value: 'N', default: '16', help: 'sentences of a batch' },
    dropout: { value: 'P', default: '0', help: 'dropout of both' },
    rounds: { value: 'N', default: '7', help: 'turns per contender' },
    steps: { value: 'N', default: '3', help: 'updates per turn' },
    profile: { value: 'yes', default: 'no', help: 'show the time of each operator instead' },
    threads: THREADS,
  },
  example: '--torch .venv/bin/python',
})
if (!values.torch) refuse('--torch is needed: it makes the random encoder, too')
const [batch, rounds, steps, threads, dropout] = ['batch', 'rounds', 'steps', 'threads', 'dropout'].map(
  name => Number(values[name]),
)
const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
const script = fileURLToPath(new URL('./peers/torch_encoder.py', import.meta.url))
const sizes = { ...MINILM, tags: 25, threads, dropout }
const peer = startProcess('PyTorch', values.torch, [script, folder, JSON.stringify(sizes)])
const ask = async command => {
  peer.send(JSON.stringify(command))
  return JSON.parse(await peer.next())
}
try {
  const { version } = JSON.parse(await peer.next())
  writeVocabulary(folder, MINILM.vocabulary)
  const isProfile = values.profile === 'yes'
  const runtime = isProfile ? profilingRuntime(folder) : nodeRuntime()
  const training = await prepareEncoder(folder, { dropout, learningRate: 1e-5 }, { threads, runtime })
  if (training.prepared.definition.tags.length !== sizes.tags) throw new Error('the peer has other tags')
  console.log(`${machine()}; onnxruntime-node, ${version}; ${threads} threads each; batch ${batch}`)
  const step = await training.createStep()
  for (const pieces of values.pieces.split(',').map(Number)) {
    const sentences = encoderBatch(training, { batch, pieces, vocabulary: MINILM.vocabulary })
    if (isProfile) await trainOn(training, step, sentences, steps)
    else await compare(training, step, sentences, pieces)
  }
  if (isProfile) await showProfile(runtime)
  else {
    const { bytes } = await ask({ do: 'memory' })
    const own = process.resourceUsage().maxRSS * 1024
    console.log(`peak resident memory: Nerite ${mega(own)} MB, ${version} ${mega(bytes)} MB`)
  }
  await step.release()
} finally {
  peer.close()
  rmSync(folder, { recursive: true })
}

function mega(bytes) {
  return Math.round(bytes / 1e6)
}

async function compare(training, step, sentences, pieces) {
  const given = { ids: sentences.map(({ ids }) => ids), tags: sentences.map(({ tags }) => Array.from(tags)) }
  const width = MINILM.width
  const weight = training.value('decoder.weight')
  await ask({
    do: 'head',
    weight: Array.from({ length: sizes.tags }, (_, k) =>
      Array.from(weight.subarray(k * width, (k + 1) * width)),
    ),
  })
  if (dropout === 0 && pieces === Number(values.pieces.split(',')[0])) {
    const { loss } = await step.run(sentences, Random.fromSeed(1))
    const other = await ask({ do: 'loss', ...given })
    console.log(`loss of one batch: ${loss.toFixed(6)}, PyTorch's ${other.loss.toFixed(6)}`)
    if (Math.abs(loss - other.loss) > 1e-4 * loss) throw new Error('the losses differ: not the same model')
  }
  const results = await alternate(
    [
      { name: 'Nerite', run: async () => median(await trainOn(training, step, sentences, steps)) },
      { name: 'PyTorch', run: async () => median((await ask({ do: 'train', ...given, steps })).seconds) },
    ],
    rounds,
  )
  const [own, torch] = results
  console.log(
    markdownTable(
      [`${pieces} pieces`, 'ms a step', "share of PyTorch's time", 'from – to'],
      [
        [
          'Nerite',
          (1000 * own.cost).toFixed(0),
          torch.ratio.toFixed(2),
          torch.span.map(ratio => ratio.toFixed(2)).join(' – '),
        ],
        ['PyTorch', (1000 * torch.cost).toFixed(0), '', ''],
      ],
    ),
  )
}

async function showProfile(profiling) {
  const read = () =>
    readdirSync(folder)
      .filter(name => name.startsWith('session-'))
      .map(name => join(folder, name))
  const calls = (await profiling.profiles(read)).flatMap(kernelCalls)
  const totals = new Map()
  for (const { op, seconds } of calls) {
    const { seconds: sum, count } = totals.get(op) ?? { seconds: 0, count: 0 }
    totals.set(op, { seconds: sum + seconds, count: count + 1 })
  }
  const all = [...totals.values()].reduce((sum, { seconds }) => sum + seconds, 0)
  console.log(
    markdownTable(
      ['operator', 'calls', 'share', 'ms'],
      [...totals]
        .sort(([, a], [, b]) => b.seconds - a.seconds)
        .slice(0, 24)
        .map(([op, { seconds, count }]) => [
          op,
          count,
          `${((100 * seconds) / all).toFixed(1)} %`,
          (1000 * seconds).toFixed(1),
        ]),
    ),
  )
}
