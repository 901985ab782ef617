import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { convertTags } from './convert-tags.js'
import { decodeSpans } from './decode-spans.js'
import { encodeSpans } from './encode-spans.js'
import { findIllFormed } from './ill-formed.js'
import { lenientSpans } from './lenient-spans.js'
import { addRepairs, NO_REPAIRS, repairTags } from './repair-tags.js'
import { SCHEME_NAMES, type Scheme, TagError } from './scheme.js'
import type { TokenSpan } from './span.js'
import { tagSet } from './tag-set.js'
import { transitions } from './transitions.js'

const TYPES = ['A', 'b-c']

/** Every set of non-overlapping spans over `length` tokens, by hand: each token is outside or a span begins there. */
function allSpanSets(length: number, from = 0): TokenSpan[][] {
  if (from >= length) return [[]]
  const sets = allSpanSets(length, from + 1)
  for (let end = from + 1; end <= length; end++)
    for (const type of TYPES)
      for (const rest of allSpanSets(length, end)) sets.push([{ start: from, end, type }, ...rest])
  return sets
}

function allSequences(tags: readonly string[], length: number): string[][] {
  if (length === 0) return [[]]
  return allSequences(tags, length - 1).flatMap(rest => tags.map(tag => [...rest, tag]))
}

function hasTwins(spans: readonly TokenSpan[]): boolean {
  return spans.some((span, i) => i > 0 && span.start === spans[i - 1].end && span.type === spans[i - 1].type)
}

for (const scheme of SCHEME_NAMES) {
  test(`${scheme}: the well-formed sequences are exactly those that some set of spans is written as`, () => {
    const tags = tagSet(TYPES, scheme)
    const legal = transitions(tags, scheme)
    let sequences = 0
    for (let length = 0; length <= (tags.length > 5 ? 4 : 5); length++) {
      const written = new Map<string, TokenSpan[]>()
      for (const spans of allSpanSets(length))
        if (scheme !== 'IO' || !hasTwins(spans))
          written.set(encodeSpans(spans, length, scheme).join(' '), spans)
      for (const sequence of allSequences(tags, length)) {
        sequences++
        const spans = written.get(sequence.join(' '))
        const ids = sequence.map(tag => tags.indexOf(tag))
        const isLegal = ids.every((id, i) => (i === 0 ? legal.start[id] : legal.allowed[ids[i - 1]][id]))
        assert.equal(isLegal && (length === 0 || legal.end[ids[length - 1]]), spans !== undefined)
        assert.equal(findIllFormed(sequence, scheme).length === 0, spans !== undefined, sequence.join(' '))
        if (spans) {
          assert.deepEqual(decodeSpans(sequence, scheme), spans)
          assert.deepEqual(lenientSpans(sequence), spans)
        }
      }
    }
    assert.ok(sequences >= 300)
  })
}

const spanSets = fc
  .array(
    fc.record({
      gap: fc.nat(2),
      size: fc.integer({ min: 1, max: 4 }),
      type: fc.constantFrom('PER', 'geo-loc', '人名'),
    }),
    { maxLength: 8 },
  )
  .map(parts => {
    let at = 0
    const spans = parts.map(({ gap, size, type }) => ({ start: at + gap, end: (at += gap + size), type }))
    return { spans, length: at + (parts.length % 3) }
  })

test('spans → tags → spans and tags → tags → tags in every pair of schemes', () => {
  let pairs = 0
  fc.assert(
    fc.property(spanSets, ({ spans, length }) => {
      for (const from of SCHEME_NAMES)
        for (const to of SCHEME_NAMES) {
          if ((from === 'IO' || to === 'IO') && hasTwins(spans)) continue
          pairs++
          const tags = encodeSpans(spans, length, from)
          assert.deepEqual(decodeSpans(tags, from), spans)
          const converted = convertTags(tags, from, to)
          assert.deepEqual(decodeSpans(converted, to), spans)
          assert.deepEqual(convertTags(converted, to, from), tags)
        }
    }),
    { numRuns: 300 },
  )
  assert.ok(pairs >= 300 * 16)
})

test('repair makes any mixture well-formed, keeps each token’s type and counts what it did', () => {
  const mixture = fc.array(fc.constantFrom('O', ...tagSet(TYPES, 'IOBES'), ...tagSet(TYPES, 'BILOU')), {
    maxLength: 10,
  })
  let repaired = 0
  fc.assert(
    fc.property(mixture, fc.constantFrom<Scheme>('IOB1', 'BIO', 'IOBES', 'BILOU'), (tags, scheme) => {
      const result = repairTags(tags, scheme)
      assert.deepEqual(findIllFormed(result.tags, scheme), [])
      assert.deepEqual(
        result.tags.map(tag => tag.slice(1)),
        tags.map(tag => tag.slice(1)),
      )
      const { changedTags, ...kinds } = result.repairs
      const faults = Object.values(kinds).reduce((a, b) => a + b, 0)
      assert.equal(faults, findIllFormed(tags, scheme).length)
      assert.equal(faults === 0, result.tags === tags)
      assert.equal(changedTags, result.tags.filter((tag, i) => tag !== tags[i]).length)
      if (faults > 0) repaired++
    }),
    { numRuns: 500 },
  )
  assert.ok(repaired > 100)
  const once = repairTags(['O', 'I-A', 'B-A'], 'BIO').repairs
  assert.deepEqual(addRepairs(addRepairs(NO_REPAIRS, once), once), {
    'foreign-prefix': 0,
    'inside-without-begin': 2,
    'superfluous-begin': 0,
    unfinished: 0,
    changedTags: 2,
  })
})

test('spans that cannot be written are refused with the reason', () => {
  const twins = [
    { start: 0, end: 1, type: 'A' },
    { start: 1, end: 2, type: 'A' },
  ]
  const refused = (code: string, run: () => unknown) =>
    assert.throws(run, (error: unknown) => error instanceof TagError && error.code === code)
  refused('tags/inexpressible', () => encodeSpans(twins, 2, 'IO'))
  refused('tags/inexpressible', () => convertTags(['B-A', 'B-A'], 'BIO', 'IO'))
  refused('tags/ill-formed', () => convertTags(['O', 'I-A'], 'BIO', 'IOBES'))
  refused('tags/malformed', () => convertTags(['X-A'], 'BIO', 'IOBES'))
  refused('tags/spans', () => encodeSpans([{ start: 1, end: 3, type: 'A' }], 2, 'BIO'))
  refused('tags/spans', () => encodeSpans([{ start: 1, end: 1, type: 'A' }], 2, 'BIO'))
  refused('tags/spans', () => encodeSpans([{ start: 0, end: 1, type: '' }], 2, 'BIO'))
  refused('tags/spans', () => encodeSpans([twins[0], { start: 0, end: 2, type: 'B' }], 2, 'BIO'))
})
