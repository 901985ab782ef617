import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { loadCorpus } from '../corpus/node/read-corpus.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import type { TokenSpan } from '../tags/span.js'
import { guessedF1, memorizedNames } from './baselines.js'
import { countMentions } from './breakdown.js'
import { isSameSpan } from './scored-sentence.js'

const CONLL = ['eng.train', 'eng.testa'].map(name => `../shared/corpora/conll2003/${name}`)

test('on CoNLL-2003 memorized names reach what the shared task published for its baseline', {
  skip: !CONLL.every(path => existsSync(path)) && 'no CoNLL-2003 in ../shared',
}, async () => {
  const [training, dev] = await Promise.all(
    CONLL.map(async path => {
      const { sentences } = await loadCorpus(path)
      return sentences.map(({ tokens, tags }) => ({ tokens, gold: lenientSpans(tags) }))
    }),
  )
  const { precision, recall, f1, gold } = memorizedNames(dev, countMentions(training))
  // Tjong Kim Sang & De Meulder (2003), the baseline of the English development set: 78.33, 65.23, 71.18.
  assert.deepEqual(
    [precision, recall, f1].map(value => (100 * (value ?? 0)).toFixed(2)),
    ['78.33', '65.23', '71.18'],
  )
  assert.equal(gold, 5942)
})

test('names are found as by looking at every range, the longest first', () => {
  const word = fc.constantFrom('a', 'b', 'c')
  const name = fc.tuple(fc.array(word, { minLength: 1, maxLength: 3 }), fc.constantFrom('X', 'Y'))
  let found = 0
  fc.assert(
    fc.property(
      fc.array(name, { maxLength: 8 }),
      fc.array(word, { minLength: 1, maxLength: 8 }),
      (names, tokens) => {
        const training = names.map(([own, type]) => ({
          tokens: own,
          gold: [{ start: 0, end: own.length, type }],
        }))
        const typeOf = (text: string) => {
          const types = names.flatMap(([own, type]) => (own.join(' ') === text ? [type] : []))
          const xs = types.filter(type => type === 'X').length
          return types.length === 0 ? undefined : 2 * xs >= types.length ? 'X' : 'Y'
        }
        const expected: TokenSpan[] = []
        for (let start = 0; start < tokens.length; start++) {
          if (expected.some(span => start < span.end)) continue
          for (let end = tokens.length; end > start; end--) {
            const type = typeOf(tokens.slice(start, end).join(' '))
            if (type === undefined) continue
            expected.push({ start, end, type })
            break
          }
        }
        const result = memorizedNames([{ tokens, gold: expected }], countMentions(training))
        assert.deepEqual([result.predicted, result.correct], [expected.length, expected.length])
        found += expected.length
      },
    ),
    { numRuns: 500 },
  )
  assert.ok(found > 500, `${found}`)
})

test('the F1 of guesses is the mean over all that could be guessed', () => {
  const gold = [
    { start: 0, end: 1, type: 'A' },
    { start: 2, end: 3, type: 'A' },
    { start: 3, end: 5, type: 'B' },
  ]
  const tokens = ['a', 'b', 'c', 'd', 'e']
  const ranges = (length: number, type: string) =>
    tokens.flatMap((_, start) =>
      start + length <= tokens.length ? [{ start, end: start + length, type }] : [],
    )
  let [sum, count] = [0, 0]
  const single = ranges(1, 'A')
  for (const first of single)
    for (const second of single) {
      if (first.start >= second.start) continue
      for (const third of ranges(2, 'B')) {
        const guesses = [first, second, third]
        sum += guesses.filter(guess => gold.some(own => isSameSpan(own, guess))).length / gold.length
        count++
      }
    }
  assert.equal(count, 40)
  assert.ok(Math.abs((guessedF1([{ tokens, gold }]) ?? 0) - sum / count) < 1e-12)
  assert.equal(guessedF1([{ tokens, gold: [] }]), null)
})
