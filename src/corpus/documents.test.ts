import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Format } from '../base/format-names.js'
import { Random } from '../base/random.js'
import { createWriter } from './create-writer.js'
import { DocumentNames } from './documents.js'
import { readText } from './read-text.js'
import type { Sentence } from './sentence.js'
import { SplitPlanner } from './split/plan-split.js'
import { StatsCollector } from './stats/collect-stats.js'

async function read(text: string, name: string): Promise<Sentence[]> {
  const sentences: Sentence[] = []
  for await (const each of readText([text], name)) sentences.push(each)
  return sentences
}

function write(sentences: readonly Sentence[], format: Format) {
  const writer = createWriter(format)
  const text = sentences.map(sentence => writer.write(sentence)).join('')
  return { text, losses: writer.losses.list().map(({ code, sentences }) => `${code} ${sentences}`) }
}

const numbers = (sentences: readonly Sentence[]) => sentences.map(({ document }) => document)
const names = (sentences: readonly Sentence[]) => sentences.map(({ documentName }) => documentName)
const record = (document: unknown, i: number) => `${JSON.stringify({ tokens: [`w${i}`], document })}\n`

test('a name that appears again is the same document, in every format that names documents', async () => {
  const found = ['a', 'b', 'a', 'c', 'b']
  const files: readonly (readonly [name: string, text: string])[] = [
    ['a.jsonl', found.map(record).join('')],
    ['a.csv', `Document #,Sentence #,Word,Tag\n${found.map((name, i) => `${name},${i},w,O\n`).join('')}`],
    ['a.csv', `doc_id,tokens,tags\n${found.map(name => `${name},['w'],['O']\n`).join('')}`],
  ]
  for (const [name, text] of files) {
    const sentences = await read(text, name)
    assert.deepEqual(numbers(sentences), [0, 1, 0, 2, 1], text)
    assert.deepEqual(names(sentences), found)
    const stats = new StatsCollector()
    for (const sentence of sentences) stats.add(sentence)
    assert.equal(stats.result().documents, 3)
  }
})

test('beyond the remembered names, only neighbors are one document, which is noted once', () => {
  const notes: string[] = []
  const documents = new DocumentNames({ note: code => void notes.push(code) }, 2)
  const found = ['a', 'b', 'a', 7, 'a', '7', '7', 8, 8, 'b', 'c'].map(name => documents.get(name).document)
  //                        beyond:  7        7 again     8
  assert.deepEqual(found, [0, 1, 0, 2, 0, 3, 3, 4, 4, 1, 5])
  assert.deepEqual(notes, ['many-documents'])
})

test('a split keeps documents whole even if their sentences are far apart', async () => {
  const text = Array.from({ length: 400 }, (_, i) => record(`doc${i % 40}`, i)).join('')
  const sentences = await read(text, 'a.jsonl')
  const planner = new SplitPlanner()
  for (const sentence of sentences) planner.add(sentence)
  const { parts, by, documents } = planner.plan([0.8, 0.1, 0.1], Random.fromSeed(1))
  assert.deepEqual([by, documents, new Set(parts).size], ['document', 40, 3])
  const pairs = new Set(parts.map((part, i) => `${names(sentences)[i]} ${part}`))
  assert.equal(pairs.size, 40)
})

test('a record without a document, or with null, is in none', async () => {
  const sentences = await read(['a', undefined, 'a', null].map(record).join(''), 'a.jsonl')
  assert.deepEqual(numbers(sentences), [0, undefined, 0, undefined])
})

test('names of documents are kept by formats that can, and are losses in the others', async () => {
  const named = await read(['wiki-17', 48213, 'wiki-17'].map(record).join(''), 'a.jsonl')
  const { text } = write(named, 'jsonl')
  assert.deepEqual(
    text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).document),
    ['wiki-17', 48213, 'wiki-17'],
  )
  const tagged = named.map(sentence => ({ ...sentence, tags: ['O'] }))
  const table = write(tagged, 'csv')
  assert.deepEqual(table.losses, [])
  assert.deepEqual(names(await read(table.text, 'a.csv')), ['wiki-17', '48213', 'wiki-17'])
  for (const format of ['conll', 'markup'] as const)
    assert.deepEqual(
      write(tagged, format).losses.filter(loss => !loss.startsWith('spaces')),
      ['document-names 3', 'documents 1'],
    )
  const counted = await read([0, '1'].map(record).join(''), 'a.jsonl')
  assert.deepEqual(write(counted, 'conll').losses, [])
  const again = await read(write([{ ...tagged[0], documentName: '' }], 'csv').text, 'a.csv')
  assert.deepEqual(names(again), ['Document: 1'])
})
