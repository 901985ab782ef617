import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { GraphBuilder } from '../engine/graph/builder.js'
import { gradients } from '../engine/graph/gradients.js'
import { encodeModel } from '../engine/onnx/encode.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { firstPieces } from './first-pieces.js'

test('states of first pieces, and their gradient, where they belong', async () => {
  const [time, width, batch, tokens] = [5, 3, 2, 3]
  // Sentence 0: pieces 1, 2, 2; sentence 1: pieces 3, 1.
  const starts = [
    [0, 1, 3],
    [0, 3],
  ]
  const g = new GraphBuilder('test')
  const y = g.input('y', 'float32', ['time', width, 'batch'])
  const weights = g.input('weights', 'float32', ['tokens', width, 'batch'])
  const firstUnits = g.input('firstUnits', 'int32', ['tokens', 'batch'])
  const tokenOf = g.input('tokenOf', 'int32', ['time', 'batch'])
  const output = firstPieces(g, y, firstUnits, tokenOf)
  const loss = g.reduceSum(g.mul(output, weights), [0, 1, 2])
  const [dY] = gradients(g, loss, [y])
  await using session = await nodeRuntime().createSession(encodeModel(g.finish({ output, dY })))
  const random = Random.fromSeed(1)
  const yData = Float32Array.from({ length: time * width * batch }, () => random.normal())
  const first = new Int32Array(tokens * batch)
  const back = new Int32Array(time * batch).fill(tokens * batch)
  starts.forEach((own, b) => {
    own.forEach((unit, token) => {
      first[token * batch + b] = unit * batch + b
      back[unit * batch + b] = token * batch + b
    })
  })
  const weightData = new Float32Array(tokens * width * batch)
  for (let i = 0; i < weightData.length; i++) {
    const [token, b] = [Math.floor(i / (width * batch)), i % batch]
    if (token < starts[b].length) weightData[i] = random.normal()
  }
  const results = await session.run({
    y: { type: 'float32', shape: [time, width, batch], data: yData },
    weights: { type: 'float32', shape: [tokens, width, batch], data: weightData },
    firstUnits: { type: 'int32', shape: [tokens, batch], data: first },
    tokenOf: { type: 'int32', shape: [time, batch], data: back },
  })
  const expected = new Float32Array(yData.length)
  let compared = 0
  starts.forEach((own, b) => {
    own.forEach((unit, token) => {
      for (let d = 0; d < width; d++) {
        const at = (unit * width + d) * batch + b
        const to = (token * width + d) * batch + b
        assert.equal((results.output.data as Float32Array)[to], yData[at])
        expected[at] = weightData[to]
        compared++
      }
    })
  })
  assert.deepEqual(results.dY.data, expected)
  assert.equal(compared, 15)
})
