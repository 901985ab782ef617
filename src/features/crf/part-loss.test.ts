import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { assemble, MEMORY_IMPORT, op } from '../../engine/optim/wasm-assembler.js'
import { exponential } from './chain-kernels.js'
import { serialEvaluator } from './objective.js'
import { type PlainSentence, plainData } from './testing/plain-data.js'
import { addLoss } from './testing/plain-objective.js'
import { PARTS, parameterCount } from './training-data.js'

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-11 * Math.max(1, Math.abs(a), Math.abs(b))
}

test('kernels compute what plain loops do, for any number of tags', () => {
  const random = Random.fromSeed(5)
  let cases = 0
  // One vector and several, blocks of them, products that are written out and that are loops.
  for (const tags of [1, 2, 3, 8, 9, 16, 17, 18, 31, 32, 33, 35, 50]) {
    for (const size of [0.3, 3, 60, 900]) {
      const labels = Array.from({ length: tags }, (_, k) => `T${k}`)
      const names = Array.from({ length: 12 }, (_, f) => `f${f}`)
      const sentences = Array.from({ length: 9 }, (_, s): PlainSentence => {
        const length = s === 4 ? 0 : 1 + random.below(12)
        return {
          features: Array.from({ length }, () => names.filter(() => random.float() < 0.3)),
          tags: Array.from({ length }, () => labels[random.below(tags)]),
          weight: s % 3 === 0 ? 0.25 : 1,
        }
      })
      const { data } = plainData(sentences, labels)
      const weights = Float64Array.from({ length: parameterCount(data) }, () => size * random.normal())
      const gradient = new Float64Array(weights.length)
      const loss = serialEvaluator(data).evaluate(weights, gradient)
      const expected = new Float64Array(weights.length)
      let sum = 0
      for (let part = 0; part < PARTS; part++) sum += addLoss(data, weights, expected, part)
      assert.ok(isNear(loss, sum), `${tags} tags: ${loss} ${sum}`)
      expected.forEach((each, p) => {
        assert.ok(isNear(gradient[p], each), `${tags} tags, ${p}: ${gradient[p]} ${each}`)
      })
      cases++
    }
  }
  assert.equal(cases, 52)
})

test('exp of a vector is that of Math.exp to two units in the last place', () => {
  const [pointer, own, n, rest] = [0, 1, 2, 3]
  const code = assemble([
    {
      name: 'exp',
      params: ['i32'],
      locals: ['v128', 'v128', 'v128'],
      body: [
        ...[...op.get(pointer), ...op.v128Load(0), ...op.set(own), ...op.get(pointer)],
        ...[...exponential(own, n, rest), ...op.v128Store(0)],
      ],
    },
  ])
  const memory = new WebAssembly.Memory({ initial: 1 })
  const imports = { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory } }
  const { exp } = new WebAssembly.Instance(new WebAssembly.Module(code), imports).exports as {
    exp: (pointer: number) => void
  }
  const pair = new Float64Array(memory.buffer, 0, 2)
  const random = Random.fromSeed(9)
  let most = 0
  for (let i = 0; i < 20_000; i++) {
    const x = i === 0 ? 0 : -700 * random.float() ** 3
    pair.set([x, -x])
    exp(0)
    for (const [value, lane] of [
      [Math.exp(x), 0],
      [Math.exp(-x), 1],
    ] as const)
      most = Math.max(most, Math.abs(pair[lane] / value - 1) / Number.EPSILON)
  }
  assert.ok(most <= 2, `${most} units`)
})
