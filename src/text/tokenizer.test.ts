import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { differingCuts, parseProbe, segmenterProbe } from './segmenter-probe.js'
import { tokenize } from './tokenize.js'
import { createTokenizer } from './tokenizer.js'

const words = createTokenizer('words')
const characters = createTokenizer('characters')

/** Words that every dictionary has, in the scripts that have one. */
const CASES: readonly (readonly [text: string, tokens: string])[] = [
  ['我们在北京。', '我们¦在¦北京¦。'],
  ['上海，2008年。', '上海¦，¦2008¦年¦。'],
  ['東京でタワーを見た。', '東京¦で¦タワー¦を¦見¦た¦。'],
  ['ผมไปเชียงใหม่', 'ผม¦ไป¦เชียงใหม่'],
  ['Ada在London。', 'Ada¦在¦London¦。'],
  ['Ada wrote. #北京 @ada', 'Ada¦wrote¦.¦#北京¦@ada'],
]

test('scripts without spaces are cut into words by the dictionary', () => {
  const cut = CASES.map(([text]) => [
    text,
    words
      .tokenize(text)
      .map(token => token.text)
      .join('¦'),
  ])
  assert.deepEqual(
    cut,
    CASES.map(row => [...row]),
  )
  assert.equal(CASES.length, 6)
})

test('characters are the default', () => {
  for (const [text] of CASES) assert.deepEqual(characters.tokenize(text), tokenize(text))
  assert.equal(characters.tokenize('我们在北京。').length, 6)
})

test('sentences are those of the default', () => {
  const text = '我们在北京。他在上海！「はい。」と言った。Ada wrote. ผมไปเชียงใหม่'
  const ranges = (tokenizer: typeof words) =>
    tokenizer.segment(text).sentences.map(({ start, end }) => [start, end])
  assert.deepEqual(ranges(words), ranges(characters))
  assert.equal(ranges(words).length, 5)
})

const unspaced = fc.constantFrom(
  ...'我们在北京大学東京タワーをコーヒーผมไปเชียงใหม่នៅភ្នំពេញລາວရန်ကုန်𠮷々〆。、a1 \n\u0301\u200b\ud842'.split(''),
)
const text = fc.array(unspaced, { maxLength: 80 }).map(parts => parts.join(''))

test('tokens slice the text, lose nothing but white space, and have whole characters', () => {
  let runs = 0
  fc.assert(
    fc.property(text, value => {
      runs++
      let at = 0
      for (const { text: token, start, end } of words.tokenize(value)) {
        assert.equal(value.slice(start, end), token)
        assert.match(value.slice(at, start), /^\s*$/u)
        assert.ok(end > start && !/\s/u.test(token))
        assert.ok(!(/[\ud800-\udbff]$/.test(token) && /^[\udc00-\udfff]/.test(value.slice(end))))
        at = end
      }
      assert.match(value.slice(at), /^\s*$/u)
    }),
    { numRuns: 500 },
  )
  assert.ok(runs >= 500)
})

test('a run of characters is cut alike alone and in a longer text', () => {
  fc.assert(
    fc.property(text, value => {
      const alone = words.tokenize(value).map(token => token.text)
      const inside = words.tokenize(`Ada wrote: ${value} — and left.`).map(token => token.text)
      assert.deepEqual(inside.slice(3, 3 + alone.length), alone)
    }),
    { numRuns: 300 },
  )
})

test('a long run is cut whole: its tokens are the run, and most are those of its beginning', () => {
  const sentence = '昨天下午北京大学的学生在图书馆讨论了人工智能的发展'
  const long = sentence.repeat(200)
  const tokens = words.tokenize(long).map(token => token.text)
  assert.equal(tokens.join(''), long)
  const short = words.tokenize(sentence.repeat(2)).map(token => token.text)
  assert.deepEqual(tokens.slice(0, short.length - 2), short.slice(0, -2))
  assert.ok(Math.abs(tokens.length - (short.length * 200) / 2) < 30, `${tokens.length} tokens`)
  // A run without a word of any dictionary, of characters that are pairs of units.
  const pairs = '𠮷'.repeat(1000)
  assert.ok(words.tokenize(pairs).every(token => [...token.text].every(character => character === '𠮷')))
})

test('an engine knows its own cuts, and those of another', () => {
  const own = segmenterProbe()
  assert.deepEqual(differingCuts(own), [])
  assert.equal(own.icu, process.versions.icu)
  assert.equal(Object.keys(own.cuts).length, 6)
  assert.deepEqual(differingCuts({ ...own, cuts: { ...own.cuts, Thai: 'เมื่อ|วาน' } }), ['Thai'])
  assert.deepEqual(differingCuts({ icu: null, cuts: {} }), [])
})

test('a probe is read as it was written, and nothing else is', () => {
  const own = segmenterProbe()
  assert.deepEqual(parseProbe(JSON.parse(JSON.stringify(own))), own)
  const bad = [
    null,
    [],
    {},
    { icu: 3, cuts: {} },
    { icu: null, cuts: { Thai: 3 } },
    { icu: null, cuts: { Elvish: '' } },
  ]
  for (const value of bad) assert.equal(parseProbe(value), undefined, JSON.stringify(value))
  assert.equal(bad.length, 6)
})
