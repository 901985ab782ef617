import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { encodeModel } from '../onnx/encode.js'
import { GraphBuilder } from './builder.js'
import { gradients } from './gradients.js'
import { difference, finiteDifferences, randomTensor, runNative, runReference } from './testing/check.js'
import type { Block } from './value.js'

const kindsOf = (block: Block) => block.nodes.map(node => node.kind).filter(kind => kind !== 'Constant')

test('what no output needs is dropped, inputs included', () => {
  const g = new GraphBuilder('dead')
  const x = g.input('x', 'float32', ['batch', 3])
  const other = g.input('other', 'float32', [3])
  g.tanh(g.mul(x, other))
  const graph = g.finish({ y: g.exp(x) })
  assert.deepEqual(kindsOf(graph), ['Exp'])
  assert.deepEqual(graph.inputNames, ['x'])
  assert.deepEqual(g.finish({ z: other }).inputNames, ['other'], 'the builder can be finished again')
})

test('constants are folded, neutral operators vanish, repeated subexpressions are made once', () => {
  const g = new GraphBuilder('simple')
  const x = g.input('x', 'float32', ['batch', 3])
  const six = g.mul(g.add(g.constant(1), 2), 2)
  const a = g.sub(g.mul(g.add(g.identity(x), 0), six), g.div(g.tanh(x), 1))
  const b = g.transpose(g.reshape(g.mul(x, six), [0, 3]), [0, 1])
  const graph = g.finish({ y: g.add(a, b) })
  assert.deepEqual(kindsOf(graph), ['Mul', 'Tanh', 'Sub', 'Add'])
  const constants = graph.nodes.flatMap(node => (node.kind === 'Constant' ? [node.attributes.value] : []))
  assert.deepEqual(constants, [{ type: 'float32', shape: [], data: Float32Array.of(6) }])
})

test('what a loop makes the same at every step moves out of it', () => {
  const g = new GraphBuilder('invariant')
  const x = g.input('x', 'float32', ['time', 3])
  const w = g.input('w', 'float32', [3])
  const { outputs } = g.scan({ states: [w], sequences: [{ value: x }] }, (body, [h], [slice]) => {
    const next = body.mul(body.add(h, slice), body.exp(body.neg(w)))
    return { states: [next], outputs: [next] }
  })
  const graph = g.finish({ y: outputs[0] })
  assert.deepEqual(kindsOf(graph), ['Neg', 'Exp', 'Scan'])
  const loop = graph.nodes.find(node => node.kind === 'Scan')
  assert.deepEqual(loop?.body && kindsOf(loop.body), ['Add', 'Mul', 'Identity'])
})

test('outputs that are inputs, constants or the same value twice get nodes of their own', async () => {
  const g = new GraphBuilder('outputs')
  const x = g.input('x', 'float32', [2])
  const graph = g.finish({ a: x, b: x, c: g.constant(3), d: g.neg(x), e: g.neg(x) })
  const answer = await runNative(graph, { x: randomTensor(Random.fromSeed(1), [2]) })
  assert.deepEqual([...answer.e.data], [...answer.d.data])
  assert.deepEqual([...answer.a.data], [...answer.b.data])
  assert.deepEqual([...answer.c.data], [3])
})

test('named dimensions are followed through slices, joins, reshapes and products', () => {
  const g = new GraphBuilder('dims')
  const x = g.input('x', 'float32', ['time', 2, 'batch'])
  const rest = g.slice(x, { axis: 0, start: 1 })
  assert.deepEqual(rest.shape, ['time-1', 2, 'batch'])
  assert.deepEqual(g.slice(rest, { axis: 0, end: -1 }).shape, ['time-2', 2, 'batch'])
  assert.deepEqual(g.concat([rest, g.slice(x, { axis: 0, end: 1 })], 0).shape, ['time', 2, 'batch'])
  assert.deepEqual(g.reshape(x, [0, -1]).shape, ['time', '2*batch'])
  assert.deepEqual(g.reshape(g.reshape(x, [-1]), [-1, 2]).shape, ['batch*time', 2])
  assert.deepEqual(g.concat([x, x], 2).shape, ['time', 2, '2*batch'])
  assert.deepEqual(g.matMul(g.constant(new Float32Array(6), [3, 2]), x).shape, ['time', 3, 'batch'])
  assert.deepEqual(g.input('y', 'float32', ['2 * time - 1'.replaceAll(' ', '')]).shape, ['2*time-1'])
})

test('an included graph keeps its layers inside the layer that includes it, in the bodies of loops too', () => {
  const inner = new GraphBuilder('inner')
  const x = inner.input('x', 'float32', ['time', 2])
  const start = inner.input('start', 'float32', [2])
  const loop = inner.scan(
    { states: [start], sequences: [{ value: x }], name: 'loop' },
    (body, [h], [slice]) => ({
      states: [body.inLayer('step', () => body.tanh(body.add(h, slice)))],
      outputs: [],
    }),
  )
  const graph = inner.finish({ y: loop.states[0] })
  const g = new GraphBuilder('outer')
  const inputs = { x: g.input('x', 'float32', ['time', 2]), start: g.input('start', 'float32', [2]) }
  const { y } = g.inLayer('outer', () => g.include(graph, inputs))
  const copy = g.finish({ y })
  assert.deepEqual(copy.inputNames, graph.inputNames)
  const layersOf = (block: Block): readonly string[] =>
    block.nodes.flatMap(node => [node.layer, ...(node.body ? layersOf(node.body) : [])])
  assert.deepEqual(layersOf(graph), ['loop', 'loop/step', 'loop/step'])
  assert.deepEqual(layersOf(copy), ['outer/loop', 'outer/loop/step', 'outer/loop/step'])
})

test('a hand-derived block is differentiated by its own rule, and agrees with plain differentiation', async () => {
  const random = Random.fromSeed(5)
  const feeds = { x: randomTensor(random, [4, 3]), w: randomTensor(random, [3, 2]) }
  let calls = 0
  const build = (byHand: boolean) => {
    const g = new GraphBuilder('softplus')
    const x = g.input('x', 'float32', ['batch', 3])
    const w = g.input('w', 'float32', [3, 2])
    const z = g.matMul(x, w)
    const y = g.log(g.add(g.exp(z), 1))
    if (byHand)
      g.withGradient({
        inputs: [x, w],
        outputs: [y],
        backward: (b, [dY]) => {
          calls++
          if (!dY) return []
          const dZ = b.mul(dY, b.sigmoid(z))
          return [b.matMul(dZ, w, { transB: true }), b.matMul(x, dZ, { transA: true })]
        },
      })
    const loss = g.reduceSum(g.mul(y, y), [0, 1])
    const [dx, dw] = gradients(g, loss, [x, w])
    return g.finish({ loss, dx, dw })
  }
  const hand = build(true)
  const plain = build(false)
  assert.equal(calls, 1)
  assert.ok(hand.nodes.some(node => node.kind === 'Sigmoid'))
  assert.ok(!plain.nodes.some(node => node.kind === 'Sigmoid'))
  const expected = runReference(plain, feeds)
  const native = await runNative(hand, feeds)
  for (const name of ['dx', 'dw']) {
    assert.ok(difference(runReference(hand, feeds)[name], expected[name]) < 1e-12)
    assert.ok(difference(native[name], expected[name]) < 1e-5)
    assert.ok(difference(expected[name], finiteDifferences(plain, feeds, name.slice(1))) < 1e-7)
  }
})

test('gradients flow through a value that is used many times, and are zeros where nothing flows', () => {
  const g = new GraphBuilder('shared')
  const x = g.input('x', 'float32', [3])
  const idle = g.input('idle', 'float32', ['batch', 2])
  const y = g.tanh(x)
  const loss = g.reduceSum(g.add(g.mul(y, y), g.add(y, g.exp(y))), [0])
  const [dx, dIdle, dy] = gradients(g, loss, [x, idle, y])
  assert.deepEqual(dIdle.shape, ['batch', 2])
  const graph = g.finish({ loss, dx, dIdle, dy })
  const feeds = { x: randomTensor(Random.fromSeed(2), [3]), idle: randomTensor(Random.fromSeed(3), [4, 2]) }
  const answer = runReference(graph, feeds)
  assert.ok(difference(answer.dx, finiteDifferences(graph, feeds, 'x')) < 1e-8)
  assert.deepEqual([...answer.dIdle.data], new Array(8).fill(0))
  const last = Array.from(answer.dy.data, Number)
  Array.from(feeds.x.data, Number).forEach((cell, i) => {
    const t = Math.tanh(cell)
    assert.ok(Math.abs(last[i] - (2 * t + 1 + Math.exp(t))) < 1e-9)
  })
})

test('a model is written the same twice, and floats that are whole stay floats', async () => {
  const build = () => {
    const g = new GraphBuilder('whole')
    const x = g.input('x', 'float32', ['batch', 3])
    return g.finish({ y: g.matMul(x, x, { transB: true, alpha: 2 }), z: g.apply('Elu', [x], { alpha: 3 }) })
  }
  assert.deepEqual(encodeModel(build()), encodeModel(build()))
  const feeds = { x: randomTensor(Random.fromSeed(8), [2, 3]) }
  const native = await runNative(build(), feeds)
  const expected = runReference(build(), feeds)
  assert.ok(difference(native.y, expected.y) < 1e-6)
  assert.ok(difference(native.z, expected.z) < 1e-6)
})
