import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeSpans } from '../../tags/decode-spans.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import type { Scheme } from '../../tags/scheme.js'
import type { TokenSpan } from '../../tags/span.js'
import { tagSet } from '../../tags/tag-set.js'
import { transitions } from '../../tags/transitions.js'
import { AllowedTags, TagSets } from './allowed-tags.js'

const TYPES = ['FAC', 'GPE', 'PER']

interface Case {
  readonly length: number
  readonly spans: readonly TokenSpan[]
  /** Types of the model that are marked throughout. */
  readonly types: readonly string[]
  readonly annotated: readonly boolean[]
}

/** What the corpus's types stand for. */
const MAP = new Map([
  ['LOC', ['GPE', 'FAC']],
  ['OTHER', []],
])
const imagesOf = (type: string) => MAP.get(type) ?? [type]

const cases: fc.Arbitrary<Case> = fc
  .record({
    pieces: fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 2 }),
        type: fc.constantFrom(null, null, 'PER', 'LOC', 'OTHER'),
        isAnnotated: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    types: fc.subarray(TYPES),
    isWhole: fc.boolean(),
  })
  .map(({ pieces, types, isWhole }) => {
    const spans: TokenSpan[] = []
    const annotated: boolean[] = []
    for (const { size, type, isAnnotated } of pieces) {
      const start = annotated.length
      for (let i = 0; i < size; i++) annotated.push(isWhole || isAnnotated)
      if (type !== null && (isWhole || isAnnotated)) spans.push({ start, end: start + size, type })
    }
    return { length: annotated.length, spans, types, annotated }
  })
  .filter(({ length }) => length <= 5)

/** Whether a well-formed tagging agrees with the labels, told from its entities alone. */
function agrees(tags: readonly string[], scheme: Scheme, { spans, types, annotated }: Case): boolean {
  const found = decodeSpans(tags, scheme)
  const covers = (span: TokenSpan, token: number) => span.start <= token && token < span.end
  return annotated.every((isAnnotated, token) => {
    if (!isAnnotated) return true
    const entity = found.find(span => covers(span, token))
    const mark = spans.find(span => covers(span, token) && imagesOf(span.type).length > 0)
    if (!mark) return entity === undefined || !types.includes(entity.type)
    return (
      entity?.start === mark.start && entity.end === mark.end && imagesOf(mark.type).includes(entity.type)
    )
  })
}

function* taggings(tags: readonly string[], scheme: Scheme, length: number): Generator<number[]> {
  const { start, end, allowed } = transitions(tags, scheme)
  const ids = tags.map((_, id) => id)
  function* from(path: readonly number[]): Generator<number[]> {
    const last = path.at(-1)
    if (path.length === length) {
      if (last !== undefined && end[last]) yield [...path]
      return
    }
    for (const id of ids) if (last === undefined ? start[id] : allowed[last][id]) yield* from([...path, id])
  }
  yield* from([])
}

for (const scheme of ['BIO', 'IOBES'] as const)
  test(`the legal paths through the allowed tags are those whose entities agree with the labels (${scheme})`, () => {
    const tags = tagSet(TYPES, scheme)
    const count = { cases: 0, allowed: 0, forbidden: 0 }
    fc.assert(
      fc.property(cases, own => {
        const sets = new TagSets()
        const meaning = { types: new Set(own.types), map: MAP }
        const gold = encodeSpans(own.spans, own.length, scheme)
        const ids = new AllowedTags(tags, scheme, sets).of(gold, meaning, { tokens: own.annotated })
        const allowed = Array.from(ids, id => sets.tagsOf(id))
        for (const path of taggings(tags, scheme, own.length)) {
          const isAllowed = path.every((tag, token) => allowed[token].includes(tag))
          const names = path.map(tag => tags[tag])
          assert.equal(isAllowed, agrees(names, scheme, own), `${names.join(' ')} for ${gold.join(' ')}`)
          count[isAllowed ? 'allowed' : 'forbidden']++
        }
        count.cases++
      }),
      { numRuns: 150 },
    )
    assert.equal(count.cases, 150)
    assert.ok(count.allowed > 1000 && count.forbidden > 1000, JSON.stringify(count))
  })

test('every allowed tag lies on an allowed path, and a whole sentence has one', () => {
  const tags = tagSet(TYPES, 'IOBES')
  const sets = new TagSets()
  const allowedTags = new AllowedTags(tags, 'IOBES', sets)
  const meaning = { types: new Set(TYPES), map: new Map<string, string[]>() }
  const names = (gold: string[], tokens?: boolean[]) =>
    Array.from(allowedTags.of(gold, meaning, tokens && { tokens }), id =>
      sets.tagsOf(id).map(tag => tags[tag]),
    )
  assert.deepEqual(names(['B-PER', 'E-PER', 'O']), [['B-PER'], ['E-PER'], ['O']])
  // Between two labeled tokens only an entity of one token fits.
  assert.deepEqual(names(['O', 'O', 'O'], [true, false, true]), [
    ['O'],
    ['O', 'S-FAC', 'S-GPE', 'S-PER'],
    ['O'],
  ])
})

test("a record's own types narrow what its corpus marks", () => {
  const tags = tagSet(TYPES, 'BIO')
  const sets = new TagSets()
  const meaning = { types: new Set(TYPES), map: MAP }
  const [set] = new AllowedTags(tags, 'BIO', sets).of(['O'], meaning, { types: ['LOC'] })
  assert.deepEqual(
    sets.tagsOf(set).map(tag => tags[tag]),
    ['O', 'B-PER'],
  )
})
