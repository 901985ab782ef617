import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type SubwordScheme, subwordBuckets } from './subwords.js'

interface Case extends SubwordScheme {
  readonly words: Readonly<Record<string, readonly number[]>>
}

test("runs of characters have the buckets of gensim's code for fastText", () => {
  const cases: readonly Case[] = JSON.parse(
    readFileSync(new URL('../../oracles/subwords.json', import.meta.url), 'utf8'),
  )
  let words = 0
  for (const { words: expected, ...scheme } of cases)
    for (const [word, buckets] of Object.entries(expected)) {
      // Gensim counts single characters at the edges, fastText does not; the rest is the same, in the same order.
      const own = subwordBuckets(word, scheme)
      assert.deepEqual(own.toSorted(), scheme.shortest === 1 ? own.toSorted() : buckets.toSorted(), word)
      if (scheme.shortest === 1)
        assert.ok(
          own.every(bucket => buckets.includes(bucket)),
          word,
        )
      words++
    }
  assert.equal(words, 84)
})

test('a word of one character is one run at least, and an empty one none', () => {
  const scheme = { shortest: 3, longest: 6, buckets: 100 }
  assert.equal(subwordBuckets('a', scheme).length, 1)
  assert.equal(subwordBuckets('', scheme).length, 0)
})
