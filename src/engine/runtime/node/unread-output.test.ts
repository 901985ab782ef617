import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GraphBuilder } from '../../graph/builder.js'
import { tensor } from '../../graph/tensor.js'
import { encodeModel } from '../../onnx/encode.js'
import { RuntimeError } from '../runtime.js'
import { nodeRuntime } from './ort-node.js'

function model(): Uint8Array {
  const g = new GraphBuilder('unread')
  const x = g.input('x', 'float32', ['rows', 2])
  return encodeModel(g.finish({ twice: g.add(x, x), sum: g.reduceSum(x, [0, 1]) }))
}

const open = () => nodeRuntime().createSession(model(), { threads: 1, outputsGiven: true })
const x = tensor('float32', [1, 2, 3, 4], [2, 2])
const space = () => ({ twice: tensor('float32', [0, 0, 0, 0], [2, 2]), sum: tensor('float32', [0], []) })

test('a run writes into the tensors that it is given and returns them', async () => {
  await using session = await open()
  assert.deepEqual([...session.outputNames], ['twice', 'sum'])
  for (const factor of [1, 10]) {
    const given = space()
    const feed = tensor(
      'float32',
      [1, 2, 3, 4].map(value => factor * value),
      [2, 2],
    )
    const answer = await session.run({ x: feed }, given)
    assert.equal(answer.twice, given.twice)
    assert.equal(answer.sum, given.sum)
    assert.deepEqual(
      [...given.twice.data],
      [2, 4, 6, 8].map(value => factor * value),
    )
    assert.deepEqual([...given.sum.data], [10 * factor])
  }
})

test('outputs that no tensor is given for are returned as by any session', async () => {
  await using session = await open()
  const { sum } = space()
  const mixed = await session.run({ x }, { twice: null, sum })
  assert.deepEqual([...mixed.twice.data, ...sum.data], [2, 4, 6, 8, 10])
  const all = await session.run({ x })
  assert.deepEqual(Object.keys(all).sort(), ['sum', 'twice'])
  assert.deepEqual([...all.twice.data, ...all.sum.data], [2, 4, 6, 8, 10])
})

test('a failure is still one', async () => {
  await using session = await open()
  const isFailure = (error: unknown) => error instanceof RuntimeError && error.code === 'runtime/run'
  const narrow = tensor('float32', [0, 0], [1, 2])
  await assert.rejects(session.run({ x }, { ...space(), twice: narrow }), isFailure)
  const wide = tensor('float32', [1, 2, 3], [1, 3])
  await assert.rejects(session.run({ x: wide }, space()), isFailure)
})
