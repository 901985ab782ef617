import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeSpans } from '../tags/decode-spans.js'
import { encodeSpans } from '../tags/encode-spans.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import type { Scheme } from '../tags/scheme.js'
import { refineTokens } from './refine-tokens.js'

test('cutting tokens keeps text and entities, in every scheme', () => {
  const words = fc.array(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 })
  const schemes = fc.constantFrom<Scheme>('IOB1', 'BIO', 'IOBES', 'BILOU', 'BMES', 'BMEWO')
  let cut = 0
  fc.assert(
    fc.property(words, schemes, fc.array(fc.nat(40)), fc.nat(1000), (tokens, scheme, cuts, seed) => {
      const text = tokens.join(' ')
      let at = 0
      const offsets = tokens.map(token => {
        const start = at
        at += token.length + 1
        return { start, end: start + token.length }
      })
      const spans = tokens.flatMap((_, i) =>
        i % 2 === 0 && (seed >> i) & 1
          ? [
              {
                start: i,
                end: Math.min(tokens.length, i + 1 + ((seed >> (i + 3)) & 1)),
                type: i % 4 ? 'A' : 'B',
              },
            ]
          : [],
      )
      const tags = encodeSpans(spans, tokens.length, scheme)
      const refined = refineTokens({ tokens, tags, text, offsets, lines: [1] }, cuts)
      const ranges = refined.offsets ?? []
      assert.deepEqual(
        refined.tokens,
        ranges.map(({ start, end }) => text.slice(start, end)),
      )
      assert.equal(refined.tokens.join(''), tokens.join(''))
      const before = spans.map(s => [offsets[s.start].start, offsets[s.end - 1].end, s.type])
      // In B and E alone, IOBES and BMES are the same, so a token may be cut as in the other one.
      const read = scheme === 'BMES' || scheme === 'BMEWO' ? lenientSpans : decodeSpans
      const after = read(refined.tags, scheme).map(s => [
        ranges[s.start].start,
        ranges[s.end - 1].end,
        s.type,
      ])
      assert.deepEqual(after, before)
      for (const place of cuts) assert.ok(ranges.every(({ start, end }) => place <= start || place >= end))
      if (refined.tokens.length > tokens.length && spans.length > 0) cut++
    }),
    { numRuns: 400 },
  )
  assert.ok(cut > 100)
})
