import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Note } from '../../base/fault.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { textEntities, textOf } from '../sentence-text.js'
import { faultsOf } from '../testing/read-all.js'
import { tempFolder } from '../testing/temp-folder.js'
import { readSentences } from './read-corpus.js'

const ORACLES = fileURLToPath(new URL('../../../oracles/', import.meta.url))

async function read(path: string, options: ReadOptions = {}) {
  const sentences: Sentence[] = []
  const notes: Note[] = []
  for await (const sentence of readSentences(path, { ...options, onNote: note => notes.push(note) }))
    sentences.push(sentence)
  return { sentences, notes: notes.map(({ code }) => code) }
}

function entitiesOf(sentence: Sentence) {
  return textEntities(sentence, textOf(sentence)).map(({ start, end, type }) => [start, end, type])
}

const folder = tempFolder()

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true })
    writeFileSync(join(folder.path, name), text)
  }
}
const at = (name: string) => join(folder.path, name)
const places = (faults: readonly string[]) => faults.map(fault => fault.replaceAll(`${folder.path}/`, ''))

test('a folder of brat documents has the texts and entities that pybrat reads', async () => {
  const { brat } = JSON.parse(readFileSync(join(ORACLES, 'text-formats.json'), 'utf8')) as {
    brat: { name: string; text: string; entities: [number, number, string][] }[]
  }
  const path = join(ORACLES, 'text-formats/brat')
  const { sentences, notes } = await read(path)
  assert.equal(sentences.length, 7)
  assert.equal(
    brat.reduce((sum, { text }) => sum + text.trim().split('\n').length, 0),
    28,
  )
  assert.deepEqual(
    sentences.map(sentence => ({ text: sentence.text, entities: entitiesOf(sentence) })),
    brat.map(({ text, entities }) => ({ text, entities })),
  )
  assert.deepEqual(
    sentences.map(({ document, documentName }) => [document, documentName]),
    brat.map(({ name }, i) => [i, name.replace('brat/', '')]),
  )
  assert.deepEqual(notes, ['unread-annotations', 'empty-file', 'more-notes'])
  // One pair, by either of its names.
  for (const name of ['doc-04.ann', 'doc-04.txt']) {
    const one = await read(join(path, name))
    assert.deepEqual(one.sentences.map(entitiesOf), [brat[1].entities])
    assert.equal(one.sentences[0].lines.at(-1), 4)
  }
})

test('brat: other units, line ends of Windows, events, texts without annotations', async () => {
  write({
    'u/utf16.txt': '😀 Ada\n',
    'u/utf16.ann': 'T1\tPER 3 6\tAda\n',
    'u/bytes.txt': 'Zoë Ada',
    'u/bytes.ann': 'T1\tPER 5 8\tAda\n',
    'u/returns.txt': 'a\r\nb\r\nAda',
    'u/returns.ann': 'T1\tPER 4 7\tAda\r\nT2\tPER 4 7\tAda\r\n',
    'u/events.txt': 'Ada left',
    'u/events.ann': 'T1\tPER 0 3\tAda\nT2\tMove 4 8\tleft\nE1\tMove:T2 Who:T1\n',
    'plain.txt': 'Ada left',
  })
  const { sentences, notes } = await read(at('u'))
  assert.deepEqual(
    sentences.map(sentence => [sentence.documentName, ...entitiesOf(sentence)]),
    [
      ['bytes', [4, 7, 'PER']],
      ['events', [0, 3, 'PER']],
      ['returns', [4, 7, 'PER']],
      ['utf16', [3, 6, 'PER']],
    ],
  )
  assert.equal(sentences[2].text, 'a\nb\nAda')
  assert.deepEqual(notes, ['unread-annotations', 'repeated-entities'])
  const plain = await read(at('plain.txt'), { format: 'brat' })
  assert.deepEqual([plain.sentences[0].tokens, plain.sentences[0].tags], [['Ada', 'left'], []])
})

test('faults of brat documents, each with its line', async () => {
  const text = 'Ada met Bob .'
  const cases: readonly (readonly [ann: string, fault: string])[] = [
    ['T1\tPER 0 3;8 11\tAda Bob\n', 'discontinuous x.ann:1'],
    ['T1\tPER 0 3\tAda\nT2\tPER 8 10\tBob\n', 'span-text x.ann:2'],
    ['T1\tPER 0 300\tAda\n', 'span-text x.ann:1'],
    ['T1\tPER 0 3\tAda\nT2\tORG 0 7\tAda met\n', 'overlap x.ann:1'],
    ['T1 PER 0 3 Ada\n', 'bad-row x.ann:1'],
    ['\n\nwhat is this\n', 'bad-row x.ann:3'],
    ['T1\tPER 3 3\t\n', 'empty-entity x.ann:1'],
  ]
  for (const [ann, fault] of cases) {
    write({ 'x.txt': text, 'x.ann': ann })
    assert.deepEqual(places(await faultsOf(read(at('x.ann')))), [fault], ann)
  }
  write({ 'alone.ann': 'T1\tPER 0 3\tAda\n' })
  assert.deepEqual(places(await faultsOf(read(at('alone.ann')))), ['corpus/file alone.txt'])
})

test('a text without annotations among others that have them is a fault, or unlabeled if brat is chosen', async () => {
  write({
    'nobody/a.txt': 'Ada met',
    'nobody/a.ann': 'T1\tPER 0 3\tAda\n',
    'nobody/b.txt': 'Bob met',
    'nobody/sub/c.txt': 'Cy met',
  })
  for (const path of ['nobody', 'nobody/*.txt'])
    assert.match((await faultsOf(read(at(path)))).join(), /^no-annotations .*nobody\/b\.txt$/, path)
  const { sentences, notes } = await read(at('nobody'), { format: 'brat' })
  assert.deepEqual(
    sentences.map(({ tags }) => tags.length),
    [2, 0, 0],
  )
  assert.deepEqual(notes, ['no-annotations', 'more-notes'])
})

test('an entity over a line end is in pieces in brat; with words between them, it is refused', async () => {
  const text = 'Ada\nLovelace met Ben'
  write({ 'p.txt': text, 'p.ann': 'T1\tPER 0 3;4 12\tAda Lovelace\n' })
  const { sentences } = await read(at('p.ann'))
  assert.deepEqual(sentences[0].tags, ['B-PER', 'I-PER', 'O', 'O'])
  write({ 'p.ann': 'T1\tPER 0 3;17 20\tAda Ben\n' })
  assert.deepEqual(places(await faultsOf(read(at('p.ann')))), ['discontinuous p.ann:1'])
})

test('folders and patterns: files in the order of their names, documents across files, notes once', async () => {
  const conll = (word: string) => `-DOCSTART- O\n\n${word} B-PER\nx O\n\n`
  write({
    'c/b.conll': conll('b'),
    'c/a.conll': conll('a'),
    'c/z/c.jsonl': '{"text":"c x","entities":[[0,1,"PER"]],"document":"d","id":1}\n',
    'c/z/d.jsonl': '{"text":"d x","entities":[[0,1,"PER"]],"document":"d","id":2}\n',
    'c/notes.pdf': 'no corpus',
    'c/README.txt': 'no corpus',
    'c/.hidden.conll': conll('hidden'),
    'c/empty.conll': '',
    'c/[x].conll': conll('literal'),
  })
  const words = ({ sentences }: { readonly sentences: readonly Sentence[] }) =>
    sentences.map(({ tokens }) => tokens[0])
  const all = await read(at('c'))
  assert.deepEqual(words(all), ['literal', 'a', 'b', 'c', 'd'])
  assert.deepEqual(
    all.sentences.map(({ document }) => document),
    [0, 1, 2, 3, 3],
  )
  assert.deepEqual(
    all.sentences.map(({ file }) => file?.slice(folder.path.length + 1)),
    ['c/[x].conll', 'c/a.conll', 'c/b.conll', 'c/z/c.jsonl', 'c/z/d.jsonl'],
  )
  assert.deepEqual(all.notes, ['files-left-out', 'empty-file', 'unread-key', 'more-notes'])
  const patterns: readonly (readonly [string, readonly string[]])[] = [
    ['c/*.conll', ['literal', 'a', 'b']],
    ['c/{b,a}.conll', ['a', 'b']],
    ['c/**/*.jsonl', ['c', 'd']],
    ['c/z/?.jsonl', ['c', 'd']],
    ['c/[ab].conll', ['a', 'b']],
    ['c/[x].conll', ['literal']],
  ]
  for (const [pattern, found] of patterns) assert.deepEqual(words(await read(at(pattern))), found, pattern)
  assert.deepEqual(places(await faultsOf(read(at('c/*.xyz')))), ['corpus/file c/*.xyz'])
  write({ 'none/a.pdf': 'x', 'blank/a.conll': '', 'blank/b.conll': '\n' })
  assert.deepEqual(places(await faultsOf(read(at('none')))), ['corpus/file none'])
  assert.deepEqual(places(await faultsOf(read(at('blank')))), ['corpus/empty blank'])
  write({ 'bad/a.conll': conll('a'), 'bad/b.conll': 'Ada X-PER\n' })
  assert.deepEqual(places(await faultsOf(read(at('bad')))), ['bad-tag bad/b.conll:1'])
})

test('a file that links lead to is read once; of save_to_disk, only the data; documents of a pattern have their names', async () => {
  write({
    'l/a.conll': 'Ada B-PER\n\n',
    'l/sub/b.conll': 'Bob B-PER\n\n',
    'l/sub/dataset_info.json': '{"features":{}}',
    'l/sub/state.json': '{"_data_files":[]}',
    'p/one.txt': 'Ada met',
    'p/one.ann': 'T1\tPER 0 3\tAda\n',
    'p/x/two.txt': 'Bob met',
    'p/x/two.ann': '',
  })
  symlinkSync(at('l/a.conll'), at('l/link.conll'))
  symlinkSync(at('l/sub'), at('l/loop'))
  for (const path of ['l', 'l/**/*.conll']) {
    const { sentences, notes } = await read(at(path))
    assert.deepEqual(
      sentences.map(({ tokens }) => tokens[0]),
      ['Ada', 'Bob'],
    )
    assert.ok(notes.includes('repeated-files'), path)
  }
  for (const path of ['p', 'p/**/*.ann', 'p/**/*.txt']) {
    const { sentences, notes } = await read(at(path))
    assert.deepEqual(
      sentences.map(({ documentName }) => documentName),
      ['one', 'x/two'],
    )
    assert.ok(!notes.includes('repeated-files'), path)
  }
})
