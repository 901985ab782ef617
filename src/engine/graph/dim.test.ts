import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  addDims,
  canonicalDim,
  type Dim,
  divideDims,
  evaluateDim,
  multiplyDims,
  subtractDims,
} from './dim.js'

const atom = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('batch', 'time', 'dim'))
const dim: fc.Arbitrary<Dim> = fc
  .array(fc.tuple(fc.constantFrom(addDims, multiplyDims), atom), { maxLength: 4 })
  .chain(steps =>
    atom.map(first => steps.reduce<Dim>((sum, [operation, next]) => operation(sum, next), first)),
  )
const lengths = new Map([
  ['batch', 3],
  ['time', 7],
  ['dim', 2],
])
const at = (value: Dim) => evaluateDim(value, lengths) ?? Number.NaN

test('arithmetic on dimensions is arithmetic on their lengths', () => {
  fc.assert(
    fc.property(dim, dim, (a, b) => {
      assert.equal(at(addDims(a, b)), at(a) + at(b))
      assert.equal(at(subtractDims(a, b)), at(a) - at(b))
      assert.equal(at(multiplyDims(a, b)), at(a) * at(b))
      assert.equal(addDims(a, b), addDims(b, a))
      assert.equal(subtractDims(addDims(a, b), b), a)
      if (b !== 0) assert.equal(divideDims(multiplyDims(a, b), b), a)
    }),
    { numRuns: 500 },
  )
})

test('a dimension has one way of being written', () => {
  const written: [string, Dim][] = [
    ['time', 'time'],
    ['time+0', 'time'],
    ['1+time', 'time+1'],
    ['time*batch', 'batch*time'],
    ['time-time', 0],
    ['2*time+time', '3*time'],
    ['7', 7],
  ]
  for (const [text, expected] of written) assert.equal(canonicalDim(text), expected)
  assert.equal(divideDims('2*batch*time', 'time'), '2*batch')
  assert.equal(divideDims('batch', 2), undefined)
  for (const wrong of ['', '2time', 'a b']) assert.throws(() => canonicalDim(wrong), RangeError)
})
