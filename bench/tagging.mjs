// Tagging sentences with the `bilstm-crf` preset, one by one and 64 at a time, against the same model in PyTorch and in
// TensorFlow.js, alternating in one run: medians and ratios. First, the emissions of a batch must agree to 1e-4.
//
//   npm run build && node bench/tagging.mjs [--torch PYTHON] [--tfjs FOLDER] [--corpus FILE] [--rounds 7] [--batches 40]
import assert from 'node:assert/strict'
import { Random } from '../dist/base/random.js'
import { planBatches } from '../dist/encode/batches.js'
import { alternate } from './lib/alternate.mjs'
import { commandLine, corpusOption, TFJS, THREADS, TORCH } from './lib/command-line.mjs'
import { machine } from './lib/machine.mjs'
import { figure, markdownTable } from './lib/table.mjs'
import { CORPUS, openTagger, prepareTagger, secondsPerUnit, startTaggerPeers } from './lib/tagger.mjs'

const { values } = commandLine({
  script: 'tagging.mjs',
  about: `Sentences per second tagged by the bilstm-crf preset, one by one and 64 at a time; the same model in each peer, in turn.
The emissions of a batch are compared first.`,
  options: {
    torch: TORCH,
    tfjs: TFJS,
    corpus: corpusOption(CORPUS),
    rounds: { value: 'N', default: '7', help: 'turns per contender' },
    batches: { value: 'N', default: '40', help: 'batches per turn' },
    threads: THREADS,
  },
  example: '--torch .venv/bin/python --tfjs bench/peers',
})
const [rounds, count, threads] = [values.rounds, values.batches, values.threads].map(Number)
const setup = await prepareTagger(values.corpus, threads)
const tagger = await openTagger(setup)
const peers = await startTaggerPeers(setup, values)
try {
  console.log(`${machine()}; ${threads} threads each`)
  await compareEmissions()
  for (const batchSize of [1, 64]) await compare(batchSize)
} finally {
  for (const peer of peers) peer.close()
  await tagger.release()
}

async function compareEmissions() {
  // Longest first, as in PyTorch's packed sequences.
  const batch = Array.from({ length: 8 }, (_, i) => i * 7).sort((a, b) => setup.lengths[b] - setup.lengths[a])
  const ours = (await tagger.emissions(batch)).map(logits => [...logits])
  for (const { name, ask } of peers) {
    const { logits } = await ask({ do: 'logits', batch })
    let gap = 0
    ours.forEach((sentence, i) => {
      assert.equal(logits[i].length, sentence.length)
      sentence.forEach((value, at) => {
        gap = Math.max(gap, Math.abs(value - logits[i][at]))
      })
    })
    console.log(`emissions of ${batch.length} sentences: at most ${gap.toExponential(1)} from ${name}'s`)
    if (gap > 1e-4) throw new Error(`the emissions of ${name} differ: not the same model`)
  }
}

async function compare(batchSize) {
  const plan = planBatches(setup.lengths, { batchSize, random: Random.fromSeed(9) })
  const batchesOf = round =>
    Array.from({ length: count }, (_, i) => plan[((round + 1) * count + i) % plan.length])
  const theirs = peers.map(({ name, ask }) => ({
    name,
    run: async round => {
      const batches = batchesOf(round)
      const { seconds } = await ask({ do: 'tag', batches })
      return seconds.reduce((a, b) => a + b, 0) / batches.reduce((sum, batch) => sum + batch.length, 0)
    },
  }))
  const ours = {
    name: 'Nerite',
    run: round => secondsPerUnit(batchesOf(round), batch => batch.length, tagger.tag),
  }
  const rows = await alternate([ours, ...theirs], rounds)
  console.log(
    markdownTable(
      [`tagging, batch ${batchSize}`, 'sentences/s', 'Nerite is faster by', 'from – to'],
      rows.map(({ name, cost, ratio, span }) => [
        ...[name, figure(1 / cost), figure(1 / ratio)],
        [...span]
          .reverse()
          .map(value => figure(1 / value))
          .join(' – '),
      ]),
    ),
  )
}
