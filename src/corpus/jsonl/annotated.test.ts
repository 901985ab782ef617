import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { toCodePointOffsets } from '../../text/offsets.js'
import { createWriter } from '../create-writer.js'
import { cutLabeled } from '../cut-sentences.js'
import { exactTokens } from '../refine-tokens.js'
import { faultsOf, readAll } from '../testing/read-all.js'

const read = (records: readonly unknown[]) =>
  readAll(records.map(record => `${JSON.stringify(record)}\n`).join(''), 'a.jsonl', {})

test('annotated ranges of a text say which tokens are labeled; entities always are', async () => {
  const text = 'Ada met Grace. She went to Rome.'
  const entities = [
    { start: 0, end: 3, type: 'PER' },
    { start: 27, end: 31, type: 'LOC' },
  ]
  const [sentence] = (await read([{ text, entities, annotated: [[0, 10]], types: ['PER', 'LOC'] }])).sentences
  const { tokens, annotated } = sentence
  assert.deepEqual(annotated?.types, ['PER', 'LOC'])
  // "Grace" is only half inside.
  assert.deepEqual(
    tokens.filter((_, i) => annotated?.tokens?.[i]),
    ['Ada', 'met', 'Rome'],
  )
  const parts = cutLabeled([sentence])
  assert.deepEqual(
    parts.map(part => part.annotated?.tokens?.length),
    parts.map(part => part.tokens.length),
  )
})

test('annotated ranges count in the unit of the record, and tokens where the record has tokens', async () => {
  const text = '😀 Ada met Grace'
  const record = { text, entities: [{ start: 2, end: 5, type: 'PER' }], offsets: 'codepoint' }
  const tokens = ['Ada', 'met', 'Grace']
  const { sentences } = await read([
    { ...record, annotated: [[2, 9]] },
    { tokens, tags: ['B-PER', 'O', 'O'], annotated: [[1, 2]] },
  ])
  assert.deepEqual(
    sentences.map(({ annotated }) => annotated?.tokens),
    [
      [false, true, true, false],
      [true, true, false],
    ],
  )
})

test('ranges outside of the text, and entities of types that are not listed, are refused', async () => {
  const text = 'Ada met Grace'
  const entities = [{ start: 0, end: 3, type: 'PER' }]
  const records = [
    { text, entities, annotated: [[0, 14]] },
    { text, entities, annotated: [[5, 2]] },
    { text, entities, types: ['LOC'] },
    { tokens: ['Ada'], tags: ['B-PER'], annotated: [[0, 2]] },
  ]
  for (const [i, record] of records.entries())
    assert.deepEqual(await faultsOf(read([record])), ['annotated a.jsonl:1'], String(i))
})

test('a key of that name with another value is noted, not read', async () => {
  const { sentences, told } = await read([{ text: 'Ada', entities: [], annotated: true, types: 'news' }])
  assert.equal(sentences[0].annotated, undefined)
  assert.deepEqual(
    told.filter(note => note.includes('not read')).map(note => note.match(/"(\w+)"/)?.[1]),
    ['annotated', 'types'],
  )
})

/** Words, some of them entities, some of the text annotated. */
const records = fc
  .record({
    words: fc.array(
      fc.record({
        word: fc.constantFrom('Ada', 'met', '😀', 'Rome', 'Tokyo-based'),
        isEntity: fc.boolean(),
        isAnnotated: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    unit: fc.constantFrom('utf16' as const, 'codepoint' as const),
    types: fc.constantFrom(undefined, ['X'], ['X', 'Y']),
  })
  .map(({ words, unit, types }) => {
    let text = ''
    const entities: { start: number; end: number; type: string }[] = []
    const annotated: { start: number; end: number }[] = []
    const labeled: boolean[] = []
    for (const { word, isEntity, isAnnotated } of words) {
      if (text !== '') text += ' '
      const range = { start: text.length, end: text.length + word.length }
      text += word
      if (isEntity) entities.push({ ...range, type: 'X' })
      if (isAnnotated) annotated.push(range)
      labeled.push(isEntity || isAnnotated)
    }
    const inUnit = (ranges: typeof annotated) =>
      unit === 'codepoint' ? toCodePointOffsets(text, ranges) : ranges
    const places = inUnit(entities)
    const record = {
      text,
      entities: entities.map(({ type }, i) => ({ ...places[i], type })),
      annotated: inUnit(annotated).map(({ start, end }) => [start, end]),
      ...(types && { types }),
      offsets: unit,
    }
    return { record, labeled, types }
  })

test('what is labeled survives writing and reading, as text and as tokens, in both units', async () => {
  const count = { cases: 0, unlabeled: 0 }
  await fc.assert(
    fc.asyncProperty(records, async ({ record, labeled, types }) => {
      const [sentence] = (await read([record])).sentences
      assert.deepEqual(sentence.annotated, { ...(types && { types }), tokens: labeled })
      for (const layout of ['text', 'tokens'] as const)
        for (const offsets of ['utf16', 'codepoint'] as const) {
          const writer = createWriter('jsonl', { layout, offsets })
          const [again] = (await readAll(writer.write(sentence), 'b.jsonl', {})).sentences
          const expected = layout === 'text' ? sentence : exactTokens(sentence)
          assert.deepEqual(again.annotated, expected.annotated)
          assert.equal(again.annotated?.tokens?.length, again.tokens.length)
          count.cases++
        }
      count.unlabeled += labeled.filter(isLabeled => !isLabeled).length
    }),
    { numRuns: 100 },
  )
  assert.equal(count.cases, 400)
  assert.ok(count.unlabeled > 50)
})

test('annotated in another form is refused: what it leaves out would be learned as no entity', async () => {
  const forms = [[[0.5, 3]], [{ start: 0, end: 3 }], [[0, 3, 'PER']], ['Ada'], [0, 3], [['0', '3']]]
  for (const annotated of forms)
    for (const record of [
      { text: 'Ada met Grace.', entities: [{ start: 0, end: 3, type: 'PER' }], annotated },
      { tokens: ['Ada', 'met', 'Grace'], tags: ['B-PER', 'O', 'O'], annotated },
    ]) {
      assert.deepEqual(await faultsOf(read([record])), ['annotated a.jsonl:1'], JSON.stringify(annotated))
    }
  assert.equal(forms.length, 6)
})
