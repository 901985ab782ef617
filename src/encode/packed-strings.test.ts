import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../base/errors.js'
import { PackedStrings, packStrings } from './packed-strings.js'

function packed(strings: readonly string[]): PackedStrings {
  const lists = packStrings(strings)
  assert.ok(lists)
  return PackedStrings.read(lists, 'list')
}

const isDamage = (error: unknown) => isInputError(error) && error.code === 'encode/vocabulary'

test('finds what a Map finds, and gives back what went in', () => {
  let cases = 0
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii', maxLength: 3 }))
  fc.assert(
    fc.property(fc.uniqueArray(texts, { maxLength: 200 }), fc.array(texts), (strings, others) => {
      const list = packed(strings)
      const numbers = new Map(strings.map((text, i) => [text, i]))
      assert.equal(list.size, strings.length)
      assert.deepEqual(list.all(), strings)
      for (const text of [...strings, ...others]) assert.equal(list.find(text), numbers.get(text) ?? -1)
      cases++
    }),
  )
  assert.ok(cases >= 100)
})

test('strings of one byte and of two bytes each, lone surrogates, the longest', () => {
  const strings = ['', 'a', 'ÿ', 'Ā', '日本', '\u{1F600}', '\uD800', '\uDC00\uD800', 'x'.repeat(32767)]
  const list = packed(strings)
  assert.deepEqual(list.all(), strings)
  for (const [i, text] of strings.entries()) assert.equal(list.find(text), i)
  assert.equal(list.find('\u00FF\u0001'), -1)
  assert.equal(packStrings(['x'.repeat(32768)]), undefined)
})

/** FNV-1a as its page has it, of UTF-16 code units. */
function hashOf(text: string): number {
  let hash = 2166136261n
  for (let i = 0; i < text.length; i++) hash = ((hash ^ BigInt(text.charCodeAt(i))) * 16777619n) % 2n ** 32n
  return Number(hash)
}

test('strings that were chosen for one place are found too', () => {
  const places = 2 ** 13
  const chosen: string[] = []
  for (let i = 0; chosen.length < 1500; i++) {
    const hash = hashOf(`w${i}`)
    if (((hash ^ (hash >>> 15)) & (places - 1)) === 5) chosen.push(`w${i}`)
    if (i > 2 ** 24) break
  }
  assert.equal(chosen.length, 1500)
  const strings = [...chosen, ...Array.from({ length: 1000 }, (_, i) => `other ${i}`)]
  const list = packed(strings)
  for (const [i, text] of strings.entries()) assert.equal(list.find(text), i)
  assert.equal(list.find('w'), -1)
  assert.throws(() => packed([...strings, chosen[1499]]), isDamage)
})

test('lists that no program wrote are refused', () => {
  const { lengths, units } = packStrings(['Ada', 'Ā', 'x']) ?? assert.fail()
  const bad = [
    { lengths: lengths.slice(0, 2), units },
    { lengths, units: units.slice(0, -1) },
    { lengths: Uint16Array.of(0xffff), units: new Uint8Array(2) },
    { lengths: Uint16Array.of(1, 1), units: Uint8Array.of(97, 97) },
    // The same string in one byte and in two.
    { lengths: Uint16Array.of(1, 0x8001), units: Uint8Array.of(97, 97, 0) },
  ]
  for (const lists of bad) assert.throws(() => PackedStrings.read(lists, 'list'), isDamage)
  let cases = 0
  fc.assert(
    fc.property(fc.uint16Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 40 }), (some, bytes) => {
      try {
        const list = PackedStrings.read({ lengths: some, units: bytes }, 'list')
        for (const [i, text] of list.all().entries()) assert.equal(list.find(text), i)
      } catch (error) {
        assert.ok(isDamage(error))
      }
      cases++
    }),
  )
  assert.ok(cases >= 100)
})
