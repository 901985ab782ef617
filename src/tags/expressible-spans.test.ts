import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeSpans } from './encode-spans.js'
import { expressibleSpans } from './expressible-spans.js'
import { lenientSpans } from './lenient-spans.js'
import { SCHEMES, type Scheme } from './scheme.js'

test('what is expressible comes back from its tags, and is only changed where IO makes it', () => {
  let merged = 0
  const span = fc.record({
    gap: fc.nat(1),
    length: fc.integer({ min: 1, max: 3 }),
    type: fc.constantFrom('A', 'B'),
  })
  fc.assert(
    fc.property(fc.array(span, { maxLength: 6 }), parts => {
      let end = 0
      const spans = parts.map(({ gap, length, type }) => {
        const start = end + gap
        end = start + length
        return { start, end, type }
      })
      for (const scheme of Object.keys(SCHEMES) as Scheme[]) {
        const said = expressibleSpans(spans, scheme)
        assert.deepEqual(lenientSpans(encodeSpans(said, end, scheme)), said)
        if (scheme !== 'IO') assert.deepEqual(said, spans)
        else if (said.length < spans.length) merged++
      }
    }),
    { seed: 1, numRuns: 300 },
  )
  assert.ok(merged > 50, `${merged}`)
})
