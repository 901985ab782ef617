/**
 * One training step of Reformer layers by themselves, in this process: forward pass, gradients of all parameters.
 * Answers its peak memory and the time of a step as JSON. Called by the scripts beside it.
 *
 * node bench/reformer/training-pass.mjs '{"layers":2,"time":4096,"residuals":"reversible"}'
 */
import { Random } from '../../dist/base/random.js'
import { GraphBuilder } from '../../dist/graph/builder.js'
import { gradients } from '../../dist/graph/gradients.js'
import { rotationsShape } from '../../dist/layers/lsh-sort.js'
import { reformer, reformerShapes } from '../../dist/layers/reformer.js'
import { encodeModel } from '../../dist/onnx/encode.js'
import { nodeRuntime } from '../../dist/runtime/node/ort-node.js'

const settings = JSON.parse(process.argv[2] ?? '{}')
const { time = 4096, batch = 1, steps = 2, residuals = 'reversible' } = settings
const size = {
  width: 128,
  layers: 2,
  heads: 4,
  dim: 32,
  chunk: 64,
  buckets: 128,
  rounds: 2,
  feedForward: 512,
  feedForwardChunk: 1024,
  rotary: true,
  ...settings.size,
}

const g = new GraphBuilder('reformer')
const x = g.input('x', 'float32', ['batch', 'time', size.width])
const lengths = g.input('lengths', 'int32', ['batch'])
const rotations = g.input('rotations', 'float32', rotationsShape(size))
const shapes = reformerShapes(size)
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
const session = await nodeRuntime().createSession(encodeModel(g.finish({ loss, ...outputs })))

const random = Random.fromSeed(1)
const count = shape => shape.reduce((a, b) => a * b, 1)
const normal = (shape, deviation) => ({
  type: 'float32',
  shape,
  data: Float32Array.from({ length: count(shape) }, () => deviation * random.normal()),
})
const feeds = {
  x: normal([batch, time, size.width], 1),
  lengths: { type: 'int32', shape: [batch], data: new Int32Array(batch).fill(time) },
  rotations: normal(rotationsShape(size), 1),
}
for (const name of names) {
  const scale = /Scale$/.test(name)
  feeds[name] = normal(shapes[name], shapes[name].length === 3 ? 1 / Math.sqrt(shapes[name][1]) : 0)
  if (scale) feeds[name].data.fill(1)
}
const milliseconds = []
for (let step = 0; step < steps; step++) {
  const start = performance.now()
  await session.run(feeds)
  milliseconds.push(performance.now() - start)
}
await session.release()
console.log(
  JSON.stringify({
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    milliseconds: Math.round(Math.min(...milliseconds)),
  }),
)
