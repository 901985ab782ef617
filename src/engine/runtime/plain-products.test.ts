import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { GraphBuilder } from '../graph/builder.js'
import { randomTensor } from '../graph/testing/check.js'
import { decodeModel } from '../onnx/decode.js'
import { encodeModel } from '../onnx/encode.js'
import { nodeRuntime } from './node/ort-node.js'
import { withPlainProducts } from './plain-products.js'

test('products of transposed matrices become plain ones, inside of loops too', async () => {
  const random = Random.fromSeed(3)
  let cases = 0
  for (const transA of [false, true])
    for (const transB of [false, true])
      for (const alpha of [1, 0.5])
        for (const batch of [[], [2, 3]] as number[][]) {
          const [a, b] = [transA ? [5, 4] : [4, 5], transB ? [6, 5] : [5, 6]].map(own => [...batch, ...own])
          const g = new GraphBuilder('products')
          const [x, w] = [g.input('x', 'float32', a), g.input('w', 'float32', b)]
          const options = { transA, transB, alpha }
          const states = [g.input('state', 'float32', [])]
          const steps = g.scan(
            { states, sequences: [{ value: g.unsqueeze(x, [0]) }] },
            (body, [sum], [slice]) => {
              const axes = a.map((_, i) => i)
              return {
                states: [body.add(sum, body.reduceSum(body.matMul(slice, w, options), axes))],
                outputs: [],
              }
            },
          )
          const outputs = { y: g.matMul(x, w, options), sum: steps.states[0] }
          const initializers = { w: randomTensor(random, b, -1, 1) }
          const model = encodeModel(g.finish(outputs), { initializers })
          const plain = withPlainProducts(model)
          const kinds = JSON.stringify(
            decodeModel(plain).graph.nodes.map(({ kind, body }) => [kind, body?.nodes.map(own => own.kind)]),
          )
          assert.equal(kinds.includes('FusedMatMul'), false)
          const feeds = { x: randomTensor(random, a, -1, 1), state: randomTensor(random, [], 0, 1) }
          const [expected, found] = await Promise.all(
            [model, plain].map(async own => {
              await using session = await nodeRuntime().createSession(own, { threads: 1 })
              const { y, sum } = await session.run(feeds)
              return [...(y.data as Float32Array), ...(sum.data as Float32Array)]
            }),
          )
          found.forEach((value, i) => {
            assert.ok(Math.abs(value - expected[i]) < 1e-5, `${value}, not ${expected[i]}`)
          })
          assert.ok(expected.length > 24)
          cases++
        }
  assert.equal(cases, 16)
})

test('a model that the engine does not read stays as it is', () => {
  const model = Uint8Array.of(1, 2, 3)
  assert.equal(withPlainProducts(model), model)
})
