import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFileWriter } from '../corpus/create-file-writer.js'
import { WRITTEN } from '../corpus/formats.js'
import { readBytes } from '../corpus/read-bytes.js'
import { readText } from '../corpus/read-text.js'
import type { Sentence } from '../corpus/sentence.js'
import { textEntities, textOf } from '../corpus/sentence-text.js'
import { tokenize } from '../text/tokenize.js'
import { partsOf, settledLabels } from './export.js'
import { isHeldOut } from './held-out.js'
import { ADJUDICATED, type Label, settledLabel } from './label.js'
import { toDocuments } from './to-documents.js'
import { toSentence } from './to-sentence.js'

const TEXT = 'Ada met Grace in Rome. Tokyo-based firms paid.'
const document = { number: 4, text: TEXT, offsets: tokenize(TEXT).map(({ start, end }) => ({ start, end })) }
const ENTITIES = [
  { start: 0, end: 3, type: 'PER' },
  { start: 8, end: 13, type: 'PER' },
  { start: 17, end: 21, type: 'LOC' },
]
const label: Label = {
  document: 4,
  annotator: 'me',
  state: 'accepted',
  entities: ENTITIES,
  readTo: TEXT.length,
  types: ['PER', 'LOC'],
}
const TYPES = ['PER', 'LOC']

/** Writes a sentence in a format, and reads it again. */
async function thereAndBack(sentence: Sentence, format: (typeof WRITTEN)[number]): Promise<Sentence[]> {
  const writer = await createFileWriter(format)
  const parts = [await writer.write(sentence), await writer.end?.()].filter(part => part !== undefined)
  const found: Sentence[] = []
  if (parts.some(part => typeof part !== 'string')) {
    const chunks = parts.flatMap(part => (typeof part === 'string' ? [] : [part])) as Uint8Array[]
    const bytes = Buffer.concat(chunks.flat())
    const source = {
      size: bytes.length,
      read: async (from: number, to: number) => new Uint8Array(bytes.subarray(from, to)),
    }
    for await (const each of readBytes(source as never, format, 'x', { format })) found.push(each)
  } else for await (const each of readText([parts.join('')], 'x', { format })) found.push(each)
  return found
}

test('a labeled document comes back from every format of text with the same entities', async () => {
  const sentence = toSentence(document, label, TYPES)
  let formats = 0
  for (const format of WRITTEN.filter(name => !['spacy', 'parquet', 'arrow', 'brat'].includes(name))) {
    const found = await thereAndBack(sentence, format)
    const entities = found.flatMap(each => {
      const place = textOf(each)
      return textEntities(each, place).map(({ start, end, type }) => [type, place.text.slice(start, end)])
    })
    assert.deepEqual(
      entities,
      ENTITIES.map(({ start, end, type }) => [type, TEXT.slice(start, end)]),
      format,
    )
    formats++
  }
  assert.ok(formats >= 10, `${formats} formats`)
})

test('a partial label says what was not read, and comes back with it', async () => {
  const partial = toSentence(document, { ...label, state: 'partial', readTo: 13 }, TYPES)
  assert.deepEqual(
    partial.tokens.filter((_, i) => partial.annotated?.tokens?.[i]),
    ['Ada', 'met', 'Grace', 'Rome'],
  )
  const [found] = await thereAndBack(partial, 'jsonl')
  assert.deepEqual(found.annotated, partial.annotated)
  const [back] = toDocuments([found], 'text')
  assert.deepEqual(back.labels?.entities, ENTITIES)
  assert.equal(back.labels?.readTo, 13)
})

test('a label that is older than a type says nothing of it', async () => {
  const older = toSentence(document, label, ['PER', 'LOC', 'ORG'])
  assert.deepEqual(older.annotated, { types: ['PER', 'LOC'] })
  const [found] = await thereAndBack(older, 'jsonl')
  assert.deepEqual(found.annotated, older.annotated)
})

test('an entity inside of a token keeps its place', async () => {
  const free = { ...label, entities: [{ start: 23, end: 28, type: 'LOC' }] }
  const [found] = await thereAndBack(toSentence(document, free, TYPES), 'jsonl')
  const place = textOf(found)
  const [{ start, end }] = textEntities(found, place)
  assert.equal(place.text.slice(start, end), 'Tokyo')
})

test('the label that counts: adjudicated, else agreed on, else none', () => {
  const by = (annotator: string, entities = ENTITIES, more: Partial<Label> = {}): Label => ({
    ...label,
    annotator,
    entities,
    ...more,
  })
  const other = ENTITIES.slice(1)
  assert.equal(settledLabel([]), undefined)
  assert.equal(settledLabel([by('a'), by('b')])?.annotator, 'a')
  assert.equal(settledLabel([by('a'), by('b', other)]), undefined)
  assert.equal(settledLabel([by('a'), by('b', other), by(ADJUDICATED, other)])?.annotator, ADJUDICATED)
  assert.equal(settledLabel([by('a'), by('b', other, { state: 'skipped' })])?.annotator, 'a')
  assert.equal(settledLabel([by('a', other, { state: 'partial' }), by('b')])?.annotator, 'b')
  const labels = [
    by('a'),
    by('b', other),
    by('a', other, { document: 2 }),
    by('b', [], { document: 3, state: 'skipped' }),
  ]
  assert.deepEqual(settledLabels(labels), { settled: [labels[2]], disputed: [4] })
  assert.deepEqual(settledLabels(labels, 'b').settled, [labels[1]])
})

test('held-out documents are labeled whole, about one in five, and never move', () => {
  const pairs = Array.from({ length: 1000 }, (_, number) => ({
    document: { ...document, number },
    label: number % 10 === 0 ? { ...label, state: 'partial' as const, readTo: 3 } : label,
  }))
  const { train, heldOut, waiting } = partsOf(pairs, TYPES)
  assert.equal(train.length + heldOut.length + waiting, 1000)
  assert.ok(heldOut.every(({ annotated }) => annotated === undefined))
  assert.ok(heldOut.length > 140 && heldOut.length < 220, `${heldOut.length}`)
  assert.equal(train.filter(({ annotated }) => annotated).length + waiting, 100)
  assert.ok(waiting > 0)
  const numberOf = ({ lines }: { readonly lines: readonly number[] }) => lines[0] - 1
  assert.ok(train.every(sentence => !isHeldOut(numberOf(sentence))))
  assert.ok(heldOut.every(sentence => isHeldOut(numberOf(sentence))))
  // Among the first twenty documents there is something to measure on.
  const early = Array.from({ length: 20 }, (_, i) => isHeldOut(i)).filter(Boolean).length
  assert.ok(early >= 2 && early <= 7, `${early}`)
})
