// Records that say the same twice, or have several annotators; and exports whose first record says little.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOf, readAll } from './testing/read-all.js'

const jsonl = (...records: readonly unknown[]) =>
  records.map(record => `${JSON.stringify(record)}\n`).join('')
const PER = { start: 0, end: 3, type: 'PER' }
const LOC = { start: 8, end: 12, label: 'LOC' }

test('two lists of entities: the same ones are read once, others are a fault, an empty one says nothing', async () => {
  const text = 'Ada met Oslo'
  const same = jsonl(
    { text, entities: [PER, LOC], spans: [LOC, { start: 0, end: 3, label: 'PER' }] },
    {
      text,
      entities: [PER, LOC],
      label: [
        [0, 3, 'PER'],
        [8, 12, 'LOC'],
      ],
    },
    { text, entities: [PER, LOC], spans: [] },
    { text, entities: [PER, LOC], label: 'a class' },
  )
  const { sentences } = await readAll(same, 'a.jsonl')
  assert.deepEqual(
    sentences.map(({ tags }) => tags.join(' ')),
    new Array(4).fill('B-PER O B-LOC'),
  )
  const others: readonly Record<string, unknown>[] = [
    { text, entities: [PER], spans: [LOC] },
    { text, entities: [PER], spans: [PER, LOC] },
    { text, spans: [PER], labels: [[0, 3, 'LOC']] },
  ]
  for (const record of others)
    assert.deepEqual(await faultsOf(readAll(jsonl(record), 'a.jsonl')), ['several-entity-lists a.jsonl:1'])
  assert.deepEqual(await faultsOf(readAll(jsonl({ text, entities: [], spans: [PER] }), 'a.jsonl')), [
    'ignored-labels a.jsonl:1',
  ])
})

test('several annotators of one text: each record is kept apart, with a note', async () => {
  const text = 'Ada met Oslo'
  const prodigy = jsonl(
    {
      text,
      spans: [PER].map(({ type, ...range }) => ({ ...range, label: type })),
      _input_hash: 7,
      _annotator_id: 'a',
      answer: 'accept',
    },
    { text, spans: [LOC], _input_hash: 7, _annotator_id: 'b', answer: 'accept' },
    { text: 'Ben', spans: [], _input_hash: 8, _annotator_id: 'b', answer: 'accept' },
  )
  const minimal = JSON.stringify(
    [[{ start: 0, end: 3, labels: ['PER'] }], [{ start: 8, end: 12, labels: ['LOC'] }]].map(
      (label, annotator) => ({
        id: 1,
        text,
        label,
        annotator,
        annotation_id: annotator,
        lead_time: 1,
      }),
    ),
  )
  for (const [name, content] of [
    ['a.jsonl', prodigy],
    ['a.json', minimal],
  ] as const) {
    const { sentences, notes, told } = await readAll(content, name)
    assert.deepEqual(
      sentences.slice(0, 2).map(({ tags }) => tags.join(' ')),
      ['B-PER O O', 'O O B-LOC'],
      name,
    )
    assert.ok(notes.includes('several-annotators'), name)
    assert.match(told.join('\n'), /1 record of texts/)
  }
  // One span at a time: several records of a text are usual, and each says something of its own.
  const binary = jsonl(
    { text, spans: [{ ...LOC }], _input_hash: 7, _view_id: 'ner', answer: 'accept' },
    { text, spans: [{ start: 0, end: 3, label: 'PER' }], _input_hash: 7, _view_id: 'ner', answer: 'accept' },
  )
  assert.ok(!(await readAll(binary, 'a.jsonl')).notes.includes('several-annotators'))
})

test('a Label Studio export is told by its first task, whether that is annotated or not', async () => {
  const annotations = [
    {
      result: [
        { type: 'labels', to_name: 'text', value: { start: 0, end: 3, text: 'Ada', labels: ['PER'] } },
      ],
    },
  ]
  const first = { id: 1, data: { text: 'Nobody yet' } }
  const tasks = [first, { id: 2, data: { text: 'Ada met Oslo' }, annotations }]
  for (const content of [JSON.stringify(tasks), jsonl(...tasks)]) {
    let found: unknown
    const { sentences, notes } = await readAll(content, 'a.json', {
      onFormat: (format: unknown) => void (found = format),
    } as never)
    assert.equal(found, 'label-studio')
    assert.deepEqual(
      sentences.map(({ tags }) => tags),
      [[], ['B-PER', 'O', 'O']],
    )
    assert.ok(notes.includes('unlabeled-tasks'))
  }
})

test('rows of columns may begin with what another format begins with', async () => {
  const starts = ['<?xml', '##intent:greet', '<html>', '<TEI>', 'nlu:', '123|t|', '@prefix', '<!DOCTYPE']
  for (const start of starts)
    for (const name of ['a.conll', 'a.txt']) {
      const { sentences } = await readAll(`${start} O\nAda B-PER\nwrote O\n\nBen B-PER\n`, name)
      assert.deepEqual(sentences[0].tokens, [start, 'Ada', 'wrote'], name)
    }
  assert.equal(starts.length, 8)
})
