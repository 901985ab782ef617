/**
 * One attention head, forward and backward, in this process; queries serve as keys. Prints its peak memory
 * and the time of a pass as JSON. Called by `attention-length.mjs`.
 *
 * node bench/reformer/attention-pass.mjs '{"rounds":2,"time":4096,"runs":3}'    # rounds 0: full attention
 */
import { GraphBuilder } from '../../dist/engine/graph/builder.js'
import { gradients } from '../../dist/engine/graph/gradients.js'
import { attend } from '../../dist/engine/layers/attention.js'
import { lshAttention } from '../../dist/engine/layers/lsh-attention.js'
import { lshLayout, lshSort, rotationsShape } from '../../dist/engine/layers/lsh-order.js'
import { encodeModel } from '../../dist/engine/onnx/encode.js'
import { nodeRuntime } from '../../dist/engine/runtime/node/ort-node.js'
import { fullLengths, measure, normal } from './feeds.mjs'

const { rounds, time, runs } = JSON.parse(process.argv[2])
const size = { heads: 1, dim: 64, chunk: 64, buckets: 512, rounds: Math.max(1, rounds) }
const g = new GraphBuilder('attention')
const shape = ['batch', 'time', size.heads, size.dim]
const queries = g.input('queries', 'float32', shape)
const values = g.input('values', 'float32', shape)
const slope = g.input('slope', 'float32', shape)
const y = rounds === 0 ? full() : hashed()
const [dQueries, dValues] = gradients(g, g.reduceSum(g.mul(y, slope), [0, 1, 2, 3]), [queries, values])
const graph = g.finish({ y, dQueries, dValues })

function full() {
  const [q, v] = [queries, values].map(x => g.transpose(x, [0, 2, 1, 3]))
  const key = g.div(q, g.sqrt(g.reduceSum(g.mul(q, q), [3], { keepDims: true })))
  return g.transpose(attend(g, q, key, v, { keyBias: null }).output, [0, 2, 1, 3])
}

function hashed() {
  const layout = lshLayout(g, queries, g.input('lengths', 'int32', ['batch']), size)
  const order = lshSort(g, queries, g.input('rotations', 'float32', rotationsShape(size)), layout, size)
  return lshAttention(g, queries, values, order, layout, size)
}

const session = await nodeRuntime().createSession(encodeModel(graph), { threads: 2 })
const all = {
  queries: normal([1, time, size.heads, size.dim]),
  values: normal([1, time, size.heads, size.dim]),
  slope: normal([1, time, size.heads, size.dim]),
  lengths: fullLengths(1, time),
  rotations: normal(rotationsShape(size)),
}
await measure(session, Object.fromEntries(graph.inputNames.map(name => [name, all[name]])), runs)
