import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWriter } from './create-writer.js'
import { faultsOf, readAll } from './testing/read-all.js'

const TEXT = 'Ada met Bob.'
const lines = (...records: readonly unknown[]) => records.map(each => `${JSON.stringify(each)}\n`).join('')
/** The tags of each sentence, and the notes. */
async function read(text: string, name = 'a.json') {
  const { sentences, notes } = await readAll(text, name)
  return { tags: sentences.map(each => each.tags.join(' ')), notes }
}
const faults = (text: string) => faultsOf(readAll(text, 'a.json'))
const ADA = 'B-PER O O O'
const NONE = 'O O O O'

test('JSON-MIN: labels of another kind are refused, and no labels are noted', async () => {
  const min = (fields: object) =>
    lines({ id: 1, text: TEXT, annotator: 1, annotation_id: 2, updated_at: 'x', lead_time: 3, ...fields })
  const ada = { start: 0, end: 3, text: 'Ada', labels: ['PER'] }
  assert.deepEqual(await read(min({ label: [ada] })), { tags: [ADA], notes: ['format-found'] })
  const bad = [
    [ada, { start: 8, end: 11, text: 'Bob' }],
    [{ start: '/p[1]/text()[1]', end: '/p[1]', startOffset: 0, endOffset: 3, hypertextlabels: ['PER'] }],
    [{ start: 0, end: 0, startOffset: 0, endOffset: 3, paragraphlabels: ['PER'] }],
  ]
  for (const label of bad) assert.deepEqual(await faults(min({ label })), ['bad-entity a.json:1'])
  assert.equal(bad.length, 3)
  const own = {
    id: 1,
    text: TEXT,
    annotator: 'me',
    updated_at: 'x',
    entities: [{ start: 0, end: 3, type: 'PER' }],
  }
  assert.deepEqual(await read(lines(own)), { tags: [ADA], notes: ['unread-key', 'unread-key', 'unread-key'] })
  assert.deepEqual(await read(min({ sentiment: 'Positive' })), {
    tags: [NONE],
    notes: ['format-found', 'no-labels'],
  })
})

test('Label Studio: annotations by number are no skipped ones; the text is the one that was labeled', async () => {
  assert.deepEqual(await faults(lines({ id: 1, data: { text: TEXT }, annotations: [5] })), [
    'bad-record a.json:1',
  ])
  const value = { start: 0, end: 3, labels: ['PER'] }
  const predictions = [{ result: [{ type: 'labels', from_name: 'label', to_name: 'title', value }] }]
  const { sentences } = await readAll(
    lines({ data: { text: 'No name', title: TEXT }, predictions }),
    'a.json',
  )
  assert.equal(sentences[0].text, TEXT)
})

test('Label Studio: line ends in the text of a label, and CR LF that counts as one character', async () => {
  const task = (text: string, ...values: readonly (readonly [number, number, string])[]) => ({
    data: { text },
    annotations: [
      {
        result: values.map(([start, end, own]) => ({
          type: 'labels',
          to_name: 'text',
          value: { start, end, text: own, labels: ['PER'] },
        })),
      },
    ],
  })
  const text = lines(
    task('Ada\nLovelace met', [0, 12, 'AdaLovelace']),
    task('Ada\nLovelace met', [0, 12, 'Ada\\nLovelace']),
    task('Ada\r\nmet\r\nBob Bo', [0, 3, 'Ada'], [8, 11, 'Bob']),
    task('Ada\r\nmet\r\nBob Bo', [0, 3, 'Ada'], [10, 13, 'Bob']),
  )
  assert.deepEqual(await read(text), {
    tags: ['B-PER I-PER O', 'B-PER I-PER O', 'B-PER O B-PER O', 'B-PER O B-PER O'],
    notes: ['format-found', 'line-ends'],
  })
  assert.deepEqual(await faults(lines(task('Ada\r\nmet Bob', [0, 3, 'Bob']))), ['span-text a.json:1'])
})

test('Argilla: an empty discarded response hides no other; what all discarded is left out, suggested or not', async () => {
  const ada = [{ start: 0, end: 3, label: 'PER' }]
  const given = (value: unknown, status?: string) => ({ value, user_id: 'a', status })
  const made = (ner: unknown, suggestions: unknown = { ner: { value: ada } }) => ({
    fields: { text: TEXT },
    responses: { ner },
    suggestions,
  })
  const text = lines(
    made([given(null, 'discarded'), given(ada, 'submitted')], {}),
    made([given(ada, 'discarded')]),
    made([given(null, 'discarded')]),
    made([given([], 'submitted')]),
    made([given([], 'draft')]),
    made([given([])]),
  )
  assert.deepEqual(await read(text), {
    tags: [ADA, NONE, ADA, NONE],
    notes: ['format-found', 'left-responses', 'predictions', 'unknown-status'],
  })
  const flat = { id: '1', text: TEXT, 'ner.responses': [ada], 'ner.responses.status': ['submitted'] }
  assert.deepEqual(await faults(lines(flat)), ['ignored-labels a.json:1'])
})

test('Prodigy: a text accepted without spans has none where all are marked', async () => {
  const base = { text: TEXT, _input_hash: 1, answer: 'accept' }
  const span = { start: 0, end: 3, label: 'PER' }
  const text = lines(
    { ...base, _view_id: 'ner_manual' },
    { ...base, _view_id: 'spans_manual', spans: null },
    { ...base, _view_id: 'ner' },
    { ...base, _is_binary: true, spans: [span] },
  )
  const { sentences, notes } = await readAll(text, 'a.jsonl')
  assert.deepEqual(
    sentences.map(({ tags }) => tags.join(' ')),
    [NONE, NONE, '', ADA],
  )
  assert.deepEqual(sentences[3].annotated?.tokens, [true, false, false, false])
  assert.deepEqual(notes, ['format-found', 'no-spans', 'several-annotators', 'binary-answers'])
})

test("records with tokens by their places are spaCy's only without labels under other keys", async () => {
  const tokens = [{ start: 0, end: 3 }]
  const span = { start: 0, end: 3, label: 'PER' }
  for (const record of [
    { text: TEXT, tokens, spans: [span] },
    { text: TEXT, tokens, entities: [span] },
    { text: TEXT, tokens, label: [[0, 3, 'PER']] },
  ])
    assert.deepEqual((await read(lines(record))).tags, [ADA])
  const first = { text: TEXT, ents: [span], tokens, more: 1 }
  assert.deepEqual(await faults(lines(first, { text: TEXT, tokens, spans: [span] })), ['bad-record a.json:2'])
  assert.deepEqual((await read(lines(first))).notes, ['format-found', 'unread-key'])
})

test('Ground Truth: a line that failed is refused, and one without a job is noted', async () => {
  const entities = [{ startOffset: 0, endOffset: 3, label: 'PER' }]
  const done = { source: TEXT, job: { annotations: { entities } }, 'job-metadata': {} }
  assert.deepEqual(await read(lines(done, { source: TEXT })), {
    tags: [ADA, ''],
    notes: ['format-found', 'unlabeled-records'],
  })
  const failed = { source: TEXT, 'job-metadata': { 'failure-reason': 'timeout' } }
  assert.deepEqual(await faults(lines(done, failed)), ['bad-record a.json:2'])
})

test('tags before the first element of MUC are structure', async () => {
  const head = '<DOC>\n<STORYID cat=f> A4479 </STORYID>\n<DATE> 02-14-96 </DATE>\n'
  const text = '<TEXT>\n<ENAMEX TYPE="PER">Ada</ENAMEX> met Bob.\n</TEXT>\n</DOC>\n'
  const { sentences } = await readAll(head + text, 'a.sgml')
  assert.deepEqual(
    sentences.map(({ tags }) => tags.join(' ')),
    ['O', 'O', ADA],
  )
  const late = `${'<PER>Ada</PER> wrote\n'.repeat(2500)}${text}`
  assert.deepEqual(await faultsOf(readAll(late, 'a.sgml')), ['late-muc a.sgml:2502'])
})

test('column files and mentions with tags among their words are no text with tags', async () => {
  const { tags } = await read('Ada B-PER\nmet O\n<user>x</user> O\n\nBob B-PER\n', 'a.txt')
  assert.deepEqual(tags, ['B-PER O O', 'B-PER'])
  assert.deepEqual(
    (await read('[Ada](PER) met <i>x</i> <q>y</q> .\n', 'a.txt')).tags[0].slice(0, 7),
    'B-PER O',
  )
  assert.deepEqual((await read('<PER>Ada</PER> drew an O\n', 'a.txt')).tags, ['B-PER O O O'])
})

test('spans with their own text: white space at an edge does not hide the unit', async () => {
  const text = '😀 Ada 😀 Bob'
  const spans = [{ start: 0, end: 2, type: 'X', text: '😀' }]
  const { sentences } = await readAll(lines({ text, entities: spans }), 'a.jsonl')
  assert.deepEqual(sentences[0].tags, ['B-X', 'O', 'O', 'O'])
})

test('every type is read from what was written, also where it looks like part of a format', async () => {
  const types = [
    'a\\',
    'x[1]',
    'a]b',
    'x|y',
    '*',
    '_',
    'a->b',
    'P',
    'A',
    'span',
    'ENAMEX',
    'DOC',
    '<x>',
    'O',
    'B-PER',
  ]
  let cases = 0
  for (const type of types) {
    const text = 'Ada Lovelace met Bob.'
    const entities = [
      { start: 0, end: 12, type },
      { start: 17, end: 20, type },
    ]
    const made = (await readAll(lines({ text, entities }), 'a.jsonl')).sentences
    for (const format of [
      'webanno',
      'inline',
      'markup',
      'label-studio',
      'doccano',
      'prodigy',
      'spacy-json',
    ] as const) {
      const writer = createWriter(format)
      const written = made.map(each => writer.write(each)).join('') + (writer.end?.() ?? '')
      const { sentences } = await readAll(written, 'a.txt', { format })
      assert.deepEqual(sentences[0].tags, made[0].tags, `${format} ${type}`)
      cases++
    }
  }
  assert.equal(cases, 15 * 7)
})

test('ids and other fields of exports pass through', async () => {
  const fieldsOf = async (record: unknown) =>
    (await readAll(lines(record), 'a.json', { fields: true })).sentences[0].fields
  const cases: readonly (readonly [unknown, unknown])[] = [
    [
      { id: 7, data: { text: TEXT, url: 'u' }, annotations: [{ result: [] }], drafts: [], meta: { a: null } },
      { id: 7, meta: { a: null }, data: { url: 'u' } },
    ],
    [{ data: { text: TEXT }, annotations: [] }, undefined],
    [
      { id: 7, text: TEXT, label: [{ start: 0, end: 3, labels: ['X'] }], annotator: 1, annotation_id: 2 },
      { id: 7, annotator: 1, annotation_id: 2 },
    ],
    [
      { id: 'r', fields: { text: TEXT, title: 't' }, metadata: {}, responses: {}, suggestions: {} },
      { id: 'r', fields: { title: 't' }, metadata: {} },
    ],
    [{ text: TEXT, ents: [], tokens: [], cats: { A: 1 } }, { cats: { A: 1 } }],
    [
      { Text: TEXT, Entities: [], File: 'f', Line: 0 },
      { File: 'f', Line: 0 },
    ],
    [{ source: TEXT, job: { annotations: { entities: [] } }, 'job-metadata': {} }, { 'job-metadata': {} }],
  ]
  for (const [record, fields] of cases) {
    assert.deepEqual(await fieldsOf(record), fields)
    const { sentences } = await readAll(lines(record), 'a.json', { fields: true })
    for (const layout of ['text', 'tokens'] as const) {
      const writer = createWriter('jsonl', { layout })
      const again = await readAll(sentences.map(each => writer.write(each)).join(''), 'a.jsonl', {
        fields: true,
      })
      assert.deepEqual(again.sentences[0].fields, fields)
      assert.deepEqual(again.sentences[0].tags, sentences[0].tags)
    }
  }
  assert.equal(cases.length, 7)
})
