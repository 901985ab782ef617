// Formats of text and tags, compared with what other programs read in the same files; see oracles/text_formats.py.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Format } from '../base/format-names.js'
import { createWriter } from './create-writer.js'
import type { Sentence } from './sentence.js'
import { spansOf, textEntities, textOf } from './sentence-text.js'
import { readAll } from './testing/read-all.js'

interface OracleSentence {
  readonly text?: string
  readonly tokens?: readonly string[]
  readonly entities: readonly (readonly [number, number, string])[]
}

const url = (name: string) => new URL(`../../oracles/${name}`, import.meta.url)
const ORACLE = JSON.parse(readFileSync(url('text-formats.json'), 'utf8')) as Record<
  string,
  readonly OracleSentence[]
>
const fileOf = (name: string) => readFileSync(url(`text-formats/${name}`), 'utf8')

function asText(sentence: Sentence): OracleSentence {
  const whole = textOf(sentence)
  return {
    text: whole.text,
    entities: textEntities(sentence, whole).map(({ start, end, type }) => [start, end, type]),
  }
}

function asTokens(sentence: Sentence): OracleSentence {
  return {
    tokens: sentence.tokens,
    entities: spansOf(sentence).map(({ start, end, type }) => [start, end, type]),
  }
}

/** File, format, sentences, and the notes that reading must leave. */
const FILES: readonly (readonly [name: string, oracle: string, format: Format, notes: readonly string[]])[] =
  [
    ['webanno.tsv', 'webanno', 'webanno', ['format-found', 'unread-layers']],
    ['inline.txt', 'inline', 'inline', ['format-found']],
    ['muc.sgml', 'muc', 'inline', ['format-found', 'structure-tags']],
    ['ieer.txt', 'ieer', 'inline', ['format-found', 'structure-tags']],
    ['own.v4_gold_conll', 'ontonotes', 'ontonotes', []],
    ['tuples.csv', 'csv_spans', 'csv', ['unread-columns', 'offset-unit']],
    ['dicts.csv', 'csv_spans', 'csv', ['offset-unit']],
    ['json.csv', 'csv_spans', 'csv', ['offset-unit']],
    ['rows.csv', 'csv_spans', 'csv', ['offset-unit']],
    ['names.opennlp', 'opennlp', 'opennlp', ['format-found']],
  ]

for (const [name, oracle, format, notes] of FILES)
  test(`${name} is read with the entities that the other program finds`, async () => {
    const expected = ORACLE[oracle]
    let found: Format | undefined
    const reading = await readAll(fileOf(name), name === 'names.opennlp' ? 'names.train' : name, {
      onFormat: (each: Format) => void (found = each),
    } as never)
    assert.equal(found, format)
    assert.deepEqual(reading.notes, notes)
    assert.ok(expected.length >= 24)
    assert.equal(reading.sentences.length, expected.length + (name === 'muc.sgml' ? 4 : 0))
    // The numbers of MUC's documents are text too.
    const own = reading.sentences.filter(({ text }) => !text?.includes('own-'))
    const hasText = expected[0].text !== undefined
    assert.deepEqual(own.map(hasText ? asText : asTokens), expected)
  })

for (const format of ['webanno', 'inline', 'opennlp'] as const)
  test(`${format}: what is written is read again`, async () => {
    const { sentences } = await readAll(fileOf('webanno.tsv'), 'webanno.tsv')
    assert.equal(sentences.length, 28)
    const writer = createWriter(format)
    const text = sentences.map(sentence => writer.write(sentence)).join('')
    const again = await readAll(text, `a.${format === 'webanno' ? 'tsv' : format}`)
    if (format === 'opennlp') assert.deepEqual(again.sentences.map(asTokens), sentences.map(asTokens))
    else assert.deepEqual(again.sentences.map(asText), sentences.map(asText))
    if (format === 'webanno')
      assert.deepEqual(
        again.sentences.map(({ tokens }) => tokens),
        sentences.map(({ tokens }) => tokens),
      )
    const losses = writer.losses.list().map(({ code }) => code)
    assert.deepEqual(losses, { webanno: [], inline: ['tokens'], opennlp: ['text'] }[format])
  })
