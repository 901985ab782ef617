import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatNote } from '../../base/fault.js'
import { checkNotes } from './check-notes.js'
import type { LabeledCorpus } from './corpora.js'

type Row = readonly [token: string, tag: string]

const corpus = (path: string, rows: readonly (readonly Row[])[]): LabeledCorpus => ({
  path,
  scheme: 'BIO',
  sentences: rows.map((sentence, i) => ({
    tokens: sentence.map(([token]) => token),
    tags: sentence.map(([, tag]) => tag),
    lines: [i + 1],
  })),
})
const person = (i: number): Row[] => [
  [`Note${i}`, 'O'],
  ['came', 'O'],
  ['from', 'O'],
  [['Ada', 'Grace', 'Emmy'][i % 3], 'B-PER'],
  ['and', 'O'],
  [`went${i}`, 'O'],
  ['to', 'O'],
  [['Rome', 'Oslo'][i % 2], 'B-LOC'],
  ['.', 'O'],
]
const people = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => person(from + i))
const notes = async (train: Row[][], dev: Row[][] | null = null) =>
  checkNotes({ train: [corpus('train.conll', train)], dev: dev && corpus('dev.conll', dev), test: null })
const codes = async (train: Row[][], dev: Row[][] | null = null) =>
  (await notes(train, dev)).map(({ code }) => code)

test('sound corpora have no notes', async () => {
  assert.deepEqual(await codes(people(0, 200), people(200, 300)), [])
  // One copy in two hundred sentences hardly changes a score.
  assert.deepEqual(await codes(people(0, 200), [...people(200, 400), person(3)]), [])
})

test('a leaked development corpus is told with its share and where to see more', async () => {
  const [note, ...more] = await notes(people(0, 200), [...people(150, 200), ...people(200, 250)])
  assert.deepEqual([note.code, note.where, more], ['overlap', { file: 'dev.conll' }, []])
  assert.match(
    formatNote(note),
    /: 50 of 100 sentences \(50\.0%\) \(the first at dev\.conll:1\); see nerite corpus check train\.conll dev\.conll$/,
  )
})

test('near-copies, a giant sentence, missing labels, variants and mixed types are told', async () => {
  const near = people(0, 60).map(rows => rows.map((row, i): Row => (i === 0 ? ['another', 'O'] : row)))
  assert.deepEqual(await codes(people(0, 60), near), ['near-copies'])
  assert.deepEqual(await codes([...people(0, 100), people(100, 300).flat()]), ['merged-sentences'])
  const unlabeled = people(100, 160).map(rows => rows.map(([token]): Row => [token, 'O']))
  assert.deepEqual(await codes([...people(0, 100), ...unlabeled]), ['unlabeled-regions'])
  const variant = people(100, 160).map(rows =>
    rows.map(([token, tag]): Row => [token, tag.replace('PER', 'Person')]),
  )
  assert.deepEqual(await codes([...people(0, 100), ...variant]), ['type-variants'])
  const names = Array.from({ length: 40 }, (_, i): Row[] => [
    ['by', 'O'],
    [`Ada${'abcdefghij'[i % 10]}${'klmn'[Math.floor(i / 10)]}`, 'B-X'],
  ])
  const dates = Array.from({ length: 40 }, (_, i): Row[] => [
    ['in', 'O'],
    [`${1950 + i}`, 'B-X'],
  ])
  const [mixed] = await notes([...people(0, 100), ...names, ...dates])
  assert.equal(mixed.code, 'mixed-types')
})
