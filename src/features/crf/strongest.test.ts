import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Crf } from './crf.js'
import { FeatureIndex } from './feature-index.js'
import { learnedWeights } from './strongest.js'

test('weights are those of the features that score: each is named by what it looks at', () => {
  const lists = { scheme: 'BIO', types: ['X'], tags: ['O', 'B-X', 'I-X'] } as const
  const index = FeatureIndex.of(
    ['bias', 'lower@-1', 'shape & word'],
    [[''], ['mr', '__proto__'], ['Xx|Ada']],
    {},
  )
  const weights = {
    first: Int32Array.of(0, 1, 3, 4, 5),
    tags: Int32Array.of(0, 1, 2, 1, 1),
    weights: Float32Array.of(0.5, 2, -1, 3, 0.25),
    transitions: Float32Array.of(0, 1, -5, 0, 0, 4, 0, 0, 0),
  }
  const crf = new Crf(lists, index, weights, { constrained: false })
  const { features, weights: count, transitions, tags } = learnedWeights(crf, 2)
  assert.deepEqual([features, count], [4, 14])
  assert.deepEqual(transitions[0], { from: 'B-X', to: 'I-X', weight: 4 })
  assert.deepEqual(transitions.at(-1), { from: 'O', to: 'I-X', weight: -5 })
  assert.deepEqual(tags[1].strongest, [
    { feature: 'lower@-1=__proto__', weight: 3 },
    { feature: 'lower@-1=mr', weight: 2 },
  ])
  assert.deepEqual(tags[2], { tag: 'I-X', strongest: [], weakest: [{ feature: 'lower@-1=mr', weight: -1 }] })
  // What is shown is what scores: a token after "Mr" that is "Ada".
  const [o, b] = crf.tagProbabilities({ tokens: ['Mr', 'Ada'] }).subarray(3)
  const alone = crf.tagProbabilities({ tokens: ['x', 'Ada'] }).subarray(3)
  assert.ok(Math.abs(Math.log(b / o) - Math.log(alone[1] / alone[0]) - 2) < 0.5)
  assert.equal(crf.find({ tokens: ['mr', 'Ada'] }).tags[1], 'B-X')
})
