import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenize } from '../../text/tokenize.js'
import type { ReadOptions } from '../read-options.js'
import { readText } from '../read-text.js'
import type { Sentence } from '../sentence.js'
import { faultsOf, readAll } from '../testing/read-all.js'

const read = (records: readonly unknown[], options: ReadOptions = {}) =>
  readAll(records.map(record => `${JSON.stringify(record)}\n`).join(''), 'a.jsonl', options)

test('text with entities is tokenized as any text; what its tokens cannot say is kept as ranges', async () => {
  const { sentences } = await read([
    {
      text: 'The US-led team met Ada Lovelace.',
      entities: [
        { start: 4, end: 6, type: 'LOC' },
        { start: 20, end: 32, type: 'PER' },
      ],
    },
  ])
  const [{ tokens, tags, text, offsets }] = sentences
  assert.ok(text && offsets)
  assert.deepEqual(
    offsets.map(({ start, end }) => text.slice(start, end)),
    tokens,
  )
  assert.deepEqual(
    tokens,
    tokenize(text).map(token => token.text),
  )
  assert.equal(tags[tokens.indexOf('US-led')], 'O')
  assert.deepEqual(sentences[0].entities, [
    { start: 4, end: 6, type: 'LOC' },
    { start: 20, end: 32, type: 'PER' },
  ])
  assert.deepEqual(tags.slice(tokens.indexOf('Ada'), tokens.indexOf('Ada') + 2), ['B-PER', 'I-PER'])
})

test('other keys with the same meaning: spans, label, triples, start_offset, span', async () => {
  const text = 'Ada wrote'
  const same = [
    { text, entities: [{ start: 0, end: 3, type: 'PER' }] },
    { text, spans: [{ start: 0, end: 3, label: 'PER' }] },
    { text, label: [[0, 3, 'PER']] },
    { text, labels: [[0, 3, 'PER']] },
    { text, entities: [{ label: 'PER', start_offset: 0, end_offset: 3 }] },
    { text, entities: [{ span: [0, 3], type: 'PER' }] },
    { tokens: ['Ada', 'wrote'], tags: ['B-PER', 'O'] },
  ]
  const { sentences } = await read(same)
  for (const sentence of sentences) {
    assert.deepEqual(sentence.tokens, ['Ada', 'wrote'])
    assert.deepEqual(sentence.tags, ['B-PER', 'O'])
  }
  assert.equal(sentences.length, same.length)
})

test('offsets in code points, if the record or the option says so; a unit that only fits is noted', async () => {
  const record = { text: '😀 Ada 😀 Bob', entities: [{ start: 8, end: 11, type: 'PER' }] }
  for (const { sentences, notes } of [
    await read([{ ...record, offsets: 'codepoint' }]),
    await read([record], { offsets: 'codepoint' }),
  ]) {
    assert.equal(sentences[0].tokens[sentences[0].tags.indexOf('B-PER')], 'Bob')
    assert.deepEqual(sentences[0].offsets?.at(-1), { start: 10, end: 13 })
    assert.deepEqual(notes, [])
  }
  const utf16 = { text: record.text, entities: [{ start: 10, end: 13, type: 'PER' }] }
  const { sentences, notes } = await read([utf16])
  assert.equal(sentences[0].tokens[sentences[0].tags.indexOf('B-PER')], 'Bob')
  assert.deepEqual(notes, ['offset-unit'])
})

test('what is skipped is noted: other keys, white space at the edges of entities, records without words', async () => {
  const { sentences, told } = await read([
    { id: 7, text: ' Ada wrote', entities: [{ start: 0, end: 4, type: 'PER' }] },
    { id: 8, text: '  ', entities: [] },
  ])
  assert.equal(sentences.length, 1)
  assert.deepEqual(told, [
    'a.jsonl: key "id" is not read (2 records)',
    'a.jsonl: 1 record without words skipped',
    'a.jsonl: white space at the edges of 1 entity is ignored',
  ])
})

test('text without entities is unlabeled; with an empty list it is labeled', async () => {
  const { sentences } = await read([
    { text: 'Ada wrote' },
    { text: 'Ada wrote', entities: [] },
    { tokens: ['Ada'] },
  ])
  assert.deepEqual(
    sentences.map(({ tags }) => tags),
    [[], ['O', 'O'], []],
  )
})

test('documents are numbered when the name changes', async () => {
  const record = (document: unknown) => ({ tokens: ['a'], tags: ['O'], document })
  const { sentences } = await read([record('x'), record('x'), record(3), record(4)])
  assert.deepEqual(
    sentences.map(({ document }) => document),
    [0, 0, 1, 2],
  )
})

test('records that an annotator rejected are skipped with a note; null is like no value', async () => {
  const spans = [{ start: 0, end: 3, label: 'PER' }]
  const { sentences, notes } = await read([
    { text: 'Ada wrote', spans, answer: 'accept', meta: null },
    { text: 'Bob wrote', spans, answer: 'reject' },
    { text: 'Cy wrote', spans: null, answer: 'ignore' },
    { text: 'Di wrote', spans: null },
  ])
  assert.deepEqual(
    sentences.map(({ tokens, tags }) => [tokens[0], tags.length]),
    [
      ['Ada', 2],
      ['Di', 0],
    ],
  )
  assert.deepEqual(notes, ['rejected-records'])
})

test('tags of tokens may be named ner_tags, but not be numbers', async () => {
  const { sentences, notes } = await read([{ tokens: ['Ada', 'wrote'], ner_tags: ['B-PER', 'O'] }])
  assert.deepEqual(sentences[0].tags, ['B-PER', 'O'])
  assert.deepEqual(notes, [])
  assert.deepEqual(await faultsOf(read([{ tokens: ['Ada'], ner_tags: [1] }])), ['bad-tag a.jsonl:1'])
})

test('without tags, entities are not read', async () => {
  const entities = [{ start: 4, end: 6, type: 'LOC' }]
  const records = [{ text: 'The USA won', entities }]
  assert.deepEqual((await read(records)).sentences[0].entities, entities)
  const { sentences } = await read(records, { tagColumn: 'none' })
  assert.deepEqual([sentences[0].tokens, sentences[0].tags], [['The', 'USA', 'won'], []])
  assert.equal(sentences[0].entities, undefined)
  const tokens = await read([{ tokens: ['a'], tags: ['O'] }], { tagColumn: 'none' })
  assert.deepEqual(tokens.sentences[0].tags, [])
})

test('offsets of tokens count as the option says, or as the tokens show', async () => {
  const record = {
    tokens: ['😀', 'Ada'],
    text: '😀 Ada',
    tokenOffsets: [
      [0, 1],
      [2, 5],
    ],
  }
  const { sentences } = await read([record], { offsets: 'codepoint' })
  assert.deepEqual(sentences[0].offsets, [
    { start: 0, end: 2 },
    { start: 3, end: 6 },
  ])
  // Without the option, the tokens decide.
  assert.deepEqual((await read([record])).sentences[0].offsets, sentences[0].offsets)
  await assert.rejects(read([{ ...record, offsets: 'utf16' }]), /in order, got [^;]*$/)
})

test('one pair per line is one record, also without the file name of the format', async () => {
  const pair = JSON.stringify(['Ada wrote.', { entities: [[0, 3, 'PER']] }])
  for (const name of ['a.jsonl', 'unnamed'])
    for (const text of [`${pair}\n${pair}\n`, `[${pair},\n${pair}]`]) {
      const sentences: Sentence[] = []
      for await (const each of readText([text], name)) sentences.push(each)
      assert.deepEqual(
        sentences.map(({ tags }) => tags[0]),
        ['B-PER', 'B-PER'],
        text,
      )
    }
})

test('null is like no value under every key', async () => {
  const nothing = { document: null, columns: null, offsets: null }
  const { sentences, notes } = await read([
    { ...nothing, tokens: ['Ada'], tags: ['O'], text: null, tokenOffsets: null },
    { ...nothing, text: 'Ada', tokens: null, entities: null },
  ])
  assert.deepEqual(sentences, [
    { tokens: ['Ada'], tags: ['O'], lines: [1] },
    { tokens: ['Ada'], tags: [], text: 'Ada', offsets: [{ start: 0, end: 3 }], lines: [2] },
  ])
  assert.deepEqual(notes, [])
  assert.deepEqual(await faultsOf(read([{ text: null, tokens: null }])), ['bad-record a.jsonl:1'])
})
