import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createDecoder, type Encoding, firstInvalid, InvalidUtf8, InvalidUtf16 } from './decode.js'

const RUNS = 1000

function decode(bytes: Uint8Array, encoding: Encoding, piece: number): string {
  const decoder = createDecoder(encoding)
  let text = ''
  for (let i = 0; i < bytes.length; i += piece) text += decoder.decode(bytes.subarray(i, i + piece))
  decoder.finish()
  return text
}

test('UTF-8 in pieces of any size is what TextDecoder makes of the whole, errors included', () => {
  let cases = 0
  let invalid = 0
  const noisy = fc.array(
    fc.oneof(
      fc.constantFrom(
        0x41,
        0x0a,
        0xc3,
        0xa9,
        0xe2,
        0x82,
        0xac,
        0xf0,
        0x9f,
        0x98,
        0x80,
        0xed,
        0xa0,
        0xef,
        0xbb,
        0xbf,
      ),
      fc.nat(255),
    ),
    { maxLength: 12 },
  )
  const clean = fc.string({ unit: 'binary', maxLength: 10 }).map(text => [...new TextEncoder().encode(text)])
  fc.assert(
    fc.property(fc.oneof(noisy, clean), fc.integer({ min: 1, max: 5 }), (list, piece) => {
      const bytes = Uint8Array.from(list)
      let expected: string | undefined
      try {
        expected = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
      } catch {
        invalid++
      }
      if (expected !== undefined) assert.equal(decode(bytes, 'utf-8', piece), expected)
      else
        assert.throws(
          () => decode(bytes, 'utf-8', piece),
          (error: unknown) => {
            assert.ok(error instanceof InvalidUtf8)
            const at = firstInvalid(bytes)
            const before = bytes.subarray(0, at)
            // All before it is UTF-8, and with the byte there it no longer can become that.
            assert.doesNotThrow(() => new TextDecoder('utf-8', { fatal: true }).decode(before))
            assert.equal(error.offset, at)
            assert.equal(error.byte, bytes[at])
            assert.equal(error.line, 1 + before.filter(byte => byte === 10).length)
            assert.equal(
              error.sawMultibyte,
              before.some(byte => byte >= 0x80),
            )
            return true
          },
        )
      cases++
    }),
    { numRuns: RUNS },
  )
  assert.equal(cases, RUNS)
  assert.ok(invalid > 50 && invalid < RUNS - 50, `${invalid} of ${RUNS} were invalid`)
})

test('UTF-16 is read as the platform reads it, in pieces of any size, and half a character is refused with its line', () => {
  let halves = 0
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0xffff }),
    fc.integer({ min: 0xd7f0, max: 0xe010 }),
    fc.constant(10),
  )
  const strings = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(unit).map(codes => String.fromCharCode(...codes)),
  )
  fc.assert(
    fc.property(strings, fc.integer({ min: 1, max: 9 }), (text, piece) => {
      const little = Buffer.from(text, 'utf16le')
      const both = [
        [little, 'utf-16le'],
        [Buffer.from(little).swap16(), 'utf-16be'],
      ] as const
      for (const [bytes, encoding] of both) {
        const isWhole = !/\p{Surrogate}/u.test(text)
        if (isWhole) {
          assert.equal(decode(bytes, encoding, piece), text)
          continue
        }
        halves++
        const before = text.slice(0, text.search(/\p{Surrogate}/u))
        assert.throws(
          () => decode(bytes, encoding, piece),
          (error: unknown) => error instanceof InvalidUtf16 && error.line === before.split('\n').length,
        )
      }
    }),
    { numRuns: RUNS },
  )
  assert.ok(halves > 50, `${halves} texts with half a character`)
  assert.throws(() => decode(Uint8Array.of(65, 0, 10, 0, 66), 'utf-16le', 2), /invalid UTF-16 on line 2/)
})

test('every byte in Latin-1 is its own code point, in Windows-1252 what the WHATWG table says', () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i)
  assert.equal(decode(all, 'latin1', 7), Buffer.from(all).toString('latin1'))
  const text = decode(all, 'windows-1252', 7)
  assert.equal(text.length, 256)
  // The assigned ones, from the Unicode Consortium's CP1252.TXT.
  const assigned = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'
  assert.equal(text.slice(0x80, 0xa0).replace(/[\x80-\x9f]/g, ''), assigned)
  assert.equal(
    text.slice(0, 0x80) + text.slice(0xa0),
    Buffer.from(all)
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, ''),
  )
})

test('characters cut between pieces come through where every piece is read into the same Buffer', () => {
  const text = 'é日本語😀'.repeat(50)
  const bytes = Buffer.from(text)
  for (let size = 5; size < 12; size++) {
    const decoder = createDecoder('utf-8')
    const buffer = Buffer.alloc(size)
    let read = ''
    for (let from = 0; from < bytes.length; from += size)
      read += decoder.decode(buffer.subarray(0, bytes.copy(buffer, 0, from, from + size)))
    decoder.finish()
    assert.equal(read, text)
  }
})
