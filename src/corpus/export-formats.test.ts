import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Format } from '../base/format-names.js'
import { createWriter } from './create-writer.js'
import { FORMAT_KINDS } from './formats.js'
import { readText } from './read-text.js'
import type { Sentence } from './sentence.js'
import { type FoundText, foundIn, oracleFile, oracleRecords } from './testing/oracle-formats.js'
import { faultsOf, readAll } from './testing/read-all.js'

/** Files of each tool, the format that their content shows, and the unit of what the tool reports. */
const FILES: readonly [file: string, format: Format, expected: string, unit: 'utf16' | 'codepoint'][] = [
  ['label-studio.json', 'label-studio', 'label-studio.expected.json', 'utf16'],
  ['label-studio-min.json', 'label-studio', 'label-studio.expected.json', 'utf16'],
  ['label-studio-predictions.json', 'label-studio', 'label-studio.expected.json', 'utf16'],
  ['doccano.jsonl', 'doccano', 'expected.jsonl', 'codepoint'],
  ['doccano-relations.jsonl', 'doccano', 'expected.jsonl', 'codepoint'],
  ['prodigy.jsonl', 'prodigy', 'expected.jsonl', 'codepoint'],
  ['comprehend.jsonl', 'comprehend', 'expected.jsonl', 'codepoint'],
  ['spacy-json.jsonl', 'spacy-json', 'docs.spacy.jsonl', 'codepoint'],
]

async function readFile(name: string) {
  let format: Format | undefined
  const sentences: Sentence[] = []
  const notes: string[] = []
  const text = readFileSync(oracleFile(name), 'utf8')
  for await (const each of readText([text], name, {
    onFormat: found => void (format = found),
    onNote: ({ code }) => void notes.push(code),
  }))
    sentences.push(each)
  return { sentences, format, notes }
}

/** Texts without words are skipped, with a note. */
const withWords = (found: readonly FoundText[]) => found.filter(({ text }) => text.trim() !== '')

for (const [file, format, expected, unit] of FILES)
  test(`${file} is read with the entities that its tool finds, and there and back`, async () => {
    const { sentences, format: found, notes } = await readFile(file)
    assert.equal(found, format)
    assert.ok(notes.includes('format-found') && notes.includes('empty-rows'))
    const report = withWords(oracleRecords<FoundText>(expected)).map(({ text, entities }) => ({
      text,
      entities,
    }))
    assert.ok(report.length >= 26)
    assert.deepEqual(foundIn(sentences, unit), report)
    if (FORMAT_KINDS[format].write === undefined) return
    const writer = createWriter(format)
    const written = sentences.map(each => writer.write(each)).join('') + (writer.end?.() ?? '')
    let again: Format | undefined
    const back: Sentence[] = []
    for await (const each of readText([written], 'a.json', { onFormat: name => void (again = name) }))
      back.push(each)
    assert.equal(again, format)
    assert.deepEqual(foundIn(back, unit), report)
  })

const record = (value: unknown) => `${JSON.stringify(value)}\n`
const labels = (...spans: [number, number, string][]) =>
  spans.map(([start, end, type]) => ({
    from_name: 'label',
    to_name: 'text',
    type: 'labels',
    value: { start, end, labels: [type] },
  }))
const task = (...annotations: unknown[]) => record({ id: 1, data: { text: 'Ada met Bob' }, annotations })
const ADA = labels([0, 3, 'PER'])
const BOTH = labels([0, 3, 'PER'], [8, 11, 'PER'])

test('a manifest of Ground Truth: its offsets do not say their unit, so it must be chosen where that matters', async () => {
  const text = readFileSync(oracleFile('ground-truth.manifest'), 'utf8')
  const report = withWords(oracleRecords<FoundText>('expected.jsonl'))
  const refused: (string | undefined)[] = []
  const clear: Sentence[] = []
  for await (const each of readText([text], 'a.manifest', { onFault: ({ code }) => void refused.push(code) }))
    clear.push(each)
  assert.deepEqual(refused, ['offset-unit', 'offset-unit', 'offset-unit'])
  assert.equal(clear.length, report.length - 3)
  const known = new Map(report.map(each => [each.text, each]))
  for (const each of foundIn(clear, 'codepoint')) assert.deepEqual(each, known.get(each.text))
  const { sentences } = await readAll(text, 'ground-truth.manifest', { offsets: 'codepoint' })
  assert.deepEqual(foundIn(sentences, 'codepoint'), report)
  const addressed = record({ 'source-ref': 's3://a/b.txt', job: { annotations: { entities: [] } } })
  assert.deepEqual(await faultsOf(readAll(addressed, 'a.manifest')), ['bad-record a.manifest:1'])
  const job = { annotations: { entities: [] } }
  const two = record({ source: 'Ada', a: job, b: job })
  assert.deepEqual(await faultsOf(readAll(two, 'a.manifest')), ['several-annotators a.manifest:1'])
})

test('Argilla: responses, or suggestions where there are none; several must agree', async () => {
  const text = readFileSync(oracleFile('argilla.json'), 'utf8')
  const { sentences, notes } = await readAll(text, 'argilla.json', { offsets: 'codepoint' })
  const report = withWords(oracleRecords<FoundText>('argilla.expected.jsonl'))
  assert.equal(report.length, 26)
  assert.deepEqual(foundIn(sentences, 'codepoint'), report)
  assert.deepEqual(notes, ['format-found', 'empty-rows', 'unknown-status', 'predictions'])
  const ada = [{ start: 0, end: 3, label: 'PER' }]
  const made = (responses: unknown, suggestions: unknown = {}) =>
    record({ id: 'a', fields: { text: 'Ada met' }, responses, suggestions })
  const tags = async (line: string) => (await readAll(line, 'a.json')).sentences[0].tags
  assert.deepEqual(await tags(made({ ner: [{ value: ada }, { value: ada }] })), ['B-PER', 'O'])
  assert.deepEqual(await tags(made({ ner: [{ value: [], status: 'discarded' }, { value: ada }] })), [
    'B-PER',
    'O',
  ])
  assert.deepEqual(await tags(made({ sort: [{ value: 'news' }] }, {})), [])
  assert.deepEqual(await faultsOf(readAll(made({ ner: [{ value: ada }, { value: [] }] }), 'a.json')), [
    'several-annotators a.json:1',
  ])
  assert.deepEqual(await faultsOf(readAll(made({ a: [{ value: ada }] }, { b: { value: ada } }), 'a.json')), [
    'bad-record a.json:1',
  ])
})

test('several annotators of Label Studio: ground truth, or what all agree on, or refused', async () => {
  const tags = async (text: string) =>
    (await readAll(text, 'a.json')).sentences.map(each => each.tags.join(' '))
  assert.deepEqual(await tags(task({ result: ADA }, { result: [...ADA] })), ['B-PER O O'])
  assert.deepEqual(await tags(task({ result: ADA }, { result: BOTH, ground_truth: true })), ['B-PER O B-PER'])
  assert.deepEqual(await tags(task({ result: ADA }, { result: [], was_cancelled: true })), ['B-PER O O'])
  assert.deepEqual(await faultsOf(readAll(task({ result: ADA }, { result: BOTH }), 'a.json')), [
    'several-annotators a.json:1',
  ])
  const skipped = task({ result: [], was_cancelled: true }) + task({ result: ADA })
  assert.deepEqual(await tags(skipped), ['B-PER O O'])
  const predictions = [{ result: BOTH, model_version: 'a' }]
  const open = record({ id: 1, data: { text: 'Ada met Bob' }, annotations: [], predictions })
  const { sentences, notes } = await readAll(open, 'a.json')
  assert.deepEqual(sentences[0].tags, ['B-PER', 'O', 'B-PER'])
  assert.deepEqual(notes, ['format-found', 'predictions'])
  assert.deepEqual((await readAll(task(), 'a.json')).sentences[0].tags, [])
})

test('labels of Label Studio that are not ranges of one text are refused or noted', async () => {
  const html = [{ ...ADA[0], type: 'hypertextlabels' }]
  const two = labels([0, 3, 'PER'])
  two[0].value.labels.push('ORG')
  const refused = [
    task({ result: html }),
    task({ result: [{ ...ADA[0], type: 'paragraphlabels' }] }),
    task({ result: two }),
    task({ result: [...ADA, { ...BOTH[1], to_name: 'title' }] }),
    task({ result: [{ ...ADA[0], value: null }] }),
  ]
  for (const text of refused)
    assert.deepEqual(await faultsOf(readAll(text, 'a.json')), ['bad-entity a.json:1'])
  assert.equal(refused.length, 5)
  const choice = { from_name: 'sort', to_name: 'text', type: 'choices', value: { choices: ['news'] } }
  const { notes } = await readAll(task({ result: [...ADA, choice] }), 'a.json')
  assert.deepEqual(notes, ['format-found', 'other-results-choices'])
  const named = record({ id: 1, data: { title: 'x', body: 'Ada' }, annotations: [] })
  assert.deepEqual(await faultsOf(readAll(named, 'a.json')), ['bad-record a.json:1'])
})

test('answers of Prodigy: rejected records are skipped, answers to single spans leave the rest open', async () => {
  const base = { text: 'Ada met Bob', _input_hash: 1, spans: [{ start: 0, end: 3, label: 'PER' }] }
  const text =
    record({ ...base, answer: 'accept', _view_id: 'ner_manual' }) +
    record({ ...base, answer: 'reject', _view_id: 'ner' }) +
    record({ ...base, answer: 'ignore', _view_id: 'ner_manual' }) +
    record({ ...base, answer: 'accept', _view_id: 'ner' })
  const { sentences, notes } = await readAll(text, 'a.jsonl')
  assert.deepEqual(
    sentences.map(({ tags, annotated }) => ({ tags, annotated: annotated?.tokens })),
    [
      { tags: ['B-PER', 'O', 'O'], annotated: undefined },
      { tags: ['B-PER', 'O', 'O'], annotated: [true, false, false] },
    ],
  )
  assert.deepEqual(notes, ['format-found', 'rejected-records', 'binary-answers'])
})

test('spaCy: one document on many lines, span groups by name, the training files of version 2', async () => {
  const { sentences } = await readFile('spacy-json-one.json')
  assert.deepEqual(foundIn(sentences, 'codepoint'), [
    {
      text: 'Ada Lovelace wrote to Charles Babbage from London.',
      entities: [
        [0, 12, 'PER'],
        [22, 37, 'PER'],
        [43, 49, 'LOC'],
      ],
    },
  ])
  assert.ok((await readFile('spacy-json.jsonl')).notes.includes('span-group-sc'))
  const token = (orth: string, ner: string) => ({ orth, ner, tag: 'X' })
  const tokens = [token('Ada', 'B-PER'), token('Lovelace', 'L-PER'), token('wrote', '-')]
  const old = JSON.stringify([
    { id: 7, paragraphs: [{ sentences: [{ tokens }, { tokens: [token('Bob', 'U-PER')] }] }] },
  ])
  const read = await readAll(old, 'train.json')
  assert.deepEqual(
    read.sentences.map(({ tokens, tags, documentName, annotated }) => ({
      tokens,
      tags,
      documentName,
      annotated: annotated?.tokens,
    })),
    [
      {
        tokens: ['Ada', 'Lovelace', 'wrote'],
        tags: ['B-PER', 'L-PER', 'O'],
        documentName: 7,
        annotated: [true, true, false],
      },
      { tokens: ['Bob'], tags: ['U-PER'], documentName: 7, annotated: undefined },
    ],
  )
})

test("Comprehend's output without its text is refused by its name", async () => {
  const entity = { BeginOffset: 0, EndOffset: 3, Score: 0.9, Text: 'Ada', Type: 'PERSON' }
  const output = record({ Entities: [entity], File: 'texts.txt', Line: 0 })
  await assert.rejects(readAll(output, 'output'), /output:1: .*Amazon Comprehend's output/)
})

test('values that are nested deeply are refused, not followed', async () => {
  const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`
  const cases = [
    `{"text":"Ada","x":${deep}}`,
    `{"data":${deep},"annotations":[{"result":${deep}}]}`,
    `{"text":"Ada","_input_hash":1,"spans":[${deep}]}`,
    `{"fields":{"text":"Ada"},"suggestions":{"a":{"value":[${deep}]}}}`,
    `{"text":"Ada","ents":[${deep}],"tokens":[]}`,
    `{"source":${deep},"job":{"annotations":{"entities":[${deep}]}}}`,
    deep,
    '['.repeat(50_000),
  ]
  for (const text of cases)
    await faultsOf(
      readAll(text, 'a.json', { tagColumn: 'none' })
        .then(() => readAll(text, 'a.json'))
        .then(() => readAll('', 'a.json')),
    )
  assert.equal(cases.length, 8)
})
