import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../../base/errors.js'
import { GraphBuilder } from '../graph/builder.js'
import { gradients } from '../graph/gradients.js'
import { sizeOf, type Tensor, tensor } from '../graph/tensor.js'
import { difference, runNative, runReference } from '../graph/testing/check.js'
import { type Numbers, type OracleEncoder, readOracle, toTensor } from '../graph/testing/torch-oracle.js'
import { nodeRuntime } from '../runtime/node/ort-node.js'
import { decodeModel } from './decode.js'
import { encodeModel } from './encode.js'
import { nameParameters } from './parameters.js'

const { encoders } = readOracle()
const bytesOf = ({ model }: OracleEncoder) => new Uint8Array(Buffer.from(model, 'base64'))

function transposed({ shape: [rows, columns], data }: Numbers): Tensor {
  const turned = Array.from(
    { length: data.length },
    (_, at) => data[(at % rows) * columns + Math.floor(at / rows)],
  )
  return tensor('float64', turned, [columns, rows])
}

for (const encoder of encoders)
  test(`an encoder that PyTorch exported with opset ${encoder.opset} is read, differentiated, and agrees`, async () => {
    const { graph, initializers } = decodeModel(bytesOf(encoder))
    const g = new GraphBuilder('fine-tuning')
    const inputs = Object.fromEntries(
      graph.inputs.map((value, i) => [
        graph.inputNames[i],
        g.input(graph.inputNames[i], value.type, value.shape),
      ]),
    )
    const { y } = g.include(graph, inputs)
    const loss = g.reduceSum(g.sin(g.mul(y, 0.75)), [0, 1, 2])
    const names = Object.keys(initializers)
    const found = gradients(
      g,
      loss,
      names.map(name => inputs[name]),
    )
    const training = g.finish({
      y,
      loss,
      ...Object.fromEntries(names.map((name, i) => [`d ${name}`, found[i]])),
    })
    assert.ok(
      training.nodes.every(node => node.kind !== 'Reshape' || node.inputs[1]?.content),
      'targets of Reshape are constants',
    )

    const ids = { ...toTensor(encoder.ids), ...tensor('int64', encoder.ids.data, encoder.ids.shape) }
    const feeds = { ...initializers, ids, mask: tensor('int64', encoder.mask.data, encoder.mask.shape) }
    const exact = runReference(training, feeds)
    const native = await runNative(training, feeds)
    const parameters = nameParameters(graph)
    assert.ok(difference(exact.y, toTensor(encoder.y)) < 1e-6)
    assert.ok(difference(native.y, toTensor(encoder.y)) < 1e-5)
    const seen = new Set<string>()
    for (const name of names) {
      const parameter = parameters[name]
      const numbers = encoder.gradients[parameter.name]
      assert.ok(numbers, `${name} is taken for ${parameter.name}`)
      const expected = parameter.transposed ? transposed(numbers) : toTensor(numbers)
      const gap = difference(exact[`d ${name}`], expected)
      assert.ok(gap < 1e-5, `${parameter.name}: off by ${gap}`)
      assert.ok(difference(native[`d ${name}`], expected) < 1e-5, parameter.name)
      seen.add(parameter.name)
    }
    assert.deepEqual([...seen].sort(), Object.keys(encoder.gradients).sort())
  })

test('a foreign model that is written again gives the same results, and the second writing changes nothing', async () => {
  for (const encoder of encoders) {
    const { graph, initializers } = decodeModel(bytesOf(encoder))
    const bytes = encodeModel(graph, { initializers })
    const again = decodeModel(bytes)
    assert.deepEqual(encodeModel(again.graph, { initializers: again.initializers }), bytes)
    await using session = await nodeRuntime().createSession(bytes, { threads: 1 })
    const { y } = await session.run({
      ids: tensor('int64', encoder.ids.data, encoder.ids.shape),
      mask: tensor('int64', encoder.mask.data, encoder.mask.shape),
    })
    assert.ok(difference(y, toTensor(encoder.y)) < 1e-5)
  }
})

test('damaged bytes are refused with one message, whatever the damage', () => {
  const bytes = bytesOf(encoders[0])
  let refused = 0
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, by, cut) => {
      const damaged = cut
        ? bytes.slice(0, at)
        : Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ by : byte))
      try {
        const { graph } = decodeModel(damaged)
        assert.ok(graph.inputs.every(value => sizeOf(value.shape.map(Number)) !== -1))
      } catch (error) {
        assert.ok(isInputError(error), `${error}`)
        refused++
      }
    }),
    { numRuns: 400, seed: 4 },
  )
  assert.ok(refused > 200, `${refused} of 400 were refused`)
})

test('what the engine does not have is refused by name', () => {
  // The same length, so that the bytes around it stay right
  const text = Buffer.from(bytesOf(encoders[1])).toString('latin1').replaceAll('Softmax', 'Softmin')
  const other = new Uint8Array(Buffer.from(text, 'latin1'))
  assert.throws(() => decodeModel(other), /expected an operator of the engine, got Softmin/)
})
