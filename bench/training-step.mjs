// Whole training steps (batch assembly, forward, backward, clipping, update) of the `bilstm-crf` preset on real batches,
// against the same model in PyTorch, Keras and TensorFlow.js, alternating in one run: medians and ratios. Before anything is timed,
// losses on the same parameters and batch, without dropout, must agree to 1e-4.
//
//   npm run build && node bench/training-step.mjs [--torch PYTHON] [--keras PYTHON] [--tfjs FOLDER] [--corpus FILE] [--rounds 7] [--steps 40] [--rows lazy|dense]
import { Random } from '../dist/base/random.js'
import { planBatches } from '../dist/encode/batches.js'
import { alternate } from './lib/alternate.mjs'
import { commandLine, corpusOption, KERAS, TFJS, THREADS, TORCH } from './lib/command-line.mjs'
import { machine } from './lib/machine.mjs'
import { figure, markdownTable } from './lib/table.mjs'
import { CORPUS, calmStep, prepareTagger, secondsPerUnit, startTaggerPeers, update } from './lib/tagger.mjs'

const { values, refuse } = commandLine({
  script: 'training-step.mjs',
  about: `Tokens per second in whole training steps of the bilstm-crf preset (batch assembly, forward, backward, clipping,
update), in batches of 16 and 32; the same model in each peer, in turns. Losses are compared first.`,
  options: {
    torch: TORCH,
    keras: KERAS,
    tfjs: TFJS,
    corpus: corpusOption(CORPUS),
    rounds: { value: 'N', default: '7', help: 'turns per contender' },
    steps: { value: 'N', default: '40', help: 'training steps per turn' },
    threads: THREADS,
    rows: {
      value: 'lazy|dense',
      default: 'lazy',
      help: 'rows of tables that a batch does not have stay as they are, or move as in the preset; dense: PyTorch only',
    },
  },
  example: '--torch .venv/bin/python --tfjs bench/peers',
})
const [rounds, steps, threads] = [values.rounds, values.steps, values.threads].map(Number)
if (values.rows !== 'lazy' && (values.rows !== 'dense' || values.keras || values.tfjs))
  refuse(`--rows: expected lazy, or dense without --keras and --tfjs, got ${values.rows}`)
const tagger = await prepareTagger(values.corpus, threads, undefined, values.rows)
const tokensOf = batch => batch.reduce((sum, index) => sum + tagger.lengths[index], 0)
const peers = await startTaggerPeers(tagger, values)
try {
  const versions = ['onnxruntime-node', ...peers.map(({ version }) => version)]
  console.log(`${machine()}; ${versions.join(', ')}; ${threads} threads each; rows ${values.rows}`)
  await compareLosses()
  for (const batchSize of [16, 32]) await compareTraining(batchSize)
} finally {
  for (const peer of peers) peer.close()
}

async function compareLosses() {
  const step = await calmStep(tagger)
  const [batch] = planBatches(tagger.lengths, { batchSize: 16, random: Random.fromSeed(5) })
  const { loss } = await step.run(
    batch.map(index => tagger.training.prepared.sentences[index]),
    Random.fromSeed(1),
  )
  await step.release()
  for (const { name, ask } of peers) {
    const other = await ask({ do: 'loss', batch })
    console.log(`loss of one batch without dropout: ${loss.toFixed(6)}, ${name}'s ${other.loss.toFixed(6)}`)
    if (Math.abs(loss - other.loss) > 1e-4 * Math.abs(loss))
      throw new Error(`the loss of ${name} differs: not the same model`)
  }
}

/** All contenders get the same batches in each round. */
async function compareTraining(batchSize) {
  const step = await tagger.training.createStep()
  const random = Random.fromSeed(7)
  const plan = planBatches(tagger.lengths, { batchSize, random })
  const batchesOf = round =>
    Array.from({ length: steps }, (_, i) => plan[((round + 1) * steps + i) % plan.length])
  const costOf = (batches, seconds) =>
    seconds.reduce((a, b) => a + b, 0) / batches.reduce((sum, batch) => sum + tokensOf(batch), 0)
  const results = await alternate(
    [
      {
        name: 'Nerite',
        run: round =>
          secondsPerUnit(batchesOf(round), tokensOf, batch => update(tagger, step, batch, random)),
      },
      ...peers.map(({ name, ask }) => ({
        name,
        run: async round => {
          const batches = batchesOf(round)
          return costOf(batches, (await ask({ do: 'train', batches })).seconds)
        },
      })),
    ],
    rounds,
  )
  await step.release()
  const inverse = value => (1 / value).toFixed(2)
  console.log(
    markdownTable(
      [`BiLSTM-CNN-CRF, batch ${batchSize}`, 'tokens/s', 'Nerite is faster by', 'from – to'],
      results.map(({ name, cost, ratio, span }) => [
        ...[name, figure(1 / cost), inverse(ratio), [...span].reverse().map(inverse).join(' – ')],
      ]),
    ),
  )
}
