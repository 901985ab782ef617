import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../base/random.js'
import { type Chain, createChain } from './chain.js'
import { forwardBackward, spanProbability, tagMarginals } from './marginals.js'
import { listViterbi } from './n-best.js'
import { viterbi } from './viterbi.js'

/** Every tag sequence of a length, by counting. */
function* sequences(tags: number, length: number): Generator<number[]> {
  for (let code = 0; code < tags ** length; code++) {
    let rest = code
    yield Array.from({ length }, () => {
      const tag = rest % tags
      rest = Math.floor(rest / tags)
      return tag
    })
  }
}

function scoreOf(
  path: readonly number[],
  emissions: ArrayLike<number>,
  chain: Chain,
  matrix: number[][],
): number {
  const { tags } = chain
  let score = chain.start[path[0]] + chain.end[path[path.length - 1]]
  path.forEach((tag, t) => {
    score += emissions[t * tags + tag]
    if (t > 0) score += matrix[path[t - 1]][tag]
  })
  return score
}

interface Problem {
  tags: number
  length: number
  emissions: Float64Array
  chain: Chain
  matrix: number[][]
}

/** A random chain in which about a third of the steps are forbidden; every step to and from tag 0 is legal. */
function problem(seed: number, tags: number, length: number): Problem {
  const random = Random.fromSeed(seed)
  const emissions = Float64Array.from({ length: length * tags }, () => random.normal() * 2)
  const allowed = Array.from({ length: tags }, (_, i) =>
    Array.from({ length: tags }, (_, j) => i === 0 || j === 0 || random.float() > 0.35),
  )
  const ends = (): boolean[] => Array.from({ length: tags }, (_, i) => i === 0 || random.float() > 0.3)
  const rules = { start: ends(), end: ends(), allowed }
  const transitions = Float64Array.from({ length: tags * tags }, () => random.normal())
  const numbers = () => Float64Array.from({ length: tags }, () => random.normal())
  const chain = createChain(tags, { transitions, start: numbers(), end: numbers() }, rules)
  const matrix = allowed.map((row, i) =>
    row.map((legal, j) => (legal ? transitions[i * tags + j] : Number.NEGATIVE_INFINITY)),
  )
  return { tags, length, emissions, chain, matrix }
}

const shapes = fc.record({
  seed: fc.nat(),
  tags: fc.integer({ min: 1, max: 5 }),
  length: fc.integer({ min: 1, max: 5 }),
})

test('viterbi finds the best of all paths', () => {
  let cases = 0
  fc.assert(
    fc.property(shapes, ({ seed, tags, length }) => {
      const { emissions, chain, matrix } = problem(seed, tags, length)
      let best = Number.NEGATIVE_INFINITY
      for (const path of sequences(tags, length))
        best = Math.max(best, scoreOf(path, emissions, chain, matrix))
      const found = [...viterbi(emissions, length, chain)]
      assert.ok(Math.abs(scoreOf(found, emissions, chain, matrix) - best) < 1e-9)
      cases++
    }),
    { numRuns: 200 },
  )
  assert.ok(cases >= 200)
})

test('the n best paths are the first n of all paths sorted, and the first one is Viterbi’s', () => {
  let cases = 0
  let short = 0
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 40 }), fc.boolean(), (shape, n, hasTies) => {
      const { tags, length } = shape
      const { emissions: drawn, chain, matrix } = problem(shape.seed, tags, length)
      // Whole numbers give many paths the same score.
      const emissions = hasTies ? drawn.map(Math.round) : drawn
      const scores = [...sequences(tags, length)]
        .map(path => scoreOf(path, emissions, chain, matrix))
        .filter(score => score !== Number.NEGATIVE_INFINITY)
        .sort((a, b) => b - a)
      const found = listViterbi(emissions, length, chain, n)
      assert.equal(found.length, Math.min(n, scores.length))
      if (scores.length < n) short++
      found.forEach(({ path, score }, rank) => {
        assert.ok(Math.abs(score - scores[rank]) < 1e-9)
        assert.ok(Math.abs(scoreOf([...path], emissions, chain, matrix) - score) < 1e-9)
      })
      assert.equal(new Set(found.map(({ path }) => path.join())).size, found.length)
      assert.deepEqual(found[0].path, viterbi(emissions, length, chain))
      cases++
    }),
    { numRuns: 300 },
  )
  assert.ok(cases >= 300 && short > 20, `${short} of ${cases} with fewer paths than wanted`)
})

test('partition, tag marginals and span probabilities equal sums over all paths', () => {
  let spans = 0
  fc.assert(
    fc.property(shapes, ({ seed, tags, length }) => {
      const { emissions, chain, matrix } = problem(seed, tags, length)
      const lattice = forwardBackward(emissions, length, chain)
      const paths = [...sequences(tags, length)]
      const weights = paths.map(path => Math.exp(scoreOf(path, emissions, chain, matrix)))
      const partition = weights.reduce((a, b) => a + b, 0)
      assert.ok(Math.abs(Math.exp(lattice.logPartition) - partition) < 1e-9 * partition)
      const marginals = tagMarginals(lattice)
      for (let t = 0; t < length; t++)
        for (let k = 0; k < tags; k++) {
          const expected = weights.reduce((sum, w, i) => sum + (paths[i][t] === k ? w : 0), 0) / partition
          assert.ok(Math.abs(marginals[t * tags + k] - expected) < 1e-9)
        }
      // Runs of tag 1 (or 0) bounded by any other tag: what an entity is in the IO scheme.
      const tag = Math.min(1, tags - 1)
      for (let start = 0; start < length; start++)
        for (let end = start + 1; end <= length; end++) {
          const inside = Array.from({ length: end - start }, () => tag)
          const found = spanProbability(
            lattice,
            start,
            inside,
            previous => previous !== tag,
            next => next !== tag,
          )
          const expected =
            weights.reduce((sum, w, i) => {
              const path = paths[i]
              const holds =
                path.slice(start, end).every(k => k === tag) &&
                (start === 0 || path[start - 1] !== tag) &&
                (end === length || path[end] !== tag)
              return sum + (holds ? w : 0)
            }, 0) / partition
          assert.ok(Math.abs(found - expected) < 1e-9, `${found} ${expected}`)
          spans++
        }
    }),
    { numRuns: 150 },
  )
  assert.ok(spans > 500)
})

test('a chain that allows nothing is an error, not a path', () => {
  const chain = createChain(1, undefined, { start: [false], end: [true], allowed: [[true]] })
  assert.throws(() => viterbi([0], 1, chain), RangeError)
  assert.throws(() => listViterbi([0], 1, chain, 2), RangeError)
  for (const n of [0, 1.5, Number.NaN])
    assert.throws(() => listViterbi([0], 1, createChain(1), n), RangeError)
})
