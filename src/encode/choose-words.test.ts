import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { chooseWords } from './choose-words.js'
import { findVector } from './word-vectors.js'

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', '0', ' '), minLength: 1, maxLength: 2 })

test('words of the texts come first, then the first of the file, in its order', () => {
  let cases = 0
  fc.assert(
    fc.property(
      fc.uniqueArray(letters, { minLength: 1, maxLength: 12 }),
      fc.uniqueArray(fc.tuple(letters, fc.integer({ min: 1, max: 5 })), { selector: ([text]) => text }),
      fc.integer({ min: 1, max: 12 }),
      (words, texts, most) => {
        const vectors = { rows: new Map(words.map((word, i) => [word, i])) }
        const got = chooseWords(vectors, new Map(texts), most)
        // The slow twin: one word after the other takes the best place that is left.
        const usable = words.filter(word => !word.includes(' '))
        const usesOf = (word: string) =>
          texts.reduce((sum, [text, count]) => {
            const row = findVector(text, vectors)?.row
            return row !== undefined && words[row] === word ? sum + count : sum
          }, 0)
        const left = usable.map((word, row) => ({ word, row, uses: usesOf(word) }))
        const used = left.filter(({ uses }) => uses > 0).length
        const taken: string[] = []
        while (taken.length < most && left.length > 0) {
          let best = 0
          left.forEach(({ uses }, i) => {
            if (uses > left[best].uses) best = i
          })
          taken.push(...left.splice(best, 1).map(({ word }) => word))
        }
        assert.deepEqual(
          got.words,
          words.filter(word => taken.includes(word)),
        )
        assert.equal(got.ofTexts, Math.min(most, used))
        assert.equal(got.leftOut, used - got.ofTexts)
        assert.equal(got.withSpaces, words.length - usable.length)
        cases++
      },
    ),
    { numRuns: 300 },
  )
  assert.equal(cases, 300)
})
