// Documents of brat that are written: as pybrat and a reader after brat's manual find them (oracles/brat_written.py).
import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../../base/node/temporary.js'
import { readSentences } from '../node/read-corpus.js'
import { splitFile } from '../node/split-file.js'
import { writeSentences } from '../node/write-sentences.js'
import type { Sentence } from '../sentence.js'
import { type FoundText, foundIn } from '../testing/oracle-formats.js'
import { faultsOf } from '../testing/read-all.js'

const oracle = fileURLToPath(new URL('../../../oracles/brat', import.meta.url))

async function read(path: string): Promise<Sentence[]> {
  const sentences: Sentence[] = []
  for await (const sentence of readSentences(path)) sentences.push(sentence)
  return sentences
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(txt|ann|conf)$/.test(name))
    .sort()

const sentence = (tokens: string, more: Partial<Sentence> = {}): Sentence => ({
  tokens: tokens.split(' '),
  tags: tokens.split(' ').map(token => (/^[A-Z]/.test(token) ? 'B-PER' : 'O')),
  lines: [1],
  ...more,
})

test('documents are written as other readers find them, and read again with the same texts and entities', async () => {
  using folder = temporaryFolder('nerite-brat-')
  const out = join(folder.path, 'out')
  const { sentences, losses } = await writeSentences(out, readSentences(join(oracle, 'corpus.jsonl')), {
    format: 'brat',
  })
  assert.equal(sentences, 30)
  assert.deepEqual(losses, [])
  const names = filesIn(out)
  assert.deepEqual(names, filesIn(join(oracle, 'written')))
  assert.equal(names.length, 61)
  for (const name of names)
    assert.deepEqual(readFileSync(join(out, name)), readFileSync(join(oracle, 'written', name)), name)
  const found = JSON.parse(readFileSync(join(oracle, 'written.json'), 'utf8')) as (FoundText & {
    name: string
  })[]
  const again = await read(out)
  assert.deepEqual(
    again.map(({ documentName }) => documentName),
    found.map(({ name }) => name),
  )
  assert.deepEqual(
    foundIn(again, 'codepoint'),
    found.map(({ text, entities }) => ({ text, entities })),
  )
  const before = foundIn(await read(join(oracle, 'corpus.jsonl')), 'codepoint')
  const key = ({ text, entities }: FoundText) => JSON.stringify([text, entities])
  assert.deepEqual(foundIn(again, 'codepoint').map(key).sort(), before.map(key).sort())
})

test('names of documents stay in the folder, and each has files of its own', async () => {
  using folder = temporaryFolder('nerite-brat-')
  const names = [
    ...[
      '../../up',
      '/etc/passwd',
      'a',
      'A',
      'a',
      '.hidden',
      'CON',
      'x\n\t:y',
      '',
      'ü'.repeat(300),
      'readme',
      'b/c',
    ],
    ...[
      'a.txt',
      'a.ann',
      'a.txt/b',
      'a.ann/c',
      'y/'.repeat(3000),
      `${'z'.repeat(200)}/`.repeat(9),
      'annotation',
      'b',
    ],
  ]
  const made = names.map((documentName, document) => sentence(`Ada ${document}`, { document, documentName }))
  const out = join(folder.path, 'out')
  const { losses } = await writeSentences(out, made, { format: 'brat' })
  assert.deepEqual(
    losses.map(({ code, sentences }) => `${code} ${sentences}`),
    ['spaces 20', 'document-names 13'],
  )
  assert.deepEqual(readdirSync(folder.path), ['out'])
  const texts = (await read(out)).map(({ text }) => text).sort()
  assert.deepEqual(texts, made.map(({ tokens }) => tokens.join(' ')).sort())
})

test('sentences of a document are lines of one text; what a folder cannot hold is a loss', async () => {
  using folder = temporaryFolder('nerite-brat-')
  const out = join(folder.path, 'out')
  const document = (number: number) => ({ document: number, documentName: `d${number}` })
  const { losses } = await writeSentences(
    out,
    [
      sentence('Ada wrote', { ...document(0), tags: ['I-PER', 'O'], columns: { pos: ['N', 'V'] } }),
      sentence('to Ben', document(0)),
      sentence('no labels', { ...document(1), tags: [] }),
      sentence('Cy again', { ...document(0), fields: { id: 1 } }),
    ],
    { format: 'brat' },
  )
  assert.equal(readFileSync(join(out, 'd0.txt'), 'utf8'), 'Ada wrote\nto Ben')
  assert.equal(readFileSync(join(out, 'd0.ann'), 'utf8'), 'T1\tPER 0 3\tAda\nT2\tPER 13 16\tBen\n')
  assert.equal(readFileSync(join(out, 'd1.ann'), 'utf8'), '')
  assert.equal(readFileSync(join(out, 'd0-2.txt'), 'utf8'), 'Cy again')
  assert.deepEqual(losses.map(({ code }) => code).sort(), [
    ...['columns', 'document-names', 'documents', 'fields', 'scheme', 'sentences', 'spaces', 'unlabeled'],
  ])
})

test('what cannot be written leaves nothing behind, and nothing is overwritten', async () => {
  using folder = temporaryFolder('nerite-brat-')
  const path = (name: string) => join(folder.path, name)
  mkdirSync(path('there'))
  writeFileSync(path('file'), '')
  const cases: readonly (readonly [name: string, Sentence, code: string])[] = [
    ['there', sentence('Ada'), 'corpus/exists'],
    ['file', sentence('Ada'), 'corpus/exists'],
    ['a.ann', sentence('Ada'), 'corpus/options'],
    ['none/a', sentence('Ada'), 'corpus/file'],
    ['a', sentence('Ada', { tags: ['B-a b'] }), 'corpus/inexpressible'],
    ['a', sentence('Ada\ud800'), 'corpus/inexpressible'],
    ['a', sentence('\ufeffAda'), 'corpus/inexpressible'],
  ]
  for (const [name, each, code] of cases) {
    const [fault] = await faultsOf(
      writeSentences(path(name), [each, sentence('Ben')], { format: 'brat', force: true }),
    )
    assert.ok(fault.startsWith(code), `${name}: ${fault}`)
  }
  assert.equal(cases.length, 7)
  assert.deepEqual(readdirSync(folder.path).sort(), ['file', 'there'])
})

test('a folder of brat is split into folders of brat', async () => {
  using folder = temporaryFolder('nerite-brat-')
  const out = join(folder.path, 'parts')
  const shares = { train: 0.6, dev: 0.2, test: 0.2 }
  const { parts } = await splitFile(join(oracle, 'written'), { shares, seed: 1, out })
  assert.deepEqual(
    Object.values(parts).map(({ file }) => file),
    ['train', 'dev', 'test'],
  )
  let documents = 0
  for (const part of ['train', 'dev', 'test']) documents += (await read(join(out, part))).length
  assert.equal(documents, 30)
})
