import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Format } from '../base/format-names.js'
import { withScheme } from './convert-scheme.js'
import { createWriter } from './create-writer.js'
import { createDecoder } from './decode.js'
import { labelText } from './jsonl/label-text.js'
import { readText } from './read-text.js'
import type { Sentence } from './sentence.js'
import { spansOf } from './sentence-text.js'
import { type Loss, LossLog } from './sentence-writer.js'
import { corpus } from './testing/sentence-arbitrary.js'

const RUNS = 150

/** What each format has a place for, beside tokens and entities. */
const HOLDS = {
  conll: { text: false, columns: true, names: false },
  csv: { text: false, columns: true, names: true },
  jsonl: { text: true, columns: true, names: true },
  markup: { text: true, columns: false, names: false },
} as const
/** Formats that keep all tokens and documents. */
const WHOLE = Object.keys(HOLDS) as readonly (keyof typeof HOLDS)[]

async function read(text: string, format: Format): Promise<Sentence[]> {
  const sentences: Sentence[] = []
  // As bytes in pieces of seven, so that nothing depends on where the file is cut.
  const bytes = new TextEncoder().encode(text)
  const decoder = createDecoder('utf-8')
  const pieces: string[] = []
  for (let i = 0; i < bytes.length; i += 7) pieces.push(decoder.decode(bytes.subarray(i, i + 7)))
  decoder.finish()
  for await (const sentence of readText(pieces, `a.${format}`, {
    delimiter: format === 'conll' ? 'tab' : undefined,
  }))
    sentences.push(sentence)
  return sentences
}

function write(sentences: readonly Sentence[], format: Format): { text: string; losses: Loss[] } {
  const writer = createWriter(format)
  const text = sentences.map(sentence => writer.write(sentence)).join('')
  return { text, losses: writer.losses.list() }
}

const body = (sentences: readonly Sentence[]) =>
  sentences.map(sentence => ({
    tokens: sentence.tokens,
    spans: spansOf(sentence),
    document: sentence.document,
  }))
const texts = (sentences: readonly Sentence[]) => sentences.map(({ text, offsets }) => ({ text, offsets }))
const columnsOf = (sentences: readonly Sentence[]) =>
  sentences.map(({ columns }) => Object.values(columns ?? {}))
const namesOf = (sentences: readonly Sentence[]) => Object.keys(sentences[0].columns ?? {})

for (const source of WHOLE)
  for (const target of WHOLE)
    test(`${source} → ${target} → ${source} keeps tokens, entities and documents, and reports the rest`, async () => {
      let cases = 0
      await fc.assert(
        fc.asyncProperty(corpus, async made => {
          const original = await read(write(made, source).text, source)
          assert.deepEqual(body(original), body(made))
          const there = write(original, target)
          const middle = await read(there.text, target)
          assert.deepEqual(body(middle), body(made))
          const back = write(middle, source)
          const final = await read(back.text, source)
          assert.deepEqual(body(final), body(made))

          const from = HOLDS[source]
          const to = HOLDS[target]
          // Tokens without a text get one on their way through markup.
          const hadText = original.some(({ text }) => text !== undefined)
          if (from.text && to.text && hadText) assert.deepEqual(texts(final), texts(original))
          if (from.columns && to.columns) assert.deepEqual(columnsOf(final), columnsOf(original))
          if (from.names && to.names) assert.deepEqual(namesOf(final), namesOf(original))
          const lostThere =
            (!to.text && hadText) || (!to.columns && original.some(({ columns }) => columns !== undefined))
          if (lostThere) assert.ok(there.losses.length > 0, 'a loss that is not reported')
          if (source === target) assert.equal(back.text, there.text)
          cases++
        }),
        { numRuns: RUNS },
      )
      assert.equal(cases, RUNS)
    })

test('unlabeled sentences stay unlabeled, except in markup, which says so', async () => {
  const sentences: Sentence[] = [{ tokens: ['Ada', 'wrote'], tags: [], lines: [1] }]
  for (const format of WHOLE) {
    const { text, losses } = write(sentences, format)
    const back: Sentence[] = []
    for await (const each of readText([text], `a.${format}`, { tagColumn: 'none' })) back.push(each)
    assert.deepEqual(back[0].tokens, sentences[0].tokens)
    if (format === 'markup') assert.equal(losses[0].code, 'unlabeled')
    else assert.deepEqual(back[0].tags, [])
  }
})

test('what a format cannot hold is refused, not changed', () => {
  const refused: [Format, Partial<Sentence>][] = [
    ['conll', { tokens: ['a\tb'], tags: ['O'] }],
    ['conll', { tokens: ['a\nb'], tags: ['O'] }],
    ['conll', { tokens: ['New York'], tags: [] }],
    ['conll', { tokens: [''], tags: [] }],
    ['conll', { tokens: ['-DOCSTART-'], tags: ['O'] }],
    ['conll', { tokens: ['\uD800'], tags: ['O'] }],
    ['csv', { tokens: ['a', ''], tags: [] }],
    ['csv', { tokens: ['\uDC00x'], tags: ['O'] }],
    ['markup', { tokens: ['\uDC00x'], tags: ['O'] }],
  ]
  for (const [format, parts] of refused)
    assert.throws(
      () => write([{ tokens: [], tags: [], lines: [7], ...parts }], format),
      { code: 'corpus/inexpressible', message: /line 7 of the source/ },
      JSON.stringify(parts),
    )
  assert.match(write([{ tokens: ['\uD800'], tags: ['O'], lines: [1] }], 'jsonl').text, /\\ud800/)
})

test('tags that are not those of their entities are kept as tags, or are losses', async () => {
  const texts = ['Ada Lovelace wrote.', 'Ada wrote.']
  const sentences: Sentence[] = [
    { ...labelText(texts[0], [{ start: 0, end: 12, type: 'PER' }], 'utf16'), text: texts[0], lines: [1] },
    { ...labelText(texts[1], [], 'utf16'), text: texts[1], tags: ['I-PER', 'O', 'O'], lines: [2] },
  ]
  const losses = new LossLog()
  const cases: readonly (readonly [made: readonly Sentence[], rewritten: number])[] = [
    [sentences, 1],
    [sentences.map(sentence => withScheme(sentence, 'BIO', 'IOBES', losses)), 2],
    [sentences.map(sentence => withScheme(sentence, 'BIO', 'BIO', losses)), 0],
  ]
  for (const [made, rewritten] of cases) {
    const back = await read(write(made, 'jsonl').text, 'jsonl')
    assert.deepEqual(
      back.map(({ tokens, tags, text }) => [tokens, tags, text]),
      made.map(({ tokens, tags, text }) => [tokens, tags, text]),
    )
    const told = { code: 'scheme', sentences: rewritten }
    const asText = createWriter('jsonl', { layout: 'text' })
    for (const sentence of made) asText.write(sentence)
    for (const found of [asText.losses.list(), write(made, 'markup').losses]) {
      const counts = found.map(({ code, sentences: count }) => ({ code, sentences: count }))
      assert.deepEqual(counts, rewritten > 0 ? [told] : [])
    }
  }
})
