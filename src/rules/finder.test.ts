import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type FoundRange, joinFinders, withoutOverlaps } from './finder.js'

const RANGE: fc.Arbitrary<FoundRange> = fc
  .record({
    start: fc.nat(40),
    length: fc.integer({ min: 1, max: 12 }),
    type: fc.constantFrom('A', 'B'),
    score: fc.constantFrom(0.25, 0.5, 1),
  })
  .map(({ start, length, ...rest }) => ({ start, end: start + length, ...rest }))

const overlap = (a: FoundRange, b: FoundRange) => a.start < b.end && b.start < a.end

/** Takes the best range that is left, and drops what overlaps with it, until none is left. */
function byHand(ranges: readonly FoundRange[]): FoundRange[] {
  let left = [...ranges]
  const chosen: FoundRange[] = []
  while (left.length > 0) {
    let best = left[0]
    for (const range of left)
      if (
        range.score > best.score ||
        (range.score === best.score && range.end - range.start > best.end - best.start)
      )
        best = range
    chosen.push(best)
    left = left.filter(range => !overlap(range, best))
  }
  return chosen.sort((a, b) => a.start - b.start)
}

test('overlaps are resolved as by hand', () => {
  let cases = 0
  fc.assert(
    fc.property(fc.array(RANGE, { maxLength: 12 }), ranges => {
      assert.deepEqual(withoutOverlaps(ranges), byHand(ranges))
      cases++
    }),
    { numRuns: 1000 },
  )
  assert.equal(cases, 1000)
})

test('joined finders: the types of all, and what is found without overlaps', () => {
  const finder = (type: string, start: number, end: number, score: number) => ({
    types: [type],
    find: () => [{ start, end, type, score }],
  })
  const joined = joinFinders([finder('A', 0, 3, 1), finder('B', 2, 9, 0.5), finder('A', 5, 6, 0.25)])
  assert.deepEqual(joined.types, ['A', 'B'])
  assert.deepEqual(
    joined.find('0123456789').map(({ type, start }) => [type, start]),
    [
      ['A', 0],
      ['A', 5],
    ],
  )
})
