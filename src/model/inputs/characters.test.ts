import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { Vocabulary } from '../../encode/vocabulary.js'
import { ParameterStore } from '../../engine/optim/parameter-store.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { referenceRuntime } from '../../engine/runtime/reference/reference.js'
import { CHARACTER_CNN } from './character-cnn.js'
import { CHARACTER_LSTM } from './character-lstm.js'
import type { InputBlock } from './input-block.js'

const DIM = 3
const CHARACTERS = Vocabulary.fromCounts(new Map([...'abcde'].map(letter => [letter, 2])))
/** Of every length that is computed apart, the longest beyond the last bound. */
const TOKENS = [
  'a',
  'bc',
  'deabz',
  'eee',
  'acadaebdc',
  Array.from({ length: 21 }, (_, i) => 'abcde'[i % 5]).join(''),
]

type Parameters = (name: string) => Float32Array

/** The vector of a character of a token; zeros before and behind it. */
function vector(table: Float32Array, ids: readonly number[], at: number): number[] {
  return Array.from({ length: DIM }, (_, d) => (at in ids ? table[ids[at] * DIM + d] : 0))
}

/** The convolution as textbooks write it: pad, slide, take the maximum. */
function plainCnn(value: Parameters, ids: readonly number[]): number[] {
  const [table, weights, bias] = ['characters', 'characterFilters', 'characterBias'].map(name =>
    value(`input.${name}`),
  )
  return Array.from(bias, (_, f) => {
    const sums = ids.map((_, j) => {
      let sum = bias[f]
      for (let tap = 0; tap < 3; tap++)
        vector(table, ids, j + tap - 1).forEach((x, d) => {
          sum += x * weights[d * 3 * bias.length + tap * bias.length + f]
        })
      return sum
    })
    return Math.max(...sums)
  })
}

const HIDDEN = 2
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** One direction over one token as textbooks write it: the last state. */
function lastState(value: Parameters, ids: readonly number[], direction: number): number[] {
  const table = value('input.characterStates.characters')
  const weight = value('input.characterStates.weight')
  const columns = HIDDEN + DIM + 2
  let h = new Array<number>(HIDDEN).fill(0)
  let c = new Array<number>(HIDDEN).fill(0)
  ids.forEach((_, t) => {
    const input = [...h, ...vector(table, ids, t), 1]
    const z = Array.from({ length: 4 * HIDDEN }, (_, row) =>
      input.reduce((sum, x, i) => sum + x * weight[(direction * 4 * HIDDEN + row) * columns + i], 0),
    )
    const gate = (k: number, u: number) => z[k * HIDDEN + u]
    c = c.map((cell, u) => sigmoid(gate(1, u)) * cell + sigmoid(gate(0, u)) * Math.tanh(gate(3, u)))
    h = c.map((cell, u) => sigmoid(gate(2, u)) * Math.tanh(cell))
  })
  return h
}

function plainLstm(value: Parameters, ids: readonly number[]): number[] {
  return [...lastState(value, ids, 0), ...lastState(value, [...ids].reverse(), 1)]
}

const SUBJECTS = [
  ['CNN', CHARACTER_CNN.create({ dim: DIM, filters: 4 }, CHARACTERS), plainCnn],
  ['BiLSTM', CHARACTER_LSTM.create({ dim: DIM, hidden: HIDDEN }, CHARACTERS), plainLstm],
] as const

for (const [name, [block], plain] of SUBJECTS)
  test(`a character ${name} computes what the textbook says, and writes nothing else`, async () => {
    const { width, parameters, idOf, train } = block as InputBlock<Int32Array>
    const ids = TOKENS.map(text => idOf(text, ''))
    const random = Random.fromSeed(3)
    const store = new ParameterStore(parameters, { random, slots: ['gradient'] })
    const value = (parameter: string) => store.get(parameter).value
    for (const { name: own, shape } of store.parameters)
      for (let i = shape.length === 1 ? 0 : shape[1]; i < value(own).length; i++)
        value(own)[i] += 0.3 * random.normal()
    let compared = 0
    for (const runtime of [nodeRuntime(), referenceRuntime()]) {
      const gradient = (parameter: string) => store.get(parameter).slots.gradient ?? assert.fail(parameter)
      const trainer = await train({ runtime, value, gradient, settleRows: store.settleRows.bind(store) })
      const stride = width + 3
      const data = new Float32Array(TOKENS.length * stride).fill(9)
      await trainer.forward(ids, { data, stride, offset: 2 })
      await trainer.release?.()
      ids.forEach((own, n) => {
        const row = [...data.subarray(n * stride, (n + 1) * stride)]
        plain(value, [...own]).forEach((expected, f) => {
          assert.ok(Math.abs(row[2 + f] - expected) < 1e-5, `token ${n}, feature ${f}`)
          compared++
        })
        assert.deepEqual([row[0], row[1], row[stride - 1]], [9, 9, 9])
      })
    }
    assert.equal(compared, 2 * TOKENS.length * 4)
  })

test('of a long token the first 40 and the last 24 characters are read, by code point', () => {
  const [block] = CHARACTER_CNN.create({ dim: 1, filters: 1 }, CHARACTERS)
  const ids = (text: string) => [...(block.idOf(text, '') as Int32Array)]
  const [a, b, unknown] = [CHARACTERS.id('a'), CHARACTERS.id('b'), 1]
  assert.deepEqual(ids('😀a'), [unknown, a])
  assert.deepEqual(ids(''), [unknown])
  assert.deepEqual(ids('a'.repeat(64)), Array(64).fill(a))
  const long = `${'a'.repeat(40)}${'c'.repeat(9)}${'b'.repeat(24)}`
  assert.deepEqual(ids(long), [...Array(40).fill(a), ...Array(24).fill(b)])
})
