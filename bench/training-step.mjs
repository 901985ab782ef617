// Whole training steps (batch assembly, forward, backward, clipping, update) of the `bilstm-crf` preset on real batches,
// against the same model in PyTorch, alternating in one run: medians and ratios. Losses are compared to 1e-4 on the
// same parameters and batch, without dropout, before anything is timed.
//
//   npm run build && node bench/training-step.mjs PYTHON [--corpus FILE] [--rounds 7] [--steps 40] [--threads 2]
//
// PYTHON is an interpreter with bench/peers/requirements.txt installed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Random } from '../dist/base/random.js'
import { planBatches } from '../dist/encode/batches.js'
import { alternate } from './lib/alternate.mjs'
import { startContender } from './lib/contender.mjs'
import { machine } from './lib/machine.mjs'
import { figure, markdownTable } from './lib/table.mjs'
import { CORPUS, prepareTagger, secondsPerUnit, update, writePeerData } from './lib/tagger.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    corpus: { type: 'string', default: CORPUS },
    rounds: { type: 'string', default: '7' },
    steps: { type: 'string', default: '40' },
    threads: { type: 'string', default: '2' },
  },
})
const [python] = positionals
if (!python) {
  console.error(
    'usage: node bench/training-step.mjs PYTHON [--corpus FILE] [--rounds N] [--steps N] [--threads N]',
  )
  process.exit(2)
}
const [rounds, steps, threads] = [values.rounds, values.steps, values.threads].map(Number)
const tagger = await prepareTagger(values.corpus, threads)
const tokensOf = batch => batch.reduce((sum, index) => sum + tagger.lengths[index], 0)
const peer = startContender('PyTorch', python, ['bench/peers/torch_tagger.py', String(threads)])
const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
try {
  const file = join(folder, 'data.json')
  writePeerData(file, tagger)
  const { torch } = await peer.ask({ do: 'load', file })
  console.log(`${machine()}; onnxruntime-node, PyTorch ${torch}; ${threads} threads each`)
  await compareLosses()
  const rows = []
  for (const batchSize of [16, 32]) rows.push(await compareTraining(batchSize))
  console.log(
    markdownTable(
      ['BiLSTM-CNN-CRF, training step', 'Nerite, tokens/s', 'PyTorch, tokens/s', 'ratio', 'from – to'],
      rows,
    ),
  )
} finally {
  peer.close()
  rmSync(folder, { recursive: true, force: true })
}

async function compareLosses() {
  const step = await tagger.calmStep()
  const [batch] = planBatches(tagger.lengths, { batchSize: 16, random: Random.fromSeed(5) })
  const { loss } = await step.run(
    batch.map(index => tagger.sentences[index]),
    Random.fromSeed(1),
  )
  const other = await peer.ask({ do: 'loss', batch })
  await step.release()
  console.log(`loss of one batch without dropout: ${loss.toFixed(6)} and ${other.loss.toFixed(6)}`)
  if (Math.abs(loss - other.loss) > 1e-4 * Math.abs(loss))
    throw new Error('the losses differ: not the same model')
}

/** Both on the same batches, round by round. */
async function compareTraining(batchSize) {
  const step = await tagger.step()
  const random = Random.fromSeed(7)
  const plan = planBatches(tagger.lengths, { batchSize, random })
  const batchesOf = round =>
    Array.from({ length: steps }, (_, i) => plan[((round + 1) * steps + i) % plan.length])
  const [ours, theirs] = await alternate(
    [
      {
        name: 'Nerite',
        run: round =>
          secondsPerUnit(batchesOf(round), tokensOf, batch => update(tagger, step, batch, random)),
      },
      {
        name: 'PyTorch',
        run: async round => {
          const batches = batchesOf(round)
          const { seconds } = await peer.ask({ do: 'train', batches })
          return seconds.reduce((a, b) => a + b, 0) / batches.reduce((sum, batch) => sum + tokensOf(batch), 0)
        },
      },
    ],
    rounds,
  )
  await step.release()
  return [
    ...[`batch ${batchSize}`, figure(1 / ours.cost), figure(1 / theirs.cost), (1 / theirs.ratio).toFixed(2)],
    [...theirs.span]
      .reverse()
      .map(value => (1 / value).toFixed(2))
      .join(' – '),
  ]
}
