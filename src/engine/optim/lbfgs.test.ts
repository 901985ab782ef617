import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Evaluate, Lbfgs } from './lbfgs.js'

interface Problem {
  readonly l1: number
  readonly l2: number
  readonly x: readonly (readonly number[])[]
  readonly y: readonly number[]
  readonly minimum: number
  readonly w: readonly number[]
}

const { convex } = JSON.parse(
  readFileSync(new URL('../../../oracles/crf.json', import.meta.url), 'utf8'),
) as { readonly convex: readonly Problem[] }

function logistic({ x, y, l2 }: Problem): Evaluate {
  return (w, gradient) => {
    let loss = 0
    for (let k = 0; k < w.length; k++) {
      loss += l2 * w[k] * w[k]
      gradient[k] = 2 * l2 * w[k]
    }
    x.forEach((row, i) => {
      const margin = y[i] * row.reduce((sum, value, k) => sum + value * w[k], 0)
      loss += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin)
      const share = -y[i] / (1 + Math.exp(margin))
      row.forEach((value, k) => {
        gradient[k] += share * value
      })
    })
    return loss
  }
}

test('the minima of convex problems, with and without absolute values, are those that scipy finds', () => {
  for (const problem of convex) {
    const minimizer = new Lbfgs(new Float64Array(6), { l1: problem.l1 })
    const evaluate = logistic(problem)
    let last = minimizer.step(evaluate)
    for (let i = 0; i < 300 && last.rate > 0 && last.gradientNorm > 1e-9; i++) last = minimizer.step(evaluate)
    assert.ok(last.loss - problem.minimum < 1e-9, `${last.loss} ${problem.minimum}`)
    problem.w.forEach((value, k) => {
      assert.ok(Math.abs(minimizer.x[k] - value) < 1e-4)
      // What scipy only brings close to 0 is 0.
      if (problem.l1 > 0 && Math.abs(value) < 1e-7) assert.equal(minimizer.x[k], 0)
    })
  }
  assert.equal(convex.length, 4)
  assert.ok(convex.some(({ l1, w }) => l1 > 0 && w.some(value => Math.abs(value) < 1e-7)))
})

test('the loss never rises, and every step without absolute values obeys the strong Wolfe conditions', () => {
  // Rosenbrock's valley in six dimensions.
  const evaluate: Evaluate = (x, gradient) => {
    gradient.fill(0)
    let loss = 0
    for (let i = 0; i + 1 < x.length; i++) {
      const [a, b] = [x[i + 1] - x[i] ** 2, 1 - x[i]]
      loss += 100 * a * a + b * b
      gradient[i] += -400 * a * x[i] - 2 * b
      gradient[i + 1] += 200 * a
    }
    return loss
  }
  const minimizer = new Lbfgs(Float64Array.of(-1.2, 1, -1.2, 1, -1.2, 1))
  let steps = 0
  for (let last = { gradientNorm: 1, rate: 1 }; last.gradientNorm > 1e-8 && last.rate > 0; steps++) {
    const before = { x: minimizer.x.slice(), gradient: new Float64Array(6) }
    const start = evaluate(before.x, before.gradient)
    last = minimizer.step(evaluate)
    if (last.rate === 0) break
    const gradient = new Float64Array(6)
    const end = evaluate(minimizer.x, gradient)
    const move = minimizer.x.map((value, i) => value - before.x[i])
    const dot = (g: Float64Array) => g.reduce((sum, value, i) => sum + value * move[i], 0)
    assert.ok(end <= start + 1e-4 * dot(before.gradient) + 1e-14, 'it falls enough')
    assert.ok(Math.abs(dot(gradient)) <= -0.9 * dot(before.gradient) + 1e-14, 'it is flat enough')
    assert.ok(steps < 200)
  }
  assert.ok(steps > 10)
  for (const value of minimizer.x) assert.ok(Math.abs(value - 1) < 1e-5)
})

test('a minimizer that was stored continues to the same bytes', () => {
  for (const problem of convex) {
    const evaluate = logistic(problem)
    const whole = new Lbfgs(new Float64Array(6), { l1: problem.l1, memory: 3 })
    const first = new Lbfgs(new Float64Array(6), { l1: problem.l1, memory: 3 })
    for (let i = 0; i < 9; i++) whole.step(evaluate)
    for (let i = 0; i < 5; i++) first.step(evaluate)
    const second = new Lbfgs(new Float64Array(6), { l1: problem.l1, memory: 3 })
    second.restore(first.state(), first.smoothValue)
    for (let i = 0; i < 4; i++) second.step(evaluate)
    assert.deepEqual(second.x, whole.x)
  }
})
