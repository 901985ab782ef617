// Ids and other fields of records pass through convert, split and predict.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Note } from '../../base/fault.js'
import type { Format } from '../../base/format-names.js'
import { splitFile } from '../../corpus/node/split-file.js'
import { tempFolder } from '../../corpus/testing/temp-folder.js'
import { predictionRecord } from '../prediction.js'
import { convertFile } from './convert-file.js'

const folder = tempFolder()

const RECORDS = [
  {
    id: 7,
    text: 'Ada ran 😀',
    entities: [{ start: 0, end: 3, type: 'PER' }],
    meta: { source: 'a', n: [1, null] },
  },
  { id: 'x', text: 'no one', entities: [], meta: null, label: 'odd', answer: 'accept' },
  { tokens: ['Bob', 'ran'], tags: ['B-PER', 'O'], uid: '9', text: 'Bob  ran' },
]
const source = folder.file('a.jsonl', RECORDS.map(record => `${JSON.stringify(record)}\n`).join(''))

async function convert(from: string, format: Format) {
  const notes: Note[] = []
  let text = ''
  const conversion = { out: (piece: string) => void (text += piece), format }
  const { losses } = await convertFile(from, conversion, { onNote: note => notes.push(note) })
  return { text, notes: notes.map(({ code }) => code), losses: losses.map(({ code }) => code) }
}

const records = (text: string) =>
  text
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>)

test('jsonl keeps every field of a record, other formats say that they do not', async () => {
  const { text, notes, losses } = await convert(source, 'jsonl')
  assert.deepEqual([notes, losses], [[], []])
  const [first, second, third] = records(text)
  assert.deepEqual([first.id, first.meta], [7, { source: 'a', n: [1, null] }])
  assert.deepEqual([second.id, second.meta, second.label, second.answer], ['x', null, 'odd', 'accept'])
  assert.deepEqual([third.uid, third.text, third.tags], ['9', 'Bob  ran', ['B-PER', 'O']])
  // Once more, so that nothing depends on the order of the keys.
  assert.equal((await convert(folder.file('b.jsonl', text), 'jsonl')).text, text)
  for (const format of ['conll', 'markup', 'inline', 'webanno', 'csv'] as const)
    assert.ok((await convert(source, format)).losses.includes('fields'), format)
})

test('what entities have besides is noted', async () => {
  const file = folder.file(
    'e.jsonl',
    '{"text":"Ada","spans":[{"start":0,"end":3,"label":"PER","score":0.9}]}\n',
  )
  assert.deepEqual((await convert(file, 'jsonl')).notes, ['unread-entity-key'])
})

test('columns of tables become fields', async () => {
  const spans = folder.file(
    'spans.csv',
    'id,text,start,end,label,source\n1,Ada ran,0,3,PER,web\n1,Ada ran,4,7,ACT,\n',
  )
  assert.deepEqual(
    records((await convert(spans, 'jsonl')).text).map(({ id, source }) => [id, source]),
    [['1', 'web']],
  )
  const lists = folder.file('lists.csv', "id,words,tags\n5,\"['Ada', 'ran']\",\"['B-PER', 'O']\"\n")
  const found = await convert(lists, 'jsonl')
  assert.deepEqual([records(found.text)[0].id, found.notes], ['5', []])
})

test('split keeps fields', async () => {
  const many = RECORDS.slice(0, 2).flatMap((record, i) =>
    Array.from({ length: 5 }, (_, k) => ({ ...record, text: `${record.text} ${k}`, id: 10 * i + k })),
  )
  const file = folder.file('many.jsonl', many.map(record => `${JSON.stringify(record)}\n`).join(''))
  const out = join(folder.path, 'split')
  await splitFile(file, { shares: { train: 0.6, dev: 0.2, test: 0.2 }, seed: 1, out })
  const ids = ['train', 'dev', 'test'].flatMap(part =>
    records(readFileSync(join(out, `${part}.jsonl`), 'utf8')).map(({ id }) => id as number),
  )
  assert.deepEqual(
    ids.sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 10, 11, 12, 13, 14],
  )
})

test('a prediction has the fields of its record, and its own entities', () => {
  const record = predictionRecord(
    {
      annotated: { text: 'Ada', entities: [], sentences: [] },
      source: {
        tokens: ['Ada'],
        tags: [],
        lines: [1],
        documentName: 'd',
        fields: { id: 1, entities: 'old', text: 'old' },
      },
    },
    'utf16',
    false,
  )
  assert.deepEqual(record, { id: 1, document: 'd', text: 'Ada', offsets: 'utf16', entities: [] })
})
