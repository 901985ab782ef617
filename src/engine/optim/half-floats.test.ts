import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { halfBits, halfValues } from './half-floats.js'

const ALL = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits)
const values = halfValues(ALL)
/** All finite numbers of 16 bits from 0 up. */
const RISING = values.subarray(0, 0x7c00)

test('bits stand for the numbers that the standard gives them', () => {
  const known: readonly (readonly [number, number])[] = [
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0x3c01, 1 + 2 ** -10],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
    [0x7e00, Number.NaN],
  ]
  for (const [bits, value] of known) assert.ok(Object.is(values[bits], value), `${bits.toString(16)}`)
  for (let i = 1; i < RISING.length; i++) assert.ok(RISING[i] > RISING[i - 1])
  assert.equal(known.length, 13)
})

test('all finite numbers of 16 bits come back as the same bits', () => {
  const finite = ALL.filter(bits => (bits & 0x7c00) !== 0x7c00)
  assert.deepEqual(halfBits(halfValues(finite)), finite)
  assert.equal(finite.length, 63_488)
})

test('a number becomes the nearest one, and halfway between two the even one', () => {
  const nearest = (size: number) => {
    let [low, high] = [0, RISING.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (RISING[middle] <= size) low = middle
      else high = middle - 1
    }
    const next = RISING[low + 1] ?? 65_536
    const [below, above] = [size - RISING[low], next - size]
    return below < above || (below === above && low % 2 === 0) ? low : low + 1
  }
  let cases = 0
  const check = (value: number) => {
    const size = Math.abs(value)
    if (size >= 65_520) assert.throws(() => halfBits(Float32Array.of(value)), RangeError)
    else assert.equal(halfBits(Float32Array.of(value))[0] & 0x7fff, nearest(size), `${value}`)
    cases++
  }
  for (let i = 0; i + 1 < RISING.length; i += 7) check((RISING[i] + RISING[i + 1]) / 2)
  for (const value of [65_519.996, 65_520, 65_536, 1e30, 2 ** -25, 2 ** -26, 2 ** -149]) check(value)
  fc.assert(fc.property(fc.float({ noNaN: true }), check))
  fc.assert(fc.property(fc.float({ noNaN: true, min: -8, max: 8 }), check))
  assert.ok(cases > 4_600, `${cases}`)
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => halfBits(Float32Array.of(value)), RangeError)
})
