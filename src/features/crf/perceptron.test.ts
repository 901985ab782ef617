import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { Perceptron } from './perceptron.js'
import { plainData } from './testing/plain-data.js'

test('it learns what its features can say, and its mean is that of the weights after every sentence', () => {
  const labels = ['O', 'B-X']
  const sentences = Array.from({ length: 20 }, (_, s) => ({
    features: [[s % 2 === 0 ? 'name' : 'other'], ['other']],
    tags: [s % 2 === 0 ? 'B-X' : 'O', 'O'],
  }))
  const { data } = plainData(sentences, labels)
  const perceptron = new Perceptron(data)
  const random = Random.fromSeed(1)
  const wrong = Array.from({ length: 5 }, () => perceptron.epoch(random))
  assert.ok(wrong[0] > 0, 'it begins without weights')
  assert.equal(wrong.at(-1), 0)
  // The mean, sentence by sentence: a perceptron that sees one sentence at a time.
  const single = new Perceptron(data)
  const order = Random.fromSeed(1)
  const sum = new Float64Array(single.weights.length)
  for (let epoch = 0; epoch < 5; epoch++) {
    const places = order.shuffle(sentences.map((_, s) => s))
    for (const s of places) {
      single.learn(s)
      single.weights.forEach((weight, p) => {
        sum[p] += weight
      })
    }
  }
  const mean = sum.map(total => total / (5 * sentences.length))
  perceptron.average().forEach((weight, p) => {
    assert.ok(Math.abs(weight - mean[p]) < 1e-12)
  })
  assert.deepEqual(single.weights, perceptron.weights)
})
