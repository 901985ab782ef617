import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeSpans } from '../tags/encode-spans.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import { SCHEMES, type Scheme } from '../tags/scheme.js'
import { joinFound, sayIn } from './found-entities.js'

const found = (tags: readonly string[]) => ({ tags, spans: lenientSpans(tags) })
const tag = fc.constantFrom('O', 'B-A', 'I-A', 'B-C', 'I-C')
const sentence = fc.array(fc.array(tag, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 4 })

test('what was found in parts is the same in the whole, token by token', () => {
  let cuts = 0
  fc.assert(
    fc.property(sentence, parts => {
      const { tags, spans } = joinFound(parts.map(found))
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

test('what was found is said so that its scheme reads it as it is meant, and IO as one what it cannot part', () => {
  let [merged, cases] = [0, 0]
  const schemes = Object.keys(SCHEMES) as Scheme[]
  fc.assert(
    fc.property(sentence, fc.constantFrom(...schemes), (parts, scheme) => {
      const whole = joinFound(parts.map(found))
      const said = sayIn(scheme, whole)
      assert.deepEqual(lenientSpans(said.tags), said.spans)
      const bio = sayIn(scheme, whole, { written: 'BIO' })
      assert.deepEqual([lenientSpans(bio.tags), bio.spans], [said.spans, said.spans])
      if (scheme !== 'IO') assert.deepEqual(said.spans, whole.spans)
      else {
        // Written in IO by hand and read again.
        const types = encodeSpans(whole.spans, whole.tags.length, 'BIO').map(name => name.replace(/^B/, 'I'))
        assert.deepEqual(said.tags, types)
      }
      if (said.spans.length < whole.spans.length) merged++
      cases++
    }),
    { numRuns: 500 },
  )
  assert.ok(cases === 500 && merged > 20, `${merged} of ${cases} merged`)
})

test('what is merged keeps what is asked for of both', () => {
  const spans = [
    { start: 0, end: 1, type: 'A', score: 0.9 },
    { start: 1, end: 2, type: 'A', score: 0.5 },
  ]
  const merge = (first: (typeof spans)[0], { end, score }: (typeof spans)[0]) => ({ ...first, end, score })
  assert.deepEqual(sayIn('IO', { tags: ['S-A', 'S-A'], spans }, { merge }), {
    tags: ['I-A', 'I-A'],
    spans: [{ start: 0, end: 2, type: 'A', score: 0.5 }],
  })
})
