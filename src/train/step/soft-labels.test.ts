import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeSoft, expectedSteps, sliceSoft } from './soft-labels.js'

const ids = new Map([
  ['O', 0],
  ['B-PER', 1],
  ['I-PER', 2],
])
/** In BIO, O → I-PER is no step. */
const LEGAL = [true, true, false, true, true, true, true, true, true]

function matrix(soft: readonly Record<string, number>[]): number[] {
  const found = new Array<number>(9).fill(0)
  expectedSteps(encodeSoft(soft, ids), LEGAL, 3, (from, to, probability) => {
    found[from * 3 + to] += probability
  })
  return found
}

test('two tokens are paired so that each keeps its probabilities, and forbidden steps are not taken', () => {
  // Legal pairs exist only where I-PER follows what is not O.
  const found = matrix([
    { O: 0.5, 'B-PER': 0.5 },
    { O: 0.6, 'I-PER': 0.4 },
  ])
  const expected = [0.5, 0, 0, 0.1, 0, 0.4, 0, 0, 0]
  for (const [i, value] of found.entries()) assert.ok(Math.abs(value - expected[i]) < 1e-4, `${i}: ${value}`)
  // One tag alone leaves one way, legal or not.
  assert.deepEqual(matrix([{ O: 1 }, { 'I-PER': 1 }]), [0, 0, 1, 0, 0, 0, 0, 0, 0])
})

test('pairs of highest entropy: no way to move mass along a legal cycle raises it', () => {
  let cases = 0
  const share = fc.double({ min: 0.05, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.tuple(share, share, share), fc.tuple(share, share, share), (first, second) => {
      const soft = [first, second].map(own => {
        const sum = own[0] + own[1] + own[2]
        return { O: own[0] / sum, 'B-PER': own[1] / sum, 'I-PER': own[2] / sum }
      })
      // Whoever follows O is not I-PER: feasible only if so much is left.
      fc.pre(soft[1]['I-PER'] < 0.9 * (soft[0]['B-PER'] + soft[0]['I-PER']))
      const found = matrix(soft)
      const sums = [0, 1, 2].map(row => found[row * 3] + found[row * 3 + 1] + found[row * 3 + 2])
      const names = ['O', 'B-PER', 'I-PER'] as const
      for (const [row, sum] of sums.entries()) assert.ok(Math.abs(sum - soft[0][names[row]]) < 1e-3)
      for (let column = 0; column < 3; column++) {
        const sum = found[column] + found[3 + column] + found[6 + column]
        assert.ok(Math.abs(sum - soft[1][names[column]]) < 1e-3)
      }
      // Optimality: p(i,j) p(k,l) = p(i,l) p(k,j) wherever all four are legal.
      const [a, b, c, d] = [
        found[3] * found[7],
        found[4] * found[6],
        found[4] * found[8],
        found[5] * found[7],
      ]
      assert.ok(Math.abs(a - b) < 1e-3 && Math.abs(c - d) < 1e-3)
      cases++
    }),
    { numRuns: 200 },
  )
  assert.equal(cases, 200)
})

test('a tag whose probability is too small for a number takes no part', () => {
  // The smallest is 0 as a float32, and a teacher's whole softmax has such numbers.
  const found = matrix([
    { O: 1, 'B-PER': 1e-50 },
    { O: 0.5, 'I-PER': 1e-60, 'B-PER': 0.5 },
    { O: 1e-46, 'B-PER': 1 },
  ])
  const expected = [0.5, 1, 0, 0, 0.5, 0, 0, 0, 0]
  for (const [i, value] of found.entries()) assert.ok(Math.abs(value - expected[i]) < 1e-6, `${i}: ${value}`)
})

test('a slice has the labels of its tokens, and unknown tags are named', () => {
  const soft = encodeSoft([{ O: 1 }, { O: 0.25, 'B-PER': 0.75 }, { 'I-PER': 2, O: 2 }], ids)
  assert.deepEqual(
    sliceSoft(soft, 1, 3),
    encodeSoft(
      [
        { O: 0.25, 'B-PER': 0.75 },
        { 'I-PER': 0.5, O: 0.5 },
      ],
      ids,
    ),
  )
  assert.throws(() => encodeSoft([{ 'B-LOC': 1 }], ids), { name: 'RangeError', message: 'B-LOC' })
})
