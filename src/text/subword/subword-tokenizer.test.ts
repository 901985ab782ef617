import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Tokenizer } from '@huggingface/tokenizers'
import fc from 'fast-check'
import { toUtf16Offsets } from '../offsets.js'
import { bertTokenizer, parseTokenizer, parseUnigramTokenizer, robertaTokenizer } from './parse-tokenizer.js'
import type { SubwordTokenizer } from './subword-tokenizer.js'

const FOLDER = 'oracles/subword'
const NAMES = readdirSync(FOLDER)
  .filter(name => name.endsWith('.json'))
  .map(name => name.slice(0, -5))

type Case = readonly [text: string, ids: readonly number[], offsets: readonly number[]]
const ORACLE = JSON.parse(readFileSync('oracles/subword-tokenizers.json', 'utf8')) as Record<
  string,
  readonly Case[]
>

const jsonOf = (name: string) => JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'))
const tokenizerOf = (name: string) => parseTokenizer(jsonOf(name), name)

/** Ids and ranges of a text's pieces, as the oracle writes them. */
function cut(tokenizer: SubwordTokenizer, text: string) {
  const { ids, starts, ends } = tokenizer.encode(text)
  return { ids, places: starts.map((start, i) => ({ start, end: ends[i] })) }
}

test("ids and offsets are those of PyPI's tokenizers, for a tokenizer of each kind", () => {
  let cases = 0
  for (const name of NAMES) {
    const tokenizer = tokenizerOf(name)
    for (const [text, ids, offsets] of ORACLE[name]) {
      const places = ids.map((_, i) => ({ start: offsets[2 * i], end: offsets[2 * i + 1] }))
      const expected = { ids, places: toUtf16Offsets(text, places) }
      assert.deepEqual(cut(tokenizer, text), expected, `${name}: ${JSON.stringify(text)}`)
      cases++
    }
  }
  assert.equal(NAMES.length, 12)
  // Those of Unigram have 100 texts more, whose ways to be cut have scores that are equal but for rounding.
  assert.equal(cases, 12 * 300 + 3 * 100)
})

test("ids are those of npm's @huggingface/tokenizers, special pieces around them included", () => {
  // Kinds whose normalizers and models both implement in full.
  const names = ['bert-uncased', 'bert-cased', 'roberta', 'modernbert']
  let cases = 0
  for (const name of names) {
    const tokenizer = tokenizerOf(name)
    const other = new Tokenizer(jsonOf(name), {})
    const { prefix, suffix } = tokenizer.around
    for (const [text] of ORACLE[name]) {
      // It does not know which white space and which control characters are meant, nor the oldest marks.
      if (/[^\n\u0020-\u007E\u00C0-\u024F]|newword|stripped|mask>/u.test(text)) continue
      const expected = other.encode(text).ids
      assert.deepEqual([...prefix, ...tokenizer.encode(text).ids, ...suffix], expected, `${name}: ${text}`)
      cases++
    }
  }
  assert.ok(cases > 150, String(cases))
})

test("BERT's vocab.txt and RoBERTa's vocab.json and merges.txt make the same tokenizers", () => {
  const texts = ORACLE['bert-uncased'].map(([text]) => text)
  const plain = texts.filter(text => !/newword|stripped/.test(text))
  const bert = jsonOf('bert-uncased')
  const lines = Object.entries<number>(bert.model.vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([piece]) => piece)
  const roberta = jsonOf('roberta')
  const vocabulary = { ...roberta.model.vocab, '<mask>': roberta.added_tokens.at(-1).id }
  const pairs: [SubwordTokenizer, SubwordTokenizer][] = [
    [
      tokenizerOf('bert-uncased'),
      bertTokenizer({ vocabulary: `${lines.join('\r\n')}\r\n`, where: 'vocab.txt', lowercase: true }),
    ],
    [
      tokenizerOf('roberta'),
      robertaTokenizer({
        vocabulary,
        merges: `#version: 0.2\n${roberta.model.merges.map((pair: string[]) => pair.join(' ')).join('\n')}\n`,
        where: { vocabulary: 'vocab.json', merges: 'merges.txt' },
      }),
    ],
  ]
  let cases = 0
  for (const [a, b] of pairs) {
    assert.deepEqual(a.around, b.around)
    for (const text of plain) {
      assert.deepEqual(a.encode(text), b.encode(text), text)
      cases++
    }
  }
  assert.ok(cases > 500, String(cases))
})

test('pieces are in order and inside of the text, whatever it holds; lone surrogates are read', () => {
  const tokenizers = NAMES.map(name => [name, tokenizerOf(name)] as const)
  let cases = 0
  const unit = fc.oneof(
    fc.constantFrom(
      '\uD800',
      '\uDC00',
      'a',
      ' ',
      'é',
      'e\u0301',
      '😀',
      '\u0345\u0334',
      '가',
      '㌔',
      '[MASK]',
      '<mask>',
    ),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), parts => {
      const text = parts.join('')
      for (const [name, tokenizer] of tokenizers) {
        const { ids, starts, ends } = tokenizer.encode(text)
        ids.forEach((id, i) => {
          assert.ok(id >= 0 && id < tokenizer.size, name)
          assert.ok(starts[i] >= 0 && starts[i] <= ends[i] && ends[i] <= text.length, name)
        })
        cases++
      }
    }),
    { numRuns: 300 },
  )
  assert.equal(cases, 300 * NAMES.length)
})

test('a word in a sentence has the pieces that it has after a space in running text', () => {
  let cases = 0
  for (const name of ['roberta', 'roberta-prefix', 'modernbert', 'xlm-roberta', 'bert-cased']) {
    const tokenizer = tokenizerOf(name)
    for (const word of ['Ada', 'London', 'naïve', "don't", '😀', 'Zürich', '2nd']) {
      const text = `the ${word}`
      const { ids, starts } = tokenizer.encode(text)
      const own = ids.filter((_, i) => starts[i] >= 3)
      assert.deepEqual(tokenizer.encodeWord(word), own, `${name}: ${word}`)
      cases++
    }
  }
  assert.equal(cases, 35)
})

test('a plain list of Unigram pieces, with a map of characters', () => {
  const tokenizer = parseUnigramTokenizer(
    {
      ...{ type: 'unigram', bos: 0, eos: 2, pad: 1, unk: 3 },
      pieces: [
        ['<s>', 0],
        ['<pad>', 0],
        ['</s>', 0],
        ['<unk>', 0],
        ['▁', -4],
        ['fi', -3],
        ['▁fi', -5],
        ['n', -2],
        ['▁n', -6.5],
        ['e', -2],
      ],
      normalise: { 64257: [0x66, 0x69], 173: [], 9: [32] },
    },
    'unigram.json',
  )
  const text = 'ﬁn\tn\u00ade x'
  const { ids, starts, ends } = tokenizer.encode(text)
  assert.deepEqual(
    ids.map(id => tokenizer.pieceOf(id)),
    ['▁fi', 'n', '▁', 'n', 'e', '▁', '<unk>'],
  )
  assert.deepEqual(
    starts.map((start, i) => text.slice(start, ends[i])),
    ['ﬁ', 'n', 'n', 'n', 'e', 'x', 'x'],
  )
  assert.deepEqual(tokenizer.around, { prefix: [0], suffix: [2] })
})

test('damaged files and components that are not known are refused by name', () => {
  const bert = () => jsonOf('bert-cased')
  const roberta = () => jsonOf('roberta')
  const unigram = () => jsonOf('xlm-roberta')
  const faults: readonly (readonly [string, unknown, RegExp])[] = [
    ['model', { ...bert(), model: { type: 'WordLevel', vocab: {} } }, /WordLevel/],
    ['normalizer', { ...bert(), normalizer: { type: 'Nmt' } }, /"Nmt"/],
    ['pre-tokenizer', { ...bert(), pre_tokenizer: { type: 'UnicodeScripts' } }, /UnicodeScripts/],
    ['post-processor', { ...bert(), post_processor: { type: 'Other' } }, /Other/],
    [
      'expression',
      { ...bert(), pre_tokenizer: { type: 'Split', pattern: { Regex: '(a+)+$' }, behavior: 'Removed' } },
      /\(a\+\)\+/,
    ],
    ['dropout', { ...roberta(), model: { ...roberta().model, dropout: 0.1 } }, /dropout/],
    ['merge', { ...roberta(), model: { ...roberta().model, merges: [['zz', 'q']] } }, /zz/],
    ['id twice', { ...bert(), model: { ...bert().model, vocab: { a: 1, '[UNK]': 1 } } }, /once/],
    ['unknown piece', { ...bert(), model: { ...bert().model, vocab: { a: 1 } } }, /\[UNK\]/],
    ['unk_id', { ...unigram(), model: { ...unigram().model, unk_id: 1e6 } }, /1000000/],
    ['score', { ...unigram(), model: { ...unigram().model, vocab: [['a', 'b']] } }, /vocab\[0\]/],
    [
      'map',
      { ...unigram(), normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA*' } },
      /map of characters/,
    ],
    ['type', { ...bert(), model: [] }, /model/],
  ]
  for (const [name, file, message] of faults)
    assert.throws(() => parseTokenizer(file, name), { code: 'model/file', message })
  assert.throws(() => parseTokenizer([], 'x'), { code: 'model/file' })
  assert.throws(() => bertTokenizer({ vocabulary: 'a\na', where: 'vocab.txt', lowercase: true }), {
    code: 'model/file',
  })
  assert.equal(faults.length, 13)
})
