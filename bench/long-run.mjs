// Whether memory grows in a long training run: resident memory after step 500 and at the end, over real training steps of the
// `bilstm-crf` preset. Exits with code 1 if it grew by more than 5 %.
//
//   npm run build && node bench/long-run.mjs [--steps 10000] [--batch 8] [--corpus FILE] [--threads 2]
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Random } from '../dist/base/random.js'
import { planBatches } from '../dist/encode/batches.js'
import { median } from './lib/alternate.mjs'
import { commandLine, corpusOption, THREADS } from './lib/command-line.mjs'
import { machine } from './lib/machine.mjs'
import { markdownTable } from './lib/table.mjs'
import { CORPUS, prepareTagger, update } from './lib/tagger.mjs'

const { values } = commandLine({
  script: 'long-run.mjs',
  about: `Whether memory grows in a long training run: resident memory after step 500 and at the end, over real training steps of the
bilstm-crf preset. Exit code 1 where it grew by more than 5 %.`,
  options: {
    steps: { value: 'N', default: '10000', help: 'training steps' },
    batch: { value: 'N', default: '8', help: 'sentences per batch' },
    corpus: corpusOption(CORPUS),
    threads: THREADS,
  },
  example: '--steps 2000',
})
const [steps, batchSize, threads] = [values.steps, values.batch, values.threads].map(Number)
const EARLY = 500
const tagger = await prepareTagger(values.corpus, threads)
const step = await tagger.training.createStep()
const random = Random.fromSeed(7)
// Collect what reading and encoding the corpus left behind; otherwise memory at the end is an eighth below that at step 500.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc')
// Resident memory varies with garbage collection, so each mark is the median of the hundred steps before it.
const recent = []
const marks = []
let plan = []
collectGarbage()
const began = performance.now()
for (let done = 1; done <= steps; done++) {
  if (plan.length === 0) plan = [...planBatches(tagger.lengths, { batchSize, random })]
  await update(tagger, step, plan.pop(), random)
  recent.push(process.memoryUsage.rss() / 1e6)
  if (recent.length > 100) recent.shift()
  if (done === EARLY || done % (steps / 4) === 0) marks.push([done, median(recent)])
}
await step.release()
const [[, early]] = marks
const growth = marks.at(-1)[1] / early - 1
console.log(`${machine()}; batch ${batchSize}, ${((performance.now() - began) / 1000).toFixed(0)} s`)
console.log(
  markdownTable(
    ['after step', 'resident, MB', 'against step 500'],
    marks.map(([done, size]) => [done, size.toFixed(0), `${((size / early - 1) * 100).toFixed(1)} %`]),
  ),
)
if (growth > 0.05) process.exitCode = 1
