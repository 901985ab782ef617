import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../base/random.js'
import { createChain } from './chain.js'
import { probabilities } from './lattice.js'
import { forwardBackward, spanProbability, tagMarginals } from './marginals.js'
import { scaledForwardBackward } from './scaled-lattice.js'

/** @param spread how far apart scores are */
function problem(seed: number, tags: number, length: number, spread: number) {
  const random = Random.fromSeed(seed)
  const numbers = (count: number) => Float64Array.from({ length: count }, () => random.normal() * spread)
  const allowed = Array.from({ length: tags }, (_, i) =>
    Array.from({ length: tags }, (_, j) => i === 0 || j === 0 || random.float() > 0.4),
  )
  const ends = (): boolean[] => Array.from({ length: tags }, (_, i) => i === 0 || random.float() > 0.3)
  const scores = { transitions: numbers(tags * tags), start: numbers(tags), end: numbers(tags) }
  const chain = createChain(tags, scores, { start: ends(), end: ends(), allowed })
  return { emissions: numbers(length * tags), chain }
}

const shapes = fc.record({
  seed: fc.nat(),
  tags: fc.integer({ min: 1, max: 12 }),
  length: fc.integer({ min: 1, max: 40 }),
  spread: fc.constantFrom(0.1, 2, 20, 200, 5000),
})

test('scaled factors give the probabilities of log space, and give way to it where scores are far apart', () => {
  let cases = 0
  let scaled = 0
  let spans = 0
  const bound = (value: number, expected: number) =>
    assert.ok(Math.abs(value - expected) < 1e-9, `${value} instead of ${expected}`)
  fc.assert(
    fc.property(shapes, ({ seed, tags, length, spread }) => {
      const { emissions, chain } = problem(seed, tags, length, spread)
      const lattice = forwardBackward(emissions, length, chain)
      const found = probabilities(emissions, length, chain)
      if (scaledForwardBackward(emissions, length, chain)) scaled++
      const scale = Math.max(1, Math.abs(lattice.logPartition))
      bound(found.logPartition / scale, lattice.logPartition / scale)
      const expected = tagMarginals(lattice)
      found.tagMarginals().forEach((value, i) => void bound(value, expected[i]))
      for (let start = 0; start < length; start += 3) {
        const path = Array.from(
          { length: Math.min(1 + (start % 4), length - start) },
          (_, i) => (seed + i) % tags,
        )
        const span = [
          start,
          path,
          (previous: number) => previous % 2 === 0,
          (next: number) => next % 3 > 0,
        ] as const
        const probability = spanProbability(lattice, ...span)
        bound(found.spanProbability(...span), probability)
        const partly = probabilities(emissions, length, chain, start + path.length)
        bound(partly.spanProbability(...span), probability)
        spans++
      }
      cases++
    }),
    // The first has a factor with few digits left, which a small sum makes large again.
    { numRuns: 400, examples: [[{ seed: 925158392, tags: 3, length: 3, spread: 200 }]] },
  )
  assert.ok(cases >= 400 && spans > 1000, `${cases} cases, ${spans} spans`)
  assert.ok(scaled > 150 && scaled < cases, `${scaled} of ${cases} with scaled factors`)
})

const EMISSIONS = [0, 1, 2, 0]

test('a learned score that is too large for a factor gives way to log space', () => {
  let cases = 0
  for (const large of [700, 800, 5000]) {
    const none = Float64Array.of(0, 0)
    const scores = { transitions: Float64Array.of(0, 0, 0, 0), start: none, end: none }
    const others = Float64Array.of(0, large)
    const chains = [
      createChain(2, { ...scores, start: others }),
      createChain(2, { ...scores, end: others }),
      createChain(2, { ...scores, transitions: Float64Array.of(0, large, 0, large) }),
    ]
    for (const chain of chains)
      for (const length of [1, 2]) {
        const expected = forwardBackward(EMISSIONS, length, chain)
        const found = probabilities(EMISSIONS, length, chain)
        assert.ok(Math.abs(found.logPartition - expected.logPartition) < 1e-6, `log Z ${found.logPartition}`)
        const marginals = tagMarginals(expected)
        found.tagMarginals().forEach((value, i) => {
          assert.ok(Math.abs(value - marginals[i]) < 1e-9, `${value} instead of ${marginals[i]}`)
          cases++
        })
      }
  }
  assert.equal(cases, 54)
})
