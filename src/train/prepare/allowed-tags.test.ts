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
        const ids = new AllowedTags(tags, scheme, sets).of(gold, meaning, {
          annotated: { tokens: own.annotated },
        })
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

/** What a model is sure of in a case: entities of the types that it may speak of, tokens of none, and nothing elsewhere. */
interface Recall {
  readonly spans: readonly TokenSpan[]
  readonly isSure: readonly boolean[]
  readonly open: ReadonlySet<string>
}

const recalls: fc.Arbitrary<Case & { readonly recall: Recall }> = cases.chain(own =>
  fc
    .record({
      pieces: fc.array(fc.constantFrom('unsure', 'none', 'none', 'FAC', 'PER'), {
        minLength: 5,
        maxLength: 5,
      }),
      sizes: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 5, maxLength: 5 }),
    })
    .map(({ pieces, sizes }) => {
      const open = new Set(TYPES.filter(type => !own.types.includes(type)))
      const isMarked = (token: number) => own.spans.some(({ start, end }) => start <= token && token < end)
      const spans: TokenSpan[] = []
      const isSure: boolean[] = []
      pieces.forEach((piece, i) => {
        const start = isSure.length
        const end = Math.min(own.length, start + sizes[i])
        const isFree = start < end && !Array.from({ length: end - start }, (_, n) => start + n).some(isMarked)
        const isEntity = isFree && open.has(piece)
        if (isEntity) spans.push({ start, end, type: piece })
        for (let token = start; token < end; token++) isSure.push(isEntity || piece === 'none')
      })
      return { ...own, recall: { spans, isSure, open } }
    }),
)

/** Whether a tagging agrees with what a model is sure of, where the labels mark nothing. */
function agreesWithModel(
  tags: readonly string[],
  scheme: Scheme,
  { spans: marks, recall: { spans, isSure, open } }: Case & { readonly recall: Recall },
): boolean {
  const found = decodeSpans(tags, scheme)
  const at = (list: readonly TokenSpan[], token: number) =>
    list.find(({ start, end }) => start <= token && token < end)
  return isSure.every((sure, token) => {
    if (!sure || at(marks, token)) return true
    const entity = at(found, token)
    const recalled = at(spans, token)
    if (entity && !open.has(entity.type)) return true
    if (!recalled) return entity === undefined
    // Without tags for the end of an entity, another one may cut it short.
    const isEnd = entity && (scheme === 'BIO' ? entity.end <= recalled.end : entity.end === recalled.end)
    return isEnd && entity.start === recalled.start && entity.type === recalled.type
  })
}

for (const scheme of ['BIO', 'IOBES'] as const)
  test(`a model's sure findings narrow what is unmarked, unless the labels contradict them (${scheme})`, () => {
    const tags = tagSet(TYPES, scheme)
    const count = { cases: 0, narrower: 0, contradicted: 0 }
    fc.assert(
      fc.property(recalls, own => {
        const sets = new TagSets()
        const meaning = { types: new Set(own.types), map: MAP }
        const gold = encodeSpans(own.spans, own.length, scheme)
        const { spans, isSure, open } = own.recall
        const found = encodeSpans(spans, own.length, scheme).map((tag, token) =>
          isSure[token] ? tag : undefined,
        )
        const ids = new AllowedTags(tags, scheme, sets).of(gold, meaning, {
          annotated: { tokens: own.annotated },
          recalled: { types: open, tags: found },
        })
        const allowed = Array.from(ids, id => sets.tagsOf(id))
        const byLabels = [...taggings(tags, scheme, own.length)].filter(path =>
          agrees(
            path.map(tag => tags[tag]),
            scheme,
            own,
          ),
        )
        const byBoth = byLabels.filter(path =>
          agreesWithModel(
            path.map(tag => tags[tag]),
            scheme,
            own,
          ),
        )
        const expected = byBoth.length > 0 ? byBoth : byLabels
        const actual = [...taggings(tags, scheme, own.length)].filter(path =>
          path.every((tag, token) => allowed[token].includes(tag)),
        )
        assert.deepEqual(actual, expected, `${gold.join(' ')} with ${found.join(' ')}`)
        if (byBoth.length < byLabels.length) count[byBoth.length > 0 ? 'narrower' : 'contradicted']++
        count.cases++
      }),
      { numRuns: 150 },
    )
    assert.equal(count.cases, 150)
    assert.ok(count.narrower > 30, JSON.stringify(count))
  })

test('every allowed tag lies on an allowed path, and a whole sentence has one', () => {
  const tags = tagSet(TYPES, 'IOBES')
  const sets = new TagSets()
  const allowedTags = new AllowedTags(tags, 'IOBES', sets)
  const meaning = { types: new Set(TYPES), map: new Map<string, string[]>() }
  const names = (gold: string[], tokens?: boolean[]) =>
    Array.from(allowedTags.of(gold, meaning, { annotated: tokens && { tokens } }), id =>
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
  const [set] = new AllowedTags(tags, 'BIO', sets).of(['O'], meaning, { annotated: { types: ['LOC'] } })
  assert.deepEqual(
    sets.tagsOf(set).map(tag => tags[tag]),
    ['O', 'B-PER'],
  )
})
