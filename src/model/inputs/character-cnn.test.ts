import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { CharacterCnn } from './character-cnn.js'
import { type CharacterCnnParameters, CharacterTables } from './character-tables.js'

const CHARACTERS = 7
const DIM = 3
const FILTERS = 4
const size = { characters: CHARACTERS, dim: DIM, filters: FILTERS }
const place = { stride: FILTERS + 2, offset: 1 }
const tokens = [[1], [2, 3], [4, 5, 6, 1, 2], [6, 6, 6], [3, 1, 4, 1, 5, 2, 6]].map(ids =>
  Int32Array.from(ids),
)

function parameters(seed: number): CharacterCnnParameters {
  const random = Random.fromSeed(seed)
  const fill = (n: number) => Float32Array.from({ length: n }, () => random.normal())
  const embedding = fill(CHARACTERS * DIM)
  embedding.fill(0, 0, DIM)
  return { embedding, filters: fill(DIM * 3 * FILTERS), bias: fill(FILTERS) }
}

/** The convolution as textbooks write it: pad, slide, take the maximum. */
function slow({ embedding, filters, bias }: CharacterCnnParameters, ids: Int32Array): number[] {
  const vector = (j: number) =>
    Array.from({ length: DIM }, (_, d) => (j < 0 || j >= ids.length ? 0 : embedding[ids[j] * DIM + d]))
  return Array.from({ length: FILTERS }, (_, f) => {
    const values = Array.from(ids, (_, j) => {
      let sum = bias[f]
      for (let tap = 0; tap < 3; tap++)
        vector(j + tap - 1).forEach((x, d) => {
          sum += x * filters[d * 3 * FILTERS + tap * FILTERS + f]
        })
      return sum
    })
    return Math.max(...values)
  })
}

test('the tables give what the plain convolution gives', async () => {
  const p = parameters(1)
  const cnn = new CharacterCnn(FILTERS)
  const tables = await CharacterTables.create(size, nodeRuntime())
  await tables.forward(p)
  const out = new Float32Array(tokens.length * place.stride)
  cnn.forward(tokens, tables, p.bias, out, place)
  await tables.release()
  let compared = 0
  for (const [n, ids] of tokens.entries())
    for (const [f, expected] of slow(p, ids).entries()) {
      assert.ok(Math.abs(out[n * place.stride + place.offset + f] - expected) < 1e-5)
      compared++
    }
  assert.equal(compared, tokens.length * FILTERS)
})

test('gradients agree with finite differences of the plain convolution', async () => {
  const p = parameters(2)
  const random = Random.fromSeed(3)
  const dOut = Float32Array.from({ length: tokens.length * place.stride }, () => random.normal())
  const loss = (q: CharacterCnnParameters) =>
    tokens.reduce(
      (sum, ids, n) =>
        sum + slow(q, ids).reduce((s, value, f) => s + value * dOut[n * place.stride + place.offset + f], 0),
      0,
    )
  const cnn = new CharacterCnn(FILTERS)
  const tables = await CharacterTables.create(size, nodeRuntime())
  await tables.forward(p)
  cnn.forward(tokens, tables, p.bias, new Float32Array(tokens.length * place.stride), place)
  const zeros = (a: Float32Array) => new Float32Array(a.length)
  const gradient = { embedding: zeros(p.embedding), filters: zeros(p.filters), bias: zeros(p.bias) }
  cnn.backward(tokens, dOut, place, tables, gradient.bias)
  await tables.backward(p, gradient)
  await tables.release()
  let checked = 0
  for (const name of ['embedding', 'filters', 'bias'] as const)
    for (let i = name === 'embedding' ? DIM : 0; i < p[name].length; i++) {
      const step = 1e-3
      const original = p[name][i]
      p[name][i] = original + step
      const up = loss(p)
      const upStep = p[name][i]
      p[name][i] = original - step
      const down = loss(p)
      const width = upStep - p[name][i]
      p[name][i] = original
      assert.ok(Math.abs((up - down) / width - gradient[name][i]) < 2e-2, `${name}[${i}]`)
      checked++
    }
  assert.equal(checked, (CHARACTERS - 1) * DIM + DIM * 3 * FILTERS + FILTERS)
})
