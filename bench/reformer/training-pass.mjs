/**
 * Training steps of Reformer layers alone, in this process: forward pass and gradients of all parameters.
 * Prints its peak memory and the time of a step as JSON. Called by `reformer-memory.mjs`.
 *
 * node bench/reformer/training-pass.mjs '{"layers":2,"time":4096,"residuals":"reversible","runs":2}'
 */
import { GraphBuilder } from '../../dist/engine/graph/builder.js'
import { gradients } from '../../dist/engine/graph/gradients.js'
import { rotationsShape } from '../../dist/engine/layers/lsh-order.js'
import { reformer, reformerParameters } from '../../dist/engine/layers/reformer.js'
import { encodeModel } from '../../dist/engine/onnx/encode.js'
import { nodeRuntime } from '../../dist/engine/runtime/node/ort-node.js'
import { fullLengths, measure, normal } from './feeds.mjs'

const { time, residuals, runs, ...rest } = JSON.parse(process.argv[2])
const size = {
  width: 128,
  heads: 4,
  dim: 32,
  chunk: 64,
  buckets: 128,
  rounds: 2,
  feedForward: 512,
  feedForwardChunk: 1024,
  rotary: true,
  ...rest,
}
const g = new GraphBuilder('reformer')
const x = g.input('x', 'float32', ['batch', 'time', size.width])
const lengths = g.input('lengths', 'int32', ['batch'])
const rotations = g.input('rotations', 'float32', rotationsShape(size))
const shapes = Object.fromEntries(
  Object.entries(reformerParameters(size)).map(([name, { shape }]) => [name, shape]),
)
const names = Object.keys(shapes)
const weights = Object.fromEntries(names.map(name => [name, g.input(name, 'float32', shapes[name])]))
const y = reformer(g, x, weights, { lengths, rotations }, size, { residuals })
const loss = g.reduceMean(g.mul(y, y), [0, 1, 2])
const found = gradients(
  g,
  loss,
  names.map(name => weights[name]),
)
const outputs = Object.fromEntries(names.map((name, i) => [`d:${name}`, found[i]]))
const session = await nodeRuntime().createSession(encodeModel(g.finish({ loss, ...outputs })), { threads: 2 })
const feeds = {
  x: normal([1, time, size.width]),
  lengths: fullLengths(1, time),
  rotations: normal(rotationsShape(size)),
}
for (const name of names) {
  feeds[name] = normal(shapes[name], shapes[name].length === 3 ? 1 / Math.sqrt(shapes[name][1]) : 0)
  if (/Scale$/.test(name)) feeds[name].data.fill(1)
}
await measure(session, feeds, runs)
