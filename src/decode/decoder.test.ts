import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../base/random.js'
import { decodeSpans } from '../tags/decode-spans.js'
import { findIllFormed } from '../tags/ill-formed.js'
import type { Scheme } from '../tags/scheme.js'
import { tagSet } from '../tags/tag-set.js'
import { Decoder } from './decoder.js'

/** Every well-formed tagging of a length. */
function taggings(tags: readonly string[], scheme: Scheme, length: number): number[][] {
  let all: number[][] = [[]]
  for (let t = 0; t < length; t++) all = all.flatMap(path => tags.map((_, id) => [...path, id]))
  return all.filter(
    path =>
      findIllFormed(
        path.map(id => tags[id]),
        scheme,
      ).length === 0,
  )
}

test('tags, entities, scores and alternatives equal those found by listing every legal tagging', () => {
  let entities = 0
  let cases = 0
  const settings = fc.record({
    seed: fc.nat(),
    length: fc.integer({ min: 1, max: 4 }),
    n: fc.integer({ min: 1, max: 50 }),
    kind: fc.constantFrom('crf' as const, 'softmax' as const),
    scheme: fc.constantFrom<Scheme>('BIO', 'IOBES', 'BILOU'),
  })
  fc.assert(
    fc.property(settings, ({ seed, length, n, kind, scheme }) => {
      const random = Random.fromSeed(seed)
      const tags = tagSet(scheme === 'BIO' ? ['A', 'B'] : ['A'], scheme)
      const numbers = (n: number) => Float32Array.from({ length: n }, () => random.normal() * 2)
      const scores = {
        transitions: numbers(tags.length ** 2),
        start: numbers(tags.length),
        end: numbers(tags.length),
      }
      const emissions = numbers(length * tags.length)
      const decoder = new Decoder(tags, scheme, {
        constrained: true,
        scores: kind === 'crf' ? scores : undefined,
      })
      const crf = kind === 'crf' ? 1 : 0
      const scored = taggings(tags, scheme, length).map(path => {
        let score = crf * (scores.start[path[0]] + scores.end[path[length - 1]])
        path.forEach((id, t) => {
          score += emissions[t * tags.length + id]
          if (t > 0) score += crf * scores.transitions[path[t - 1] * tags.length + id]
        })
        return { names: path.map(id => tags[id]), weight: Math.exp(score) }
      })
      const total = scored.reduce((sum, { weight }) => sum + weight, 0)
      const best = scored.reduce((a, b) => (b.weight > a.weight ? b : a))
      const decoded = decoder.decode(emissions, length)
      assert.deepEqual(decoded.tags, best.names)
      for (const { score, ...span } of decoded.spans) {
        const mass = scored
          .filter(({ names }) =>
            decodeSpans(names, scheme).some(
              other => other.start === span.start && other.end === span.end && other.type === span.type,
            ),
          )
          .reduce((sum, { weight }) => sum + weight, 0)
        assert.ok(Math.abs(score - mass / total) < 1e-6, `${score} ${mass / total}`)
        entities++
      }
      assert.deepEqual(decoder.find(emissions, length), {
        tags: decoded.tags,
        spans: decoded.spans.map(({ score: _, ...span }) => span),
      })
      const ranked = scored.toSorted((a, b) => b.weight - a.weight)
      const alternatives = decoder.nBest(emissions, length, n)
      assert.equal(alternatives.length, Math.min(n, ranked.length))
      alternatives.forEach(({ tags: names, spans, probability, logProbability }, rank) => {
        assert.deepEqual(names, ranked[rank].names)
        assert.ok(Math.abs(probability - ranked[rank].weight / total) < 1e-6)
        assert.ok(Math.abs(logProbability - Math.log(ranked[rank].weight / total)) < 1e-5)
        assert.deepEqual(
          spans.map(({ score: _, ...span }) => span),
          decodeSpans(names, scheme),
        )
      })
      assert.deepEqual(alternatives[0].spans, decoded.spans)
      if (alternatives.length === ranked.length)
        assert.ok(Math.abs(alternatives.reduce((sum, { probability }) => sum + probability, 0) - 1) < 1e-6)
      cases++
    }),
    { numRuns: 300 },
  )
  assert.ok(cases >= 300 && entities > 150, `${entities} entities in ${cases} cases`)
})

test('an unconstrained softmax takes the best tag of each token, and reads entities leniently', () => {
  const tags = tagSet(['A'], 'BIO')
  const decoder = new Decoder(tags, 'BIO', { constrained: false })
  // O, I-A, I-A: ill-formed as BIO.
  const decoded = decoder.decode(Float32Array.of(5, 0, 0, 0, 0, 5, 0, 0, 5), 3)
  assert.deepEqual(decoded.tags, ['O', 'I-A', 'I-A'])
  assert.deepEqual(
    decoded.spans.map(({ start, end, type }) => [start, end, type]),
    [[1, 3, 'A']],
  )
  const constrained = new Decoder(tags, 'BIO', { constrained: true })
  assert.deepEqual(
    constrained.decode(Float32Array.of(5, 0, 0, 0, 0, 5, 0, 0, 5), 3).tags.map(tag => tag[0]),
    ['O', 'B', 'I'],
  )
})

test('alternatives of an unconstrained softmax are products over tokens; an empty sentence has one', () => {
  const tags = tagSet(['A'], 'BIO')
  const decoder = new Decoder(tags, 'BIO', { constrained: false })
  const emissions = Float32Array.of(2, 1, 0, 0.5, 0, 3)
  const softmax = (row: number) => {
    const weights = [0, 1, 2].map(k => Math.exp(emissions[row * 3 + k]))
    return weights.map(weight => weight / weights.reduce((a, b) => a + b, 0))
  }
  const [first, second] = [softmax(0), softmax(1)]
  const all = decoder.nBest(emissions, 2, 99)
  assert.equal(all.length, 9)
  for (const { tags: names, probability } of all) {
    const [i, j] = names.map(name => tags.indexOf(name))
    assert.ok(Math.abs(probability - first[i] * second[j]) < 1e-9)
  }
  assert.deepEqual(decoder.nBest(new Float32Array(0), 0, 3), [
    { tags: [], spans: [], probability: 1, logProbability: 0 },
  ])
})

test('logarithms rank the readings of a long sentence, whose probabilities are 0', () => {
  const tags = tagSet(['A'], 'BIO')
  const decoder = new Decoder(tags, 'BIO', { constrained: false })
  const length = 2000
  // All tokens are alike, except that the second tag of the first is half as likely.
  const emissions = new Float32Array(length * 3)
  for (let t = 0; t < length; t++) emissions.set([t === 0 ? 1 : 0.5, t === 0 ? 1 - Math.LN2 : 0, 0], 3 * t)
  const of = (row: readonly number[], k: number) =>
    row[k] - Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0))
  const rest = (length - 1) * of([0.5, 0, 0], 0)
  const expected = of([1, 1 - Math.LN2, 0], 0) + rest
  const [first, second] = decoder.nBest(emissions, length, 2)
  assert.deepEqual([first.probability, second.probability], [0, 0])
  assert.ok(expected < -1000 && Math.abs(first.logProbability - expected) < 1e-3, `${first.logProbability}`)
  // One of the other tokens is the second best's: exp(0.5) times less likely.
  assert.ok(Math.abs(first.logProbability - second.logProbability - 0.5) < 1e-6)
})
