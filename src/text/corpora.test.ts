/** The tokenizer against the tokens of public corpora, where they are present: tokens → text → tokens. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { detokenize } from './detokenize.js'
import { toUtf16Offsets } from './offsets.js'
import { segment } from './sentences.js'
import { tokenize } from './tokenize.js'

const CORPORA = '../shared/corpora'
const skip = existsSync(CORPORA) ? false : 'the public corpora are not here (../shared/corpora)'

/** Only the tokens, by the shortest rule that reads these files: first column, blank line between sentences. */
function readTokens(file: string, separator: string): string[][] {
  const sentences: string[][] = [[]]
  for (const line of readFileSync(`${CORPORA}/${file}`, 'utf8').split(/\r?\n/)) {
    const word = line.split(separator)[0]
    if (line.trim() === '') sentences.push([])
    else if (word !== '-DOCSTART-') sentences[sentences.length - 1].push(word)
  }
  return sentences.filter(sentence => sentence.length > 0)
}

/** Floors a little under what was measured (docs/tokenizer.md); tweets are tokenized by another convention. */
const FLOORS = [
  { file: 'conll2003/eng.testa', separator: ' ', tokens: 51_362, floor: 0.998 },
  { file: 'conll2003/eng.train', separator: ' ', tokens: 203_621, floor: 0.998 },
  { file: 'wnut2017/wnut17train.conll', separator: '\t', tokens: 62_730, floor: 0.96 },
  { file: 'wnut2017/emerging.dev.conll', separator: '\t', tokens: 15_733, floor: 0.94 },
  { file: 'twitter_hse/validation.txt', separator: ' ', tokens: 12_112, floor: 0.96 },
] as const

for (const { file, separator, tokens: count, floor } of FLOORS)
  test(`${file}: token F1 against gold tokens`, { skip }, t => {
    let gold = 0
    let found = 0
    let shared = 0
    for (const sentence of readTokens(file, separator)) {
      const { text, offsets } = detokenize(sentence)
      const known = new Set(offsets.map(({ start, end }) => `${start}:${end}`))
      const tokens = tokenize(text)
      gold += sentence.length
      found += tokens.length
      shared += tokens.filter(({ start, end }) => known.has(`${start}:${end}`)).length
    }
    assert.equal(gold, count)
    const f1 = (2 * shared) / (gold + found)
    t.diagnostic(
      `precision ${(shared / found).toFixed(4)}, recall ${(shared / gold).toFixed(4)}, F1 ${f1.toFixed(4)}`,
    )
    assert.ok(f1 >= floor, `F1 ${f1}`)
  })

/** The first sentences of GMB: prose, one full stop a sentence, so that its sentence ends are a fair gold standard. */
function readKaggle(count: number): string[][] {
  const sentences: string[][] = []
  const rows = readFileSync(`${CORPORA}/gmb_kaggle/ner_dataset.csv`, 'latin1').split(/\r?\n/).slice(1)
  for (const row of rows) {
    const fields = /^(Sentence: \d+)?,("(?:[^"]|"")*"|[^,]*),/.exec(row)
    if (!fields) continue
    if (fields[1]) sentences.push([])
    if (sentences.length > count) return sentences.slice(0, count)
    sentences[sentences.length - 1].push(fields[2].replace(/^"|"$/g, '').replaceAll('""', '"'))
  }
  return sentences
}

test('gmb_kaggle: sentence ends and tokens of running prose', { skip }, t => {
  const sentences = readKaggle(13_000)
  let [gold, found, shared, goldTokens, foundTokens, sharedTokens] = [0, 0, 0, 0, 0, 0]
  for (let from = 0; from < sentences.length; from += 20) {
    const ends = new Set<number>()
    const known = new Set<string>()
    let text = ''
    for (const sentence of sentences.slice(from, from + 20)) {
      if (text !== '') text += ' '
      const written = detokenize(sentence)
      for (const { start, end } of written.offsets) known.add(`${text.length + start}:${text.length + end}`)
      text += written.text
      ends.add(text.length)
    }
    for (const { end, tokens } of segment(text).sentences) {
      found++
      if (ends.has(end)) shared++
      foundTokens += tokens.length
      sharedTokens += tokens.filter(token => known.has(`${token.start}:${token.end}`)).length
    }
    gold += ends.size
    goldTokens += known.size
  }
  const f1 = (2 * shared) / (gold + found)
  const tokenF1 = (2 * sharedTokens) / (goldTokens + foundTokens)
  t.diagnostic(
    `sentence ends F1 ${f1.toFixed(4)} of ${gold}, tokens F1 ${tokenF1.toFixed(4)} of ${goldTokens}`,
  )
  assert.equal(gold, 13_000)
  assert.ok(f1 >= 0.997, `sentence F1 ${f1}`)
  assert.ok(tokenF1 >= 0.999, `token F1 ${tokenF1}`)
})

interface StockmarkText {
  readonly text: string
  readonly entities: readonly { readonly span: readonly [number, number] }[]
}

test('ja_stockmark: entities begin and end at token edges', { skip }, t => {
  const texts = JSON.parse(readFileSync(`${CORPORA}/ja_stockmark/ner.json`, 'utf8')) as StockmarkText[]
  let entities = 0
  let kept = 0
  for (const { text, entities: spans } of texts) {
    const tokens = tokenize(text)
    const starts = new Set(tokens.map(token => token.start))
    const ends = new Set(tokens.map(token => token.end))
    const ranges = spans.map(({ span: [start, end] }) => ({ start, end }))
    for (const { start, end } of toUtf16Offsets(text, ranges)) {
      entities++
      if (starts.has(start) && ends.has(end)) kept++
    }
  }
  t.diagnostic(`${kept} of ${entities}`)
  assert.equal(entities, 13_185)
  assert.ok(kept >= 13_170)
})
