import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codePointLength, TextError, toCodePointOffsets, toUtf16Offsets } from './offsets.js'

const TEXT = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom('a', '😀', '\ud83d', '\ude00', 'é')).map(parts => parts.join('')),
)

test('both ways against a list of code points', () => {
  fc.assert(
    fc.property(TEXT, fc.array(fc.tuple(fc.nat(30), fc.nat(30))), (text, pairs) => {
      // Independent: JavaScript's own iteration by code points.
      const points = [...text]
      assert.equal(codePointLength(text), points.length)
      const ranges = pairs.map(([a, b]) => ({ start: a % (points.length + 1), end: b % (points.length + 1) }))
      const units = (count: number) => points.slice(0, count).join('').length
      const utf16 = ranges.map(({ start, end }) => ({ start: units(start), end: units(end) }))
      assert.deepEqual(toUtf16Offsets(text, ranges), utf16)
      assert.deepEqual(toCodePointOffsets(text, utf16), ranges)
    }),
    { numRuns: 2000 },
  )
})

test('offsets that do not fit are refused by name', () => {
  const refused = (work: () => unknown, message: RegExp) =>
    assert.throws(
      work,
      error => error instanceof TextError && error.code === 'text/offset' && message.test(error.message),
    )
  refused(() => toCodePointOffsets('😀', [{ start: 0, end: 1 }]), /offsets\[0\].*edge of a character, got 1/)
  refused(
    () =>
      toCodePointOffsets('ab', [
        { start: 0, end: 1 },
        { start: 0, end: 3 },
      ]),
    /offsets\[1\].*0 to 2/,
  )
  refused(() => toUtf16Offsets('😀', [{ start: 0, end: 2 }]), /code points from 0 to 1/)
  refused(() => toUtf16Offsets('ab', [{ start: -1, end: 2 }]), /got -1/)
  refused(() => toUtf16Offsets('ab', [{ start: 0.5, end: 2 }]), /got 0.5/)
})
