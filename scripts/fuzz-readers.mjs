// Reads many fuzzed corpus files: `node scripts/fuzz-readers.mjs [--runs 100000] [--seed 1] [--kind jsonl] [--from 0]`.
// Build first. Prints each file that crashes a reader, takes it more than a second or loses something; exit code 1 then.
import { parseArgs } from 'node:util'
import { FUZZ_KINDS } from '../dist/corpus/testing/fuzz-kinds.js'
import { FuzzFailure, fuzzOne } from '../dist/corpus/testing/fuzz-readers.js'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    kind: { type: 'string' },
  },
})
const kinds = values.kind === undefined ? Object.keys(FUZZ_KINDS) : [values.kind]
const [runs, seed, from] = [values.runs, values.seed, values.from].map(Number)
const HANG = 1000
const counts = Object.fromEntries(kinds.map(kind => [kind, { read: 0, refused: 0, failed: 0 }]))
let slowest = 0
for (let i = 0; i < runs; i++) {
  if (i > 0 && i % 100_000 === 0) console.error(`${i} of ${runs}: ${JSON.stringify(counts)}`)
  const kind = kinds[i % kinds.length]
  const index = from + Math.floor(i / kinds.length)
  try {
    let { outcome, milliseconds } = await fuzzOne(kind, seed, index)
    // Another process may have had the processor: the fastest of three counts.
    for (let again = 0; milliseconds > HANG && again < 2; again++)
      milliseconds = Math.min(milliseconds, (await fuzzOne(kind, seed, index)).milliseconds)
    if (milliseconds > HANG) throw new Error(`${kind} ${index}: took ${Math.round(milliseconds)} ms`)
    slowest = Math.max(slowest, milliseconds)
    counts[kind][outcome]++
  } catch (error) {
    counts[kind].failed++
    if (counts[kind].failed <= 20) console.log(error instanceof FuzzFailure ? error.message : error)
  }
}
console.table(counts)
const failed = kinds.reduce((sum, kind) => sum + counts[kind].failed, 0)
console.log(`${runs} files, ${failed} failures, the slowest took ${Math.round(slowest)} ms`)
process.exitCode = failed > 0 ? 1 : 0
