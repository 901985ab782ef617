// Training steps (forward, backward, update) of single models, against PyTorch, Keras and TensorFlow.js, alternating in
// one run: medians and ratios. The losses of three updates from the same parameters are compared first.
//
//   npm run build && node bench/layer-steps.mjs MODEL [--torch PYTHON] [--keras PYTHON] [--tfjs FOLDER] [--rounds 5]
//
// MODEL is one of lib/layer-models.mjs. Peers are left out unless an option names them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { alternate, median, repetitions } from './lib/alternate.mjs'
import { commandLine, KERAS, TFJS, THREADS, TORCH } from './lib/command-line.mjs'
import { startContender, startPeers } from './lib/contender.mjs'
import { layerModel, SIZES, tokensOf } from './lib/layer-models.mjs'
import { machine } from './lib/machine.mjs'
import { figure, markdownTable } from './lib/table.mjs'
import { writeTensors } from './lib/tensor-file.mjs'

const MODELS = Object.keys(SIZES).join('|')
const { values, positionals, refuse } = commandLine({
  script: 'layer-steps.mjs',
  positionals: MODELS,
  about: `Time of a training step (forward, backward, update) of one model; the same model in each peer, in turns. The losses
of three updates from the same parameters are compared first.`,
  options: {
    torch: TORCH,
    keras: KERAS,
    tfjs: TFJS,
    rounds: { value: 'N', default: '5', help: 'turns per contender' },
    'round-seconds': { value: 'S', default: '1.5', help: 'approximate length of a turn' },
    threads: THREADS,
    time: { value: 'N', help: 'tokens per sentence, instead of the model’s own' },
    batch: { value: 'N', help: 'sentences per batch, instead of the model’s own' },
  },
  example: 'transformer --torch .venv/bin/python',
})
const [name] = positionals
if (!Object.hasOwn(SIZES, name ?? '')) refuse(`expected one of ${MODELS}, got ${name ?? 'none'}`)
const { threads } = values
const overrides = Object.fromEntries(
  ['time', 'batch'].filter(key => values[key]).map(key => [key, Number(values[key])]),
)
const model = layerModel(name, overrides)
const contenders = [
  startContender('Nerite', process.execPath, ['bench/contenders/nerite.mjs', threads]),
  ...startPeers('layers', values),
]
const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
try {
  const file = join(folder, 'tensors.bin')
  const tensors = writeTensors(file, model.tensors)
  const load = { do: 'load', model: name, sizes: model.sizes, file, tensors, learningRate: 0.001 }
  const versions = []
  for (const contender of contenders) versions.push((await contender.ask(load)).version)
  console.log(`${machine()}; ${versions.join(', ')}; ${threads} threads each`)
  await compareLosses()
  await compareTimes()
} finally {
  for (const contender of contenders) contender.close()
  rmSync(folder, { recursive: true, force: true })
}

async function compareLosses() {
  const all = []
  for (const { name, ask } of contenders)
    all.push({ name, losses: (await ask({ do: 'train', steps: 3 })).losses })
  const [ours] = all
  for (const { name, losses } of all) {
    console.log(`losses of three steps: ${losses.map(loss => loss.toFixed(6)).join(', ')} (${name})`)
    losses.forEach((loss, step) => {
      if (Math.abs(loss - ours.losses[step]) > 1e-4 * Math.abs(loss))
        throw new Error(`the losses of ${name} differ: not the same model`)
    })
  }
}

async function compareTimes() {
  const rows = await alternate(
    contenders.map(({ name, ask }) => {
      let steps = 1
      return {
        name,
        run: async round => {
          const { seconds } = await ask({ do: 'train', steps })
          const cost = median(seconds)
          if (round < 0) steps = repetitions(cost, Number(values['round-seconds']))
          return cost
        },
      }
    }),
    Number(values.rounds),
  )
  const tokens = tokensOf(model.sizes)
  const gigabytes = contenders.map(({ peakMemory }) => peakMemory()).map(bytes => bytes && bytes / 1e9)
  console.log(
    markdownTable(
      [`${name}, training step`, 'ms', 'tokens/s', 'Nerite takes', 'from – to', 'peak memory, GB'],
      rows.map(({ name, cost, ratio, span }, i) => [
        ...[name, figure(cost * 1000), figure(tokens / cost), ratio.toFixed(2)],
        ...[span.map(value => value.toFixed(2)).join(' – '), figure(gigabytes[i])],
      ]),
    ),
  )
}
