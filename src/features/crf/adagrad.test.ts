import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { AdaGrad } from './adagrad.js'
import { serialEvaluator } from './objective.js'
import { plainData } from './testing/plain-data.js'

const LABELS = ['O', 'B-X', 'I-X']

function drawn(seed: number, count: number) {
  const random = Random.fromSeed(seed)
  return Array.from({ length: count }, () => {
    const length = 1 + random.below(5)
    const tags = Array.from({ length }, () => LABELS[random.below(3)])
    const features = tags.map(tag => [`f${random.below(4)}`, random.below(3) > 0 ? `is ${tag}` : 'noise'])
    return { features, tags, weight: 1 + random.below(2) }
  })
}

test('the first step of a weight is the rate against the sign of the gradient of the objective', () => {
  let moved = 0
  for (let seed = 0; seed < 20; seed++) {
    const { data } = plainData(drawn(seed, 1), LABELS)
    const learner = new AdaGrad(data, { rate: 0.25, l1: 0, l2: 0 })
    const gradient = new Float64Array(learner.weights.length)
    const loss = serialEvaluator(data).evaluate(learner.weights, gradient)
    assert.ok(Math.abs(learner.learn(0) - loss) < 1e-9)
    learner.weights.forEach((weight, p) => {
      // A weight whose features come twice in a sentence moves twice, each time by its own part of the gradient.
      if (weight !== 0) moved++
      if (gradient[p] === 0) return
      assert.ok(Math.abs(weight) <= 0.25 * 5 + 1e-6)
    })
    // A single token: every gradient has one part.
    const alone = plainData(
      [{ features: [['a', 'b']], tags: ['B-X'], weight: 2 }, ...drawn(seed, 3)],
      LABELS,
    ).data
    const one = new AdaGrad(alone, { rate: 0.25, l1: 0, l2: 0 })
    one.learn(0)
    const slope = new Float64Array(one.weights.length)
    const only = { ...alone, weights: Float64Array.from(alone.weights, (w, s) => (s === 0 ? w : 0)) }
    serialEvaluator(only).evaluate(new Float64Array(one.weights.length), slope)
    one.weights.forEach((weight, p) => {
      const expected = Math.abs(slope[p]) < 1e-6 ? 0 : -0.25 * Math.sign(slope[p])
      assert.ok(Math.abs(weight - expected) < 1e-6, `${weight} ${expected}`)
    })
  }
  assert.ok(moved > 50)
})

test('it comes near the minimum that the objective has, penalties included', () => {
  const { data } = plainData(drawn(99, 60), LABELS)
  const evaluator = serialEvaluator(data)
  const l2 = 0.5
  const objective = (x: Float64Array, gradient = new Float64Array(x.length)) => {
    let loss = evaluator.evaluate(x, gradient)
    for (let p = 0; p < x.length; p++) {
      loss += l2 * x[p] ** 2
      gradient[p] += 2 * l2 * x[p]
    }
    return loss
  }
  // Plain gradient descent, slowly.
  const x = new Float64Array(data.tagOf.length + 9)
  const gradient = new Float64Array(x.length)
  for (let n = 0; n < 3000; n++) {
    objective(x, gradient)
    for (let p = 0; p < x.length; p++) x[p] -= 0.005 * gradient[p]
  }
  const least = objective(x)
  const learner = new AdaGrad(data, { rate: 0.3, l1: 0, l2 })
  const random = Random.fromSeed(1)
  for (let epoch = 0; epoch < 300; epoch++) learner.epoch(random)
  const found = objective(learner.weights)
  assert.ok(found >= least - 1e-6 && found < least * 1.02, `${found} ${least}`)
})

test('a penalty on absolute values leaves weights at exactly 0', () => {
  const { data } = plainData(drawn(5, 60), LABELS)
  const zeros = [0, 3].map(l1 => {
    const learner = new AdaGrad(data, { rate: 0.2, l1, l2: 0 })
    const random = Random.fromSeed(1)
    for (let epoch = 0; epoch < 50; epoch++) learner.epoch(random)
    return learner.weights.filter(weight => weight === 0).length
  })
  assert.ok(zeros[1] > zeros[0] + 5, `${zeros}`)
})
