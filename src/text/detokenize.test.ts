import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { detokenize } from './detokenize.js'
import { tokenize } from './tokenize.js'

/** Tokens, a space apart, and the text they should read as. */
const CASES: readonly (readonly [tokens: string, text: string])[] = [
  ['', ''],
  ['Ada wrote .', 'Ada wrote.'],
  ['Yes , he did ; no : " Go , " he said .', 'Yes, he did; no: "Go," he said.'],
  ["It did n't cost $ 3.50 ( or so ) .", "It didn't cost $3.50 (or so)."],
  ["I 'm sure they 've seen Ada 's dog", "I'm sure they've seen Ada's dog"],
  ["the players ' union", "the players' union"],
  ["he said ' go ' twice", "he said 'go' twice"],
  ['“ Go , ” he said', '“Go,” he said'],
  ["`` Go '' he said", "``Go'' he said"],
  ['up 25 % to US$ 5 , not $ many', 'up 25% to US$5, not $ many'],
  ['¿ Qué ? ¡ No !', '¿Qué? ¡No!'],
  ['Berlin - Paris -- or Rome', 'Berlin - Paris -- or Rome'],
  ['really ?! wait ... what', 'really?! wait... what'],
  ['東 京 は 、 2024 年 。', '東京は、 2024 年。'],
  ['salt & pepper / oil', 'salt & pepper / oil'],
]

test('English spacing', () => {
  assert.deepEqual(
    CASES.map(([tokens]) => [tokens, detokenize(tokens.split(' ').filter(Boolean)).text]),
    CASES,
  )
})

test('offsets point at the tokens, whatever they hold; between them is at most one space', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string({ unit: 'binary', minLength: 1 }),
          fc.constantFrom('"', "'", '(', ')', '$', ',', "'s", '字', '-'),
        ),
      ),
      tokens => {
        const { text, offsets } = detokenize(tokens)
        let at = 0
        offsets.forEach(({ start, end }, i) => {
          assert.equal(text.slice(start, end), tokens[i])
          assert.ok(['', ' '].includes(text.slice(at, start)))
          at = end
        })
        assert.equal(at, text.length)
        assert.equal(offsets.length, tokens.length)
      },
    ),
    { numRuns: 1000 },
  )
})

test('what is written so reads back as the same tokens', () => {
  let same = 0
  for (const [tokens] of CASES) {
    const list = tokens.split(' ').filter(Boolean)
    if (JSON.stringify(tokenize(detokenize(list).text).map(({ text }) => text)) === JSON.stringify(list))
      same++
  }
  assert.equal(same, CASES.length)
})

test('quotes that other languages close with', () => {
  const cases = [
    ['„ Gut “ , sagte er .', '„Gut“, sagte er.'],
    ['Er sagte : » Gut « .', 'Er sagte: »Gut«.'],
    ['Er sagte : „ Sie ging . “', 'Er sagte: „Sie ging.“'],
    ['“ Fine ” , he said .', '“Fine”, he said.'],
    ['« Oui » , dit-elle .', '«Oui», dit-elle.'],
    ['La casa está cerrada . »', 'La casa está cerrada.»'],
    // a quotation that began in the sentence before
    ['He left . "', 'He left."'],
    ["He left '", "He left'"],
    ["om drie uur 's nachts", "om drie uur 's nachts"],
  ] as const
  for (const [tokens, text] of cases) assert.equal(detokenize(tokens.split(' ')).text, text)
  assert.equal(cases.length, 9)
})
