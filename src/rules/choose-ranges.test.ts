import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseRanges, type RankedRange } from './choose-ranges.js'

const range = fc
  .record({
    start: fc.nat(12),
    length: fc.integer({ min: 1, max: 6 }),
    score: fc.constantFrom(0.25, 0.5, 1),
    priority: fc.nat(2),
    order: fc.nat(4),
  })
  .map(({ start, length, ...rest }): RankedRange => ({ start, end: start + length, ...rest }))

const length = ({ start, end }: RankedRange) => end - start
const KEYS: Readonly<Record<'longest' | 'priority' | 'score', (own: RankedRange) => readonly number[]>> = {
  longest: own => [-length(own), -own.priority, own.order, own.start],
  priority: own => [-own.priority, -length(own), own.order, own.start],
  score: own => [-own.score, -length(own), -own.priority, own.order, own.start],
}

const overlap = (a: RankedRange, b: RankedRange) => a.start < b.end && b.start < a.end

test('the first in rank are chosen, as by comparing all with all', () => {
  let beatenCount = 0
  fc.assert(
    fc.property(
      fc.array(range, { maxLength: 12 }),
      fc.constantFrom('longest', 'priority', 'score'),
      (ranges, policy) => {
        const left = [...ranges]
        const expected: RankedRange[] = []
        while (left.length > 0) {
          const keys = left.map(KEYS[policy])
          let best = 0
          for (let i = 1; i < left.length; i++) {
            const at = keys[i].findIndex((own, k) => own !== keys[best][k])
            if (at >= 0 && keys[i][at] < keys[best][at]) best = i
          }
          const [first] = left.splice(best, 1)
          if (!expected.some(own => overlap(own, first))) expected.push(first)
        }
        const { chosen, beaten } = chooseRanges(ranges, policy)
        assert.deepEqual(
          chosen,
          expected.sort((a, b) => a.start - b.start),
        )
        assert.equal(chosen.length + beaten.length, ranges.length)
        for (const { range: own, by } of beaten) assert.ok(overlap(own, by) && chosen.includes(by))
        beatenCount += beaten.length
      },
    ),
    { numRuns: 1000 },
  )
  assert.ok(beatenCount > 1000, `${beatenCount}`)
})
