import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { decodeModel } from '../onnx/decode.js'
import { encodeModel } from '../onnx/encode.js'
import { GraphBuilder } from './builder.js'
import { gradients } from './gradients.js'
import { difference, finiteDifferences, randomTensor, runNative, runReference } from './testing/check.js'
import type { Graph, Value } from './value.js'

const H = 3
const I = 2

/** One LSTM step from plain operators, gates i, f, o, g. */
function lstmStep(g: GraphBuilder, w: Value, [h, c]: readonly Value[], x: Value): readonly [Value, Value] {
  const [i, f, o, u] = g.split(g.matMul(w, g.concat([h, x], 0)), [H, H, H, H], 0)
  const next = g.add(g.mul(g.sigmoid(f), c), g.mul(g.sigmoid(i), g.tanh(u)))
  return [g.mul(g.sigmoid(o), g.tanh(next)), next]
}

function lossOf(g: GraphBuilder, ys: Value, last: Value): Value {
  const squares = g.reduceSum(g.mul(ys, ys), [0, 1, 2])
  const head = g.reduceSum(g.exp(g.slice(ys, { axis: 0, start: 0, end: 1 })), [0, 1, 2])
  const tail = g.reduceMean(g.slice(ys, { axis: 0, start: 1 }), [0, 1, 2])
  return g.add(g.add(squares, head), g.add(tail, g.reduceSum(last, [0, 1])))
}

/** The loop, and the same with every step written out. */
function lstmGraph(steps: number | 'time', unrolled: boolean, reverse: boolean): Graph {
  const g = new GraphBuilder('lstm')
  const x = g.input('x', 'float32', [steps, I, 'batch'])
  const w = g.input('w', 'float32', [4 * H, H + I])
  const h0 = g.input('h0', 'float32', [H, 'batch'])
  let states: readonly Value[] = [h0, h0]
  let ys: Value
  if (unrolled && typeof steps === 'number') {
    const made: Value[] = []
    for (let step = 0; step < steps; step++) {
      const at = reverse ? steps - 1 - step : step
      states = lstmStep(g, w, states, g.squeeze(g.slice(x, { axis: 0, start: at, end: at + 1 }), [0]))
      made[at] = g.unsqueeze(states[0], [0])
    }
    ys = g.concat(made, 0)
  } else {
    const loop = g.scan(
      { states, sequences: [{ value: x, reverse }], name: 'lstm' },
      (body, before, [slice]) => {
        const next = lstmStep(body, w, before, slice)
        return { states: next, outputs: [{ value: next[0], reverse }] }
      },
    )
    ;({ states } = loop)
    ys = loop.outputs[0]
  }
  const loss = lossOf(g, ys, states[1])
  const [dx, dw, dh0] = gradients(g, loss, [x, w, h0])
  return g.finish({ loss, dx, dw, dh0 })
}

test('the gradient of a loop agrees with its unrolled twin, finite differences and ONNX Runtime', async () => {
  const random = Random.fromSeed(7)
  let cases = 0
  for (const reverse of [false, true])
    for (const [steps, batch] of [
      [2, 1],
      [5, 2],
      [3, 4],
    ]) {
      const feeds = {
        x: randomTensor(random, [steps, I, batch]),
        w: randomTensor(random, [4 * H, H + I]),
        h0: randomTensor(random, [H, batch]),
      }
      const loop = lstmGraph('time', false, reverse)
      const answer = runReference(loop, feeds)
      const twin = runReference(lstmGraph(steps, true, reverse), feeds)
      const native = await runNative(loop, feeds)
      for (const name of ['loss', 'dx', 'dw', 'dh0']) {
        assert.ok(difference(answer[name], twin[name]) < 1e-12, `${name} of the twin`)
        assert.ok(difference(answer[name], native[name]) < 1e-5, `${name} of ONNX Runtime`)
        cases++
      }
      for (const name of ['x', 'w', 'h0']) {
        assert.ok(difference(answer[`d${name}`], finiteDifferences(loop, feeds, name)) < 1e-7, `d${name}`)
        cases++
      }
    }
  assert.equal(cases, 42)
})

test('the forward loop of a training graph runs once, and writes no more than its gradient reads', () => {
  const graph = lstmGraph('time', false, false)
  const loops = graph.nodes.filter(node => node.kind === 'Scan')
  assert.equal(loops.length, 2)
  assert.deepEqual(
    loops.map(node => node.layer),
    ['lstm', 'lstm/gradient'],
  )
})

test('a training graph is the same after writing, reading and writing', () => {
  const bytes = encodeModel(lstmGraph('time', false, true))
  assert.deepEqual(encodeModel(decodeModel(bytes).graph), bytes)
})

test('a loop in a loop has a gradient', async () => {
  const g = new GraphBuilder('nested')
  const x = g.input('x', 'float32', ['time', 'inner', 2])
  const w = g.input('w', 'float32', [2])
  const zero = g.constant(Float32Array.of(0.1, 0.2), [2])
  const outer = g.scan({ states: [zero], sequences: [{ value: x }] }, (body, [state], [rows]) => {
    const scaled = body.mul(state, w)
    const inner = body.scan(
      { states: [state], sequences: [{ value: rows, reverse: true }] },
      (deep, [s], [row]) => {
        const next = deep.tanh(deep.add(deep.mul(deep.add(s, scaled), w), row))
        return { states: [next], outputs: [next] }
      },
    )
    return { states: inner.states, outputs: [body.reduceSum(inner.outputs[0], [0])] }
  })
  const loss = g.add(g.reduceSum(g.exp(outer.outputs[0]), [0, 1]), g.reduceSum(outer.states[0], [0]))
  const [dx, dw] = gradients(g, loss, [x, w])
  const graph = g.finish({ loss, dx, dw })
  const random = Random.fromSeed(3)
  const feeds = { x: randomTensor(random, [3, 4, 2]), w: randomTensor(random, [2]) }
  const answer = runReference(graph, feeds)
  const native = await runNative(graph, feeds)
  for (const name of ['x', 'w']) {
    assert.ok(difference(answer[`d${name}`], finiteDifferences(graph, feeds, name)) < 1e-7, `d${name}`)
    assert.ok(difference(answer[`d${name}`], native[`d${name}`]) < 1e-5, `d${name} of ONNX Runtime`)
  }
})

test('a large weight gets its gradient from one product after the loop', async () => {
  const g = new GraphBuilder('large')
  const x = g.input('x', 'float32', ['time', 2, 3, 'batch'])
  const w = g.input('w', 'float32', [2, 16, 19])
  const v = g.input('v', 'float32', [16, 64])
  const h0 = g.input('h0', 'float32', [2, 16, 'batch'])
  const loop = g.scan({ states: [h0], sequences: [{ value: x, reverse: true }] }, (body, [h], [slice]) => {
    const z = body.tanh(body.matMul(w, body.concat([h, slice], 1)))
    const turned = body.tanh(body.matMul(body.transpose(z, [0, 2, 1]), v))
    return { states: [z], outputs: [turned] }
  })
  const loss = g.add(
    g.reduceMean(g.exp(loop.outputs[0]), [0, 1, 2, 3]),
    g.reduceMean(loop.states[0], [0, 1, 2]),
  )
  const [dw, dv] = gradients(g, loss, [w, v])
  const graph = g.finish({ loss, dw, dv })
  const backward = graph.nodes.filter(node => node.kind === 'Scan')[1]
  assert.ok(backward.outputs.every(value => value.shape.join() !== v.shape.join()))
  const random = Random.fromSeed(9)
  const feeds = {
    x: randomTensor(random, [3, 2, 3, 2]),
    w: randomTensor(random, [2, 16, 19], -0.3, 0.3),
    v: randomTensor(random, [16, 64], -0.3, 0.3),
    h0: randomTensor(random, [2, 16, 2]),
  }
  const answer = runReference(graph, feeds)
  const native = await runNative(graph, feeds)
  // Every eleventh cell: finite differences of them all would take long
  for (const name of ['w', 'v'] as const) {
    const only = finiteDifferences(graph, feeds, name, 1e-5, 11)
    const some = Float64Array.from(answer[`d${name}`].data, Number).map((cell, at) =>
      at % 11 === 0 ? cell : 0,
    )
    assert.ok(difference({ ...only, data: some }, only) < 1e-8, `d${name}`)
    assert.ok(difference(answer[`d${name}`], native[`d${name}`]) < 1e-6, `d${name} of ONNX Runtime`)
  }
})
