import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeSpans } from '../tags/encode-spans.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import type { Scheme } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import { transitions } from '../tags/transitions.js'
import type { SpanConstraints } from './constraints.js'
import { Decoder } from './decoder.js'

const TAGS: Readonly<Partial<Record<Scheme, readonly string[]>>> = {
  BIO: ['O', 'B-A', 'I-A', 'B-B', 'I-B'],
  IOBES: ['O', 'B-A', 'I-A', 'E-A', 'S-A', 'S-B'],
}

/** Every tagging of a length that a scheme allows. */
function taggings(tags: readonly string[], scheme: Scheme, length: number): number[][] {
  const { start, end, allowed } = transitions(tags, scheme)
  let paths: number[][] = [[]]
  for (let t = 0; t < length; t++)
    paths = paths.flatMap(path =>
      tags.flatMap((_, next) => {
        const last = path.at(-1)
        return (last === undefined ? start[next] : allowed[last][next]) ? [[...path, next]] : []
      }),
    )
  return paths.filter(path => end[path[path.length - 1]])
}

const isSame = (a: TokenSpan, b: TokenSpan) => a.start === b.start && a.end === b.end && a.type === b.type

/** Whether a tagging's entities agree with what is fixed and forbidden. */
function agrees(
  spans: readonly TokenSpan[],
  known: ReadonlySet<string>,
  { fixed = [], forbidden = [] }: SpanConstraints,
) {
  const isFixed = (t: number) => fixed.some(({ start, end }) => start <= t && t < end)
  for (const own of fixed) {
    const isThere = spans.some(span => isSame(span, own))
    if (
      known.has(JSON.stringify(own))
        ? !isThere
        : spans.some(span => span.start < own.end && own.start < span.end)
    )
      return false
  }
  return !forbidden.some(({ start, end, type }) =>
    spans.some(span => {
      for (let t = Math.max(start, span.start); t < Math.min(end, span.end); t++)
        if (!isFixed(t) && (type === undefined || type === span.type)) return true
      return false
    }),
  )
}

const LENGTH = 4
const span = fc
  .tuple(fc.nat(LENGTH - 1), fc.integer({ min: 1, max: 3 }), fc.constantFrom('A', 'B', 'C'))
  .map(([start, length, type]): TokenSpan => ({ start, end: Math.min(LENGTH, start + length), type }))
const apart = (spans: readonly TokenSpan[]) =>
  spans
    .filter((own, i) => !spans.slice(0, i).some(before => before.start < own.end && own.start < before.end))
    .sort((a, b) => a.start - b.start)
const constraints = fc.record({
  fixed: fc.array(span, { maxLength: 2 }).map(apart),
  forbidden: fc.array(
    fc
      .tuple(span, fc.boolean())
      .map(([{ start, end, type }, any]) => (any ? { start, end } : { start, end, type })),
    { maxLength: 2 },
  ),
})

test('the best tagging and the scores are those of the taggings that agree, by trying all of them', () => {
  let [entities, fixedCount] = [0, 0]
  fc.assert(
    fc.property(
      fc.constantFrom('BIO', 'IOBES'),
      constraints,
      fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 60, maxLength: 60 }),
      fc.boolean(),
      (scheme, known, numbers, isCrf) => {
        const tags = TAGS[scheme] ?? []
        const size = tags.length
        // Different enough that no two taggings score the same.
        const number = (i: number) => numbers[i % 60] / 10 + Math.sin(i * 7.3) / 97
        const emissions = Float32Array.from({ length: LENGTH * size }, (_, i) => number(i))
        const scores = {
          transitions: Float32Array.from({ length: size * size }, (_, i) => (isCrf ? number(i + 5) / 2 : 0)),
          start: Float32Array.from({ length: size }, (_, i) => (isCrf ? number(i + 9) : 0)),
          end: Float32Array.from({ length: size }, (_, i) => (isCrf ? number(i + 17) : 0)),
        }
        const decoder = new Decoder(tags, scheme, { constrained: true, ...(isCrf && { scores }) })
        const has = new Set(
          known.fixed
            .filter(own => encodeSpans([own], LENGTH, scheme).every(tag => tags.includes(tag)))
            .map(own => JSON.stringify(own)),
        )
        const left = taggings(tags, scheme, LENGTH)
          .map(path => {
            let score = scores.start[path[0]] + scores.end[path[LENGTH - 1]]
            path.forEach((tag, t) => {
              score += emissions[t * size + tag] + (t > 0 ? scores.transitions[path[t - 1] * size + tag] : 0)
            })
            return {
              score,
              tags: path.map(tag => tags[tag]),
              spans: lenientSpans(path.map(tag => tags[tag])),
            }
          })
          .filter(({ spans }) => agrees(spans, has, known))
        const best = left.reduce((a, b) => (b.score > a.score ? b : a))
        const total = left.reduce((sum, { score }) => sum + Math.exp(score - best.score), 0)
        const found = decoder.decode(emissions, LENGTH, known)
        assert.deepEqual(found.tags, best.tags)
        for (const own of found.spans) {
          const share = left
            .filter(({ spans }) => spans.some(each => isSame(each, own)))
            .reduce((sum, { score }) => sum + Math.exp(score - best.score), 0)
          assert.ok(Math.abs(own.score - share / total) < 1e-5, `${own.score} ${share / total}`)
          entities++
        }
        fixedCount += has.size
      },
    ),
    { numRuns: 800 },
  )
  assert.ok(entities > 300 && fixedCount > 200, `${entities} entities, ${fixedCount} fixed`)
})

test('a suggestion adds its weight to the tags of its entity', () => {
  const tags = ['O', 'B-A', 'I-A']
  const decoder = new Decoder(tags, 'BIO', { constrained: true })
  const emissions = Float32Array.of(1, 0, 0, 1, 0, 0)
  const suggested = [{ start: 0, end: 2, type: 'A', weight: 1.5 }]
  assert.deepEqual(decoder.decode(emissions, 2).spans, [])
  const [own] = decoder.decode(emissions, 2, { suggested }).spans
  const same = decoder.decode(Float32Array.of(1, 1.5, 0, 1, 0, 1.5), 2).spans[0]
  assert.deepEqual(own, same)
  assert.deepEqual([own.start, own.end], [0, 2])
})
