// Labels without a prefix in each format that may have them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { readSentences } from './node/read-corpus.js'
import type { ReadOptions } from './read-options.js'
import type { Sentence } from './sentence.js'
import { oracleFile, oracleRecords } from './testing/oracle-formats.js'
import { faultsOf, readAll } from './testing/read-all.js'

interface FewNerd {
  readonly tokens: readonly string[]
  readonly ner_tags: readonly string[]
  readonly fine_ner_tags: readonly string[]
}
const RECORDS = oracleRecords<FewNerd>('few-nerd.expected.jsonl').filter(({ tokens }) => tokens.length > 0)
const tagOf = (label: string) => (label === 'O' ? label : `I-${label}`)
const EXPECTED = RECORDS.map(({ tokens, ner_tags }) => ({ tokens, tags: ner_tags.map(tagOf) }))

const tagged = (sentences: readonly Sentence[]) => sentences.map(({ tokens, tags }) => ({ tokens, tags }))

async function readFile(name: string, options: ReadOptions = {}) {
  const sentences: Sentence[] = []
  const notes: string[] = []
  const path = fileURLToPath(oracleFile(name))
  for await (const each of readSentences(path, { ...options, onNote: ({ code }) => void notes.push(code) }))
    sentences.push(each)
  return { sentences, notes }
}

const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`
const lines = (rows: readonly string[]) => rows.map(row => `${row}\n`).join('')

test('Few-NERD in Parquet: the names of its numbers are types; the fine ones can be chosen', async () => {
  assert.equal(RECORDS.length, 26)
  const { sentences, notes } = await readFile('few-nerd.parquet')
  assert.deepEqual(tagged(sentences), EXPECTED)
  assert.deepEqual(notes, ['bare-labels', 'unread-key', 'empty-rows'])
  assert.deepEqual(
    sentences.map(({ columns }) => columns?.fine_ner_tags),
    RECORDS.map(({ fine_ner_tags }) => fine_ner_tags),
  )
  const fine = await readFile('few-nerd.parquet', { tagColumn: 'fine_ner_tags' })
  assert.deepEqual(
    fine.sentences.map(({ tags }) => tags),
    RECORDS.map(({ fine_ner_tags }) => fine_ner_tags.map(tagOf)),
  )
  const named = await readFile('unnamed.parquet', {
    labels: ['O', ...'abcdefgh'].map(name => `${name}x`).with(0, 'O'),
  })
  assert.equal(named.notes[0], 'bare-labels')
})

test('labels without a prefix are read from JSONL and CSV, token by token and sentence by sentence', async () => {
  const files: readonly (readonly [name: string, text: string])[] = [
    ['a.jsonl', lines(RECORDS.map(({ tokens, ner_tags }) => JSON.stringify({ tokens, ner_tags })))],
    ['a.json', JSON.stringify(RECORDS.map(({ tokens, ner_tags }) => ({ tokens, tags: ner_tags })))],
    [
      'rows.csv',
      `sentence,word,tag\n${lines(
        RECORDS.flatMap(({ tokens, ner_tags }, i) =>
          tokens.map((token, k) => [`${i}`, quoted(token), ner_tags[k]].join(',')),
        ),
      )}`,
    ],
    [
      'lists.csv',
      `words,tags\n${lines(
        RECORDS.map(
          ({ tokens, ner_tags }) => `${quoted(JSON.stringify(tokens))},${quoted(JSON.stringify(ner_tags))}`,
        ),
      )}`,
    ],
  ]
  for (const [name, text] of files) {
    const { sentences, notes } = await readAll(text, name)
    assert.deepEqual(tagged(sentences), EXPECTED, name)
    assert.ok(notes.includes('bare-labels'), name)
  }
  assert.equal(files.length, 4)
  const { sentences } = await readAll('sentence,tags\nAda met Ben .,PER O PER O\nNo one .,O O O\n', 'a.csv')
  assert.deepEqual(
    sentences.map(({ tags }) => tags.join(' ')),
    ['I-PER O I-PER O', 'O O O'],
  )
})

test('a first record without entities does not hide the labels; parts of speech are no labels', async () => {
  const record = (tokens: string, tags: string) =>
    JSON.stringify({ tokens: tokens.split(' '), tags: tags.split(' ') })
  const late = lines([...new Array<string>(300).fill(record('no one', 'O O')), record('Ada Ben', 'PER PER')])
  assert.deepEqual((await readAll(late, 'a.jsonl')).sentences.at(-1)?.tags, ['I-PER', 'I-PER'])
  const speech = lines(new Array<string>(30).fill(record('the dog O', 'DT NN VB')))
  assert.equal((await faultsOf(readAll(speech, 'a.jsonl'))).length, 11)
  const mixed = lines([record('Ada met', 'PER O'), record('Ben met', 'B-PER O')])
  assert.deepEqual(await faultsOf(readAll(mixed, 'a.jsonl')), ['bad-tag a.jsonl:1'])
  const long = [...new Array<string>(3000).fill(record('Ada met', 'PER O')), record('Ben met', 'B-PER O')]
  assert.deepEqual(await faultsOf(readAll(lines(long), 'a.jsonl')), ['bad-tag a.jsonl:3001'])
  assert.deepEqual(await faultsOf(readAll('word,tag\nAda,PER\nmet,O\nBen,X-PER\n', 'a.csv')), [
    ...['bad-tag a.csv:2', 'bad-tag a.csv:4'],
  ])
})
