import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { lstmParameters } from '../../engine/layers/lstm.js'
import { fillInitial } from '../../engine/optim/initializer.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { referenceRuntime } from '../../engine/runtime/reference/reference.js'
import { CharacterLstm, type CharacterLstmParameters, characterLstmSize } from './character-lstm.js'

const size = { characters: 7, dim: 3, hidden: 2 }
const WIDTH = 2 * size.hidden
const place = { stride: WIDTH + 3, offset: 2 }
/** Lengths of every group, the longest beyond the last bound. */
const tokens = [
  [1],
  [2, 3],
  [4, 5, 6, 1, 2],
  [3, 1, 4, 1, 5, 2, 6, 6, 5],
  Array.from({ length: 21 }, (_, i) => 1 + (i % 6)),
].map(ids => Int32Array.from(ids))

function parameters(seed: number): CharacterLstmParameters {
  const random = Random.fromSeed(seed)
  const { shape, initial } = lstmParameters(characterLstmSize(size)).weight
  const weight = new Float32Array(shape.reduce((product, n) => product * n, 1))
  fillInitial(initial, weight, shape, random)
  const embedding = Float32Array.from({ length: size.characters * size.dim }, () => random.normal())
  embedding.fill(0, 0, size.dim)
  return { embedding, weight }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** One direction over one token as textbooks write it: the last state. */
function lastState(
  { embedding, weight }: CharacterLstmParameters,
  ids: readonly number[],
  direction: number,
): number[] {
  const { dim, hidden } = size
  const columns = hidden + dim + 2
  let h = new Array<number>(hidden).fill(0)
  let c = new Array<number>(hidden).fill(0)
  for (const id of ids) {
    const input = [...h, ...embedding.subarray(id * dim, (id + 1) * dim), 1]
    const z = Array.from({ length: 4 * hidden }, (_, row) =>
      input.reduce((sum, x, i) => sum + x * weight[(direction * 4 * hidden + row) * columns + i], 0),
    )
    const gate = (k: number, u: number) => z[k * hidden + u]
    c = c.map((cell, u) => sigmoid(gate(1, u)) * cell + sigmoid(gate(0, u)) * Math.tanh(gate(3, u)))
    h = c.map((cell, u) => sigmoid(gate(2, u)) * Math.tanh(cell))
  }
  return h
}

function slow(p: CharacterLstmParameters, ids: Int32Array): number[] {
  return [...lastState(p, [...ids], 0), ...lastState(p, [...ids].reverse(), 1)]
}

test('the features are the last states of both directions, whatever else is in the batch', async () => {
  const p = parameters(1)
  let compared = 0
  for (const runtime of [nodeRuntime(), referenceRuntime()]) {
    const lstm = await CharacterLstm.create(size, runtime)
    const out = new Float32Array(tokens.length * place.stride).fill(9)
    await lstm.forward(tokens, p, out, place)
    await lstm.release()
    for (const [n, ids] of tokens.entries()) {
      const row = [...out.subarray(n * place.stride, (n + 1) * place.stride)]
      slow(p, ids).forEach((expected, f) => {
        assert.ok(Math.abs(row[place.offset + f] - expected) < 1e-5, `token ${n}, feature ${f}`)
        compared++
      })
      assert.deepEqual([row[0], row[1], row[place.stride - 1]], [9, 9, 9], 'nothing else is written')
    }
  }
  assert.equal(compared, 2 * tokens.length * WIDTH)
})

test('gradients agree with finite differences of the plain LSTM, and overwrite', async () => {
  const p = parameters(2)
  const random = Random.fromSeed(3)
  const dOut = Float32Array.from({ length: tokens.length * place.stride }, () => random.normal())
  const loss = () =>
    tokens.reduce(
      (sum, ids, n) =>
        sum + slow(p, ids).reduce((s, value, f) => s + value * dOut[n * place.stride + place.offset + f], 0),
      0,
    )
  const lstm = await CharacterLstm.create(size, nodeRuntime())
  await lstm.forward(tokens, p, new Float32Array(tokens.length * place.stride), place)
  const gradient = {
    embedding: new Float32Array(p.embedding.length).fill(5),
    weight: new Float32Array(p.weight.length).fill(5),
  }
  await lstm.backward(p, dOut, place, gradient)
  await lstm.release()
  const columns = size.hidden + size.dim + 2
  let checked = 0
  for (const name of ['embedding', 'weight'] as const)
    for (let i = 0; i < p[name].length; i++) {
      const isFixed = name === 'embedding' ? i < size.dim : i % columns === columns - 1
      if (isFixed) {
        assert.equal(Math.abs(gradient[name][i]), 0, `${name}[${i}] is padding's`)
        continue
      }
      const original = p[name][i]
      p[name][i] = original + 1e-3
      const [up, high] = [loss(), p[name][i]]
      p[name][i] = original - 1e-3
      const [down, low] = [loss(), p[name][i]]
      p[name][i] = original
      assert.ok(Math.abs((up - down) / (high - low) - gradient[name][i]) < 1e-3, `${name}[${i}]`)
      checked++
    }
  assert.equal(checked, (size.characters - 1) * size.dim + 2 * 4 * size.hidden * (columns - 1))
})
