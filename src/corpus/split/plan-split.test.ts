import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../../base/random.js'
import type { Sentence } from '../sentence.js'
import { SplitPlanner } from './plan-split.js'

const RUNS = 200
const SHARES = [0.8, 0.1, 0.1]

function plan(sentences: readonly Sentence[], seed: number, shares = SHARES) {
  const planner = new SplitPlanner()
  for (const sentence of sentences) planner.add(sentence)
  return planner.plan(shares, Random.fromSeed(seed))
}

/** Few different words, so that copies are frequent. */
const sentence = fc.record({
  word: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'),
  more: fc.constantFrom('', 'x', 'y', 'z'),
  type: fc.constantFrom('O', 'O', 'B-PER', 'B-LOC'),
  document: fc.nat(12),
})

for (const inDocuments of [true, false])
  test(`copies share a part, the seed decides, ${inDocuments ? 'documents stay whole but for copies' : 'by sentence'}`, () => {
    let cases = 0
    fc.assert(
      fc.property(fc.array(sentence, { minLength: 30, maxLength: 120 }), fc.nat(), (items, seed) => {
        const sorted = [...items].sort((a, b) => a.document - b.document)
        const sentences: Sentence[] = sorted.map(({ word, more, type, document }, i) => ({
          tokens: [word, more],
          tags: [type, 'O'],
          lines: [i + 1],
          ...(inDocuments && { document }),
        }))
        const { parts, moved, duplicates, by } = plan(sentences, seed)
        assert.equal(by, inDocuments ? 'document' : 'sentence')
        assert.deepEqual(plan(sentences, seed).parts, parts)
        assert.equal(parts.length, sentences.length)

        const partOf = new Map<string, number>()
        const copies = new Map<string, number>()
        sentences.forEach(({ tokens }, i) => {
          const key = tokens.join(' ')
          assert.equal(partOf.get(key) ?? parts[i], parts[i], `copies of ${key} in two parts`)
          partOf.set(key, parts[i])
          copies.set(key, (copies.get(key) ?? 0) + 1)
        })
        assert.equal(
          [...copies.values()].reduce((sum, count) => sum + (count > 1 ? count : 0), 0),
          duplicates,
        )
        if (!inDocuments) assert.equal(moved, 0)
        else {
          // Sentences without a copy tell a document's part; all of them agree.
          const own = new Map<number, number>()
          sentences.forEach(({ tokens, document = -1 }, i) => {
            if (copies.get(tokens.join(' ')) !== 1) return
            assert.equal(own.get(document) ?? parts[i], parts[i], `document ${document} was torn`)
            own.set(document, parts[i])
          })
        }
        cases++
      }),
      { numRuns: RUNS },
    )
    assert.equal(cases, RUNS)
  })

test('a rare type reaches every part in proportion, where a plain shuffle would miss', () => {
  const sentences: Sentence[] = Array.from({ length: 1000 }, (_, i) => ({
    tokens: [`w${i}`],
    tags: [i % 50 === 0 ? 'B-RARE' : i % 3 === 0 ? 'B-PER' : 'O'],
    lines: [i + 1],
  }))
  for (let seed = 0; seed < 20; seed++) {
    const { parts } = plan(sentences, seed)
    const count = (part: number, tag?: string) =>
      sentences.filter(({ tags }, i) => parts[i] === part && (tag === undefined || tags[0] === tag)).length
    assert.deepEqual(
      [0, 1, 2].map(part => count(part, 'B-RARE')),
      [16, 2, 2],
    )
    assert.deepEqual(
      [0, 1, 2].map(part => count(part)),
      [800, 100, 100],
    )
  }
  assert.notDeepEqual(plan(sentences, 1).parts, plan(sentences, 2).parts)
})

test('a part without a share gets nothing', () => {
  const sentences: Sentence[] = Array.from({ length: 50 }, (_, i) => ({
    tokens: [`w${i}`],
    tags: ['B-A'],
    lines: [i],
  }))
  assert.ok(!plan(sentences, 3, [0.9, 0.1, 0]).parts.includes(2))
})
