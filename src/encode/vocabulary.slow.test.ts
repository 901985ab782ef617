import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { byCodePoint } from '../base/code-point-order.js'
import { isInputError } from '../base/errors.js'
import { Counter, UNKNOWN_ID, Vocabulary } from './vocabulary.js'

const [PAD, UNKNOWN] = ['<PAD>', '<UNK>']

function vocabularyOf(words: readonly string[], minCount = 1): Vocabulary {
  const counter = new Counter()
  for (const word of words) counter.add(word)
  return Vocabulary.fromCounts(counter.counts, { minCount })
}

test('order: by falling frequency, then code point', () => {
  const words = ['b', 'a', 'c', 'c', '\u{1F600}', '\uFFFD']
  assert.deepEqual(vocabularyOf(words).entries, [PAD, UNKNOWN, 'c', 'a', 'b', '\uFFFD', '\u{1F600}'])
  assert.deepEqual(vocabularyOf(words, 2).entries, [PAD, UNKNOWN, 'c'])
})

test('ids do not depend on the order of reading, and survive JSON', () => {
  let cases = 0
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 2 })), fc.nat(), (words, shift) => {
      const at = shift % (words.length + 1)
      const vocabulary = vocabularyOf(words)
      const moved = vocabularyOf([...words.slice(at), ...words.slice(0, at)])
      assert.deepEqual(moved.entries, vocabulary.entries)
      const again = Vocabulary.fromJSON(JSON.parse(JSON.stringify(vocabulary)), 'vocab.json')
      for (const word of words) {
        assert.equal(vocabulary.entries[vocabulary.id(word)], word)
        assert.equal(again.id(word), vocabulary.id(word))
      }
      cases++
    }),
  )
  assert.ok(cases >= 100)
})

test('code point order agrees with comparing the points', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      const points = (text: string) =>
        [...text].map(c => (c.codePointAt(0) ?? 0).toString(16).padStart(6, '0'))
      const x = points(a).join('')
      const y = points(b).join('')
      assert.equal(Math.sign(byCodePoint(a, b)), x < y ? -1 : x > y ? 1 : 0)
    }),
    { numRuns: 300 },
  )
})

test('a word that reads as a special entry is a word', () => {
  assert.equal(vocabularyOf(['x']).id(PAD), UNKNOWN_ID)
  assert.equal(vocabularyOf([PAD]).id(PAD), 2)
  assert.equal(vocabularyOf(['x']).id('__proto__'), UNKNOWN_ID)
})

test('extending keeps the ids', () => {
  const more = vocabularyOf(['a', 'b']).extended(['z', 'a', 'y', 'z'])
  assert.deepEqual(more.entries, [PAD, UNKNOWN, 'a', 'b', 'z', 'y'])
})

test('a damaged vocabulary is refused by name', () => {
  const bad: readonly (readonly [unknown, RegExp])[] = [
    [null, /vocab.json: expected a list of strings/],
    [{}, /a list of strings/],
    [[PAD, UNKNOWN, 3], /a string as entry 2, got number/],
    [['a', 'b'], /first, got \["a","b"\]/],
    [[PAD, UNKNOWN, 'a', 'b', 'a'], /every entry once, got "a" twice/],
  ]
  for (const [value, message] of bad)
    assert.throws(
      () => Vocabulary.fromJSON(value, 'vocab.json'),
      (e: unknown) => isInputError(e) && message.test(e.message),
    )
})
