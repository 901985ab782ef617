import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GraphBuilder } from '../graph/builder.js'
import { tensor } from '../graph/tensor.js'
import { encodeModel } from '../onnx/encode.js'
import { webInNode } from './node/choose-runtime.js'
import { nodeRuntime, nodeSessionOptions } from './node/ort-node.js'
import { referenceRuntime } from './reference/reference.js'
import { RuntimeError, type Tensor } from './runtime.js'
import { RUNTIME_CASES } from './testing/battery.js'

/** y = x · w, with every element type passing through beside it. */
function model(initializers: Readonly<Record<string, Tensor>> = {}): Uint8Array {
  const g = new GraphBuilder('battery')
  const x = g.input('x', 'float32', ['batch', 2])
  const w = g.input('w', 'float32', [2, 3])
  const flags = g.input('flags', 'bool', ['batch'])
  const ids = g.input('ids', 'int64', ['batch'])
  const graph = g.finish({
    y: g.matMul(x, w),
    not: g.apply('Not', [flags]),
    more: g.add(ids, 1),
    few: g.cast(ids, 'int32'),
  })
  return encodeModel(graph, { initializers })
}

const w = tensor('float32', [1, 2, 3, 4, 5, 6], [2, 3])
const feeds = {
  x: tensor('float32', [1, 0, 0.5, -1], [2, 2]),
  flags: tensor('bool', [1, 0]),
  ids: tensor('int64', [7, -8]),
}
const refuses = (code: RuntimeError['code'], message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof RuntimeError, `${error}`)
  assert.equal(error.code, code)
  assert.match(error.message, message)
  return true
}

for (const runtime of [nodeRuntime(), webInNode(), referenceRuntime()])
  for (const { name, check } of RUNTIME_CASES) test(`${runtime.name} ${name}`, () => check(runtime))

test('the battery is whole', () => {
  assert.equal(RUNTIME_CASES.length, 12)
})

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

test('reference: returns doubles when asked for double precision', async () => {
  await using session = await referenceRuntime({ precision: 'float64' }).createSession(model({ w }))
  const answer = await session.run({ ...feeds, x: tensor('float64', [0.1, 0.2, 0.3, 0.4], [2, 2]) })
  assert.equal(answer.y.type, 'float64')
  assert.equal(answer.y.data[0], 0.1 + 0.2 * 4)
  assert.equal(answer.more.type, 'int64')
})
