import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GraphBuilder } from '../graph/builder.js'
import { tensor } from '../graph/tensor.js'
import { encodeModel } from '../onnx/encode.js'
import { nodeRuntime, nodeSessionOptions } from './node/ort-node.js'
import { referenceRuntime } from './reference/reference.js'
import { ASYNC_DISPOSE, type Runtime, RuntimeError, type Tensor } from './runtime.js'

/** y = x · w, with every element type passing through beside it. */
function model(initialisers: Readonly<Record<string, Tensor>> = {}): Uint8Array {
  const g = new GraphBuilder('battery')
  const x = g.input('x', 'float32', ['batch', 2])
  const w = g.input('w', 'float32', [2, 3])
  const flags = g.input('flags', 'bool', ['batch'])
  const ids = g.input('ids', 'int64', ['batch'])
  const graph = g.finish({
    y: g.matMul(x, w),
    not: g.not(flags),
    more: g.add(ids, 1),
    few: g.cast(ids, 'int32'),
  })
  return encodeModel(graph, { initialisers })
}

const w = tensor('float32', [1, 2, 3, 4, 5, 6], [2, 3])
const feeds = {
  x: tensor('float32', [1, 0, 0.5, -1], [2, 2]),
  flags: tensor('bool', [1, 0]),
  ids: tensor('int64', [7, -8]),
}
const Y = [1, 2, 3, -3.5, -4, -4.5]

/** The same battery for every runtime. */
const RUNTIMES: readonly Runtime[] = [nodeRuntime(), referenceRuntime()]

const refuses = (code: RuntimeError['code'], message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RuntimeError, `${error}`)
  assert.equal(error.code, code)
  assert.match(error.message, message)
  return true
}

for (const runtime of RUNTIMES) {
  test(`${runtime.name}: tensors of every type in and out`, async () => {
    await using session = await runtime.createSession(model(), { threads: 1 })
    assert.deepEqual([...session.inputNames].sort(), ['flags', 'ids', 'w', 'x'])
    assert.deepEqual(session.outputNames, ['y', 'not', 'more', 'few'])
    const answer = await session.run({ ...feeds, w })
    assert.deepEqual(answer.y, tensor('float32', Y, [2, 3]))
    assert.deepEqual(answer.not, tensor('bool', [0, 1]))
    assert.deepEqual(answer.more, tensor('int64', [8, -7]))
    assert.deepEqual(answer.few, tensor('int32', [7, -8]))
  })

  test(`${runtime.name}: initialisers are stored in the model and fed no more`, async () => {
    await using session = await runtime.createSession(model({ w }), { threads: 1 })
    assert.deepEqual([...session.inputNames].sort(), ['flags', 'ids', 'x'])
    assert.deepEqual([...(await session.run(feeds)).y.data], Y)
  })

  test(`${runtime.name}: writes into memory it is given, reads views in place`, async () => {
    const { buffer } = new WebAssembly.Memory({ initial: 1 })
    const weights = new Float32Array(buffer, 256, 6)
    weights.set([1, 2, 3, 4, 5, 6])
    const y: Tensor = { type: 'float32', shape: [2, 3], data: new Float32Array(buffer, 1024, 6) }
    const inPlace: Tensor = { type: 'float32', shape: [2, 3], data: weights }
    await using session = await runtime.createSession(model(), { threads: 1 })
    const answer = await session.run({ ...feeds, w: inPlace }, { y, more: null })
    assert.equal(answer.y, y)
    assert.deepEqual([...y.data], Y)
    assert.deepEqual(Object.keys(answer).sort(), ['more', 'y'])
    // The same tensors again, with other numbers in them
    weights.fill(1)
    await session.run({ ...feeds, w: inPlace }, { y })
    assert.deepEqual([...y.data], [1, 1, 1, -0.5, -0.5, -0.5])
  })

  test(`${runtime.name}: says what is wrong with a run`, async () => {
    const session = await runtime.createSession(model(), { threads: 1 })
    await assert.rejects(
      session.run(feeds),
      refuses('runtime/feed', /expected a tensor for input 'w', got none/),
    )
    await assert.rejects(
      session.run({ ...feeds, w, extra: w }),
      refuses('runtime/feed', /expected the model's inputs \(.*\), got 'extra'/),
    )
    await assert.rejects(
      session.run({ ...feeds, w }, { z: null }),
      refuses('runtime/feed', /expected the model's outputs \(y, not, more, few\), got 'z'/),
    )
    await session.release()
    await session.release()
    await assert.rejects(session.run({ ...feeds, w }), refuses('runtime/released', /got a released one/))
  })

  test(`${runtime.name}: await using releases`, async () => {
    const session = await runtime.createSession(model(), { threads: 1 })
    await session[ASYNC_DISPOSE]()
    await assert.rejects(session.run({ ...feeds, w }), RuntimeError)
  })
}

test('node: refuses what ONNX Runtime would crash on or misread', async () => {
  await using session = await nodeRuntime().createSession(model(), { threads: 1 })
  const short: Tensor = { type: 'float32', shape: [2, 3], data: new Float32Array(5) }
  await assert.rejects(
    session.run({ ...feeds, w: short }),
    refuses('runtime/feed', /expected 6 elements .* got 5/),
  )
  const shared: Tensor = { type: 'float32', shape: [2, 3], data: new Float32Array(new SharedArrayBuffer(24)) }
  await assert.rejects(session.run({ ...feeds, w: shared }), refuses('runtime/feed', /SharedArrayBuffer/))
  await assert.rejects(
    nodeRuntime().createSession(new Uint8Array(10)),
    refuses('runtime/model', /refused the model/),
  )
})

test('node: sessions are set up as measured', () => {
  const { intraOpNumThreads, interOpNumThreads, executionMode, enableMemPattern, extra } = nodeSessionOptions(
    {
      threads: 2,
    },
  )
  assert.deepEqual(
    { intraOpNumThreads, interOpNumThreads, executionMode, enableMemPattern, extra },
    {
      intraOpNumThreads: 2,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      enableMemPattern: false,
      extra: { session: { force_spinning_stop: '1' } },
    },
  )
})

test('reference: answers doubles where it is asked for double precision', async () => {
  await using session = await referenceRuntime({ precision: 'float64' }).createSession(model({ w }))
  const answer = await session.run({ ...feeds, x: tensor('float64', [0.1, 0.2, 0.3, 0.4], [2, 2]) })
  assert.equal(answer.y.type, 'float64')
  assert.equal(answer.y.data[0], 0.1 + 0.2 * 4)
  assert.equal(answer.more.type, 'int64')
})
