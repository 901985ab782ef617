import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GraphBuilder } from '../graph/builder.js'
import { floatTensor } from '../graph/tensor.js'
import { encodeModel, modelWriter } from './encode.js'
import { readInitializers } from './messages.js'
import { areSimilarModels } from './similar-models.js'

const WEIGHTS = [0.5, -2, 3e-9, 1e9]

function options(weights: readonly number[], name = 'w', output = 'y') {
  const g = new GraphBuilder('test')
  const sum = g.add(g.input('x', 'float32', ['n', 4]), g.input(name, 'float32', [4]))
  const graph = g.finish({ [output]: sum })
  return { graph, initializers: { [name]: floatTensor([4], Float32Array.from(weights)) } }
}

function model(weights: readonly number[], name?: string, output?: string): Uint8Array {
  const { graph, initializers } = options(weights, name, output)
  return encodeModel(graph, { initializers })
}

test('models are similar that differ in the last digits of their numbers only', () => {
  const own = model(WEIGHTS)
  assert.ok(areSimilarModels(own, model(WEIGHTS.map(weight => weight * (1 + 1e-7)))))
  const others = [
    model([0.501, ...WEIGHTS.slice(1)]),
    model([-0.5, ...WEIGHTS.slice(1)]),
    model([Number.NaN, ...WEIGHTS.slice(1)]),
    model(WEIGHTS, 'v'),
    model(WEIGHTS, 'w', 'z'),
    own.slice(0, -3),
    new Uint8Array(0),
    new Uint8Array(2_000_000),
    Buffer.from(Buffer.from(own).toString('latin1').replace('Add', 'Sub'), 'latin1'),
  ]
  for (const [i, other] of others.entries()) assert.ok(!areSimilarModels(own, other), `case ${i}`)
  assert.equal(others.length, 9)
})

test('a model that is to be written is compared byte for byte, and single tensors are read', () => {
  const { graph, initializers } = options(WEIGHTS)
  const writer = modelWriter(graph, { initializers })
  const bytes = writer.finish()
  assert.equal(writer.length, bytes.length)
  assert.ok(writer.equals(bytes))
  let unequal = 0
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.slice()
    changed[at] ^= 1
    if (!writer.equals(changed)) unequal++
  }
  assert.equal(unequal, bytes.length)
  assert.ok(!writer.equals(bytes.slice(1)))
  const found = readInitializers(bytes, new Set(['w', 'absent']))
  assert.deepEqual([...found.keys()], ['w'])
  assert.deepEqual(found.get('w')?.data, Float32Array.from(WEIGHTS))
})
