import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FUZZ_KINDS } from './testing/fuzz-kinds.js'
import { fuzzOne } from './testing/fuzz-readers.js'

const RUNS = 600

for (const kind of Object.keys(FUZZ_KINDS))
  test(`fuzzed files of ${kind}: read as they were meant, or refused; nothing is lost`, async () => {
    const counts = { whole: 0, wholeRead: 0, changed: 0, changedRead: 0 }
    for (let index = 0; index < RUNS; index++) {
      const { outcome, isMutated } = await fuzzOne(kind, 1, index)
      counts[isMutated ? 'changed' : 'whole']++
      if (outcome === 'read') counts[isMutated ? 'changedRead' : 'wholeRead']++
    }
    assert.equal(counts.whole + counts.changed, RUNS)
    assert.ok(counts.wholeRead > 0.7 * counts.whole, JSON.stringify(counts))
    assert.ok(counts.changedRead > 0.05 * counts.changed, JSON.stringify(counts))
  })
