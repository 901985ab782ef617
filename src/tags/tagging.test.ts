import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeSpans } from './encode-spans.js'
import { lenientSpans } from './lenient-spans.js'
import { SCHEMES, type Scheme } from './scheme.js'
import { expressibleSpans, joinTaggings, toScheme } from './tagging.js'

const tagging = (tags: readonly string[]) => ({ tags, spans: lenientSpans(tags) })
const tag = fc.constantFrom('O', 'B-A', 'I-A', 'B-C', 'I-C')
const sentence = fc.array(fc.array(tag, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 })

test('joined taggings hold the entities of their parts, token by token', () => {
  let cuts = 0
  fc.assert(
    fc.property(sentence, parts => {
      const { tags, spans } = joinTaggings(parts.map(tagging))
      assert.deepEqual(tags, parts.flat())
      // Which token is in which entity, from each part alone.
      const expected = parts.flatMap((part, p) => {
        const own = lenientSpans(part)
        return part.map((_, t) => {
          const i = own.findIndex(({ start, end }) => start <= t && t < end)
          return i < 0 ? '' : `${p} ${i} ${own[i].type}`
        })
      })
      const named = new Array<string>(tags.length).fill('')
      const numbers = new Map<number, number>()
      const starts = parts.map((_, p) => parts.slice(0, p).flat().length)
      for (const { start, end, type } of spans) {
        const p = starts.findLastIndex(at => at <= start)
        const i = numbers.get(p) ?? 0
        numbers.set(p, i + 1)
        named.fill(`${p} ${i} ${type}`, start, end)
      }
      assert.deepEqual(named, expected)
      if (parts.length > 1) cuts++
    }),
    { numRuns: 300 },
  )
  assert.ok(cuts > 100, `${cuts} of several parts`)
})

test('a tagging rewritten in a scheme reads as it was meant; IO merges neighbors that it cannot separate', () => {
  let [merged, cases] = [0, 0]
  const schemes = Object.keys(SCHEMES) as Scheme[]
  fc.assert(
    fc.property(sentence, fc.constantFrom(...schemes), (parts, scheme) => {
      const whole = joinTaggings(parts.map(tagging))
      const rewritten = toScheme(whole, scheme)
      assert.deepEqual(lenientSpans(rewritten.tags), rewritten.spans)
      const bio = toScheme(whole, scheme, { written: 'BIO' })
      assert.deepEqual([lenientSpans(bio.tags), bio.spans], [rewritten.spans, rewritten.spans])
      if (scheme !== 'IO') assert.deepEqual(rewritten.spans, whole.spans)
      else {
        // Written in IO by hand and read again.
        const types = encodeSpans(whole.spans, whole.tags.length, 'BIO').map(name => name.replace(/^B/, 'I'))
        assert.deepEqual(rewritten.tags, types)
      }
      if (rewritten.spans.length < whole.spans.length) merged++
      cases++
    }),
    { numRuns: 500 },
  )
  assert.ok(cases === 500 && merged > 20, `${merged} of ${cases} merged`)
})

test('merged entities keep what the caller asks for', () => {
  const spans = [
    { start: 0, end: 1, type: 'A', score: 0.9 },
    { start: 1, end: 2, type: 'A', score: 0.5 },
  ]
  const merge = (first: (typeof spans)[0], { end, score }: (typeof spans)[0]) => ({ ...first, end, score })
  assert.deepEqual(toScheme({ tags: ['S-A', 'S-A'], spans }, 'IO', { merge }), {
    tags: ['I-A', 'I-A'],
    spans: [{ start: 0, end: 2, type: 'A', score: 0.5 }],
  })
})

test('expressible spans come back from their tags, and only IO changes any', () => {
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
        const expressible = expressibleSpans(spans, scheme)
        assert.deepEqual(lenientSpans(encodeSpans(expressible, end, scheme)), expressible)
        if (scheme !== 'IO') assert.deepEqual(expressible, spans)
        else if (expressible.length < spans.length) merged++
      }
    }),
    { seed: 1, numRuns: 300 },
  )
  assert.ok(merged > 50, `${merged}`)
})
