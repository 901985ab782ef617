import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseDecimal } from './parse-decimal.js'

const parse = (text: string) => parseDecimal(Buffer.from(`x${text}y`), 1, 1 + Buffer.byteLength(text))

test('every number as it is usually written is read as Number reads it', () => {
  let cases = 0
  const numbers = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    fc
      .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 20 }))
      .map(([x, d]) => x.toFixed(d)),
    fc.float({ noNaN: true, noDefaultInfinity: true }).map(x => x.toExponential(8)),
  )
  fc.assert(
    fc.property(numbers, text => {
      assert.ok(Object.is(parse(text), Number(text)), text)
      cases++
    }),
    { numRuns: 2000 },
  )
  assert.equal(cases, 2000)
})

test('text that is not a number is not read as one', () => {
  for (const text of [
    '',
    '-',
    '.',
    '-.',
    '1.2.3',
    '1x',
    'x',
    '--1',
    '0x10',
    'Infinity',
    'nan',
    '1e',
    '1_0',
    '１',
  ])
    assert.ok(Number.isNaN(parse(text)), text)
  for (const [text, value] of [
    ['.5', 0.5],
    ['-.5', -0.5],
    ['5.', 5],
    ['+2', 2],
    ['-0', -0],
    ['007', 7],
  ] as const)
    assert.ok(Object.is(parse(text), value), text)
})
