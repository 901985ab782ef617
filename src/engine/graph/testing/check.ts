/** Helpers of the engine's tests: random tensors, finite differences, comparisons. */
import type { Random } from '../../../base/random.js'
import { encodeModel } from '../../onnx/encode.js'
import { nodeRuntime } from '../../runtime/node/ort-node.js'
import { evaluateGraph } from '../../runtime/reference/evaluate.js'
import type { Runtime } from '../../runtime/runtime.js'
import { sizeOf, type Tensor } from '../tensor.js'
import type { Graph } from '../value.js'

export type Feeds = Readonly<Record<string, Tensor>>

/** Numbers that float32 holds exactly, uniform between two bounds. */
export function randomTensor(random: Random, shape: readonly number[], low = -1, high = 1): Tensor {
  const data = Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * random.float())
  return { type: 'float32', shape, data }
}

/** Largest difference between two tensors, relative to 1 or to the size of the number. @throws where shapes differ */
export function difference(a: Tensor, b: Tensor): number {
  if (a.shape.join() !== b.shape.join() || a.data.length !== b.data.length)
    throw new Error(`shapes differ: [${a.shape}] and [${b.shape}]`)
  let largest = 0
  for (let i = 0; i < a.data.length; i++) {
    const x = Number(a.data[i])
    const y = Number(b.data[i])
    if (Object.is(x, y) || x === y) continue
    const gap = Math.abs(x - y) / Math.max(1, Math.abs(x), Math.abs(y))
    largest = Math.max(largest, Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap)
  }
  return largest
}

/**
 * The gradient of the output `loss` with respect to an input, by central differences in double precision.
 * @param every computes only one of this many cells, and leaves 0 for the others
 */
export function finiteDifferences(graph: Graph, feeds: Feeds, input: string, step = 1e-5, every = 1): Tensor {
  const { shape, data } = feeds[input]
  const moved = (at: number, by: number) => {
    const cells = Float64Array.from(data, Number)
    cells[at] += by
    const tensor: Tensor = { type: 'float64', shape, data: cells }
    return Number(evaluateGraph(graph, { ...feeds, [input]: tensor }, { precision: 'float64' }).loss.data[0])
  }
  const slopes = Float64Array.from({ length: data.length }, (_, at) =>
    at % every === 0 ? (moved(at, step) - moved(at, -step)) / (2 * step) : 0,
  )
  return { type: 'float64', shape, data: slopes }
}

/** Runs a graph on ONNX Runtime: the native one, unless another is named. */
export async function runNative(
  graph: Graph,
  feeds: Feeds,
  runtime: Runtime = nodeRuntime(),
): Promise<Record<string, Tensor>> {
  await using session = await runtime.createSession(encodeModel(graph), { threads: 1 })
  return await session.run(feeds)
}

/** Runs a graph on the reference runtime; with `float64`, floats are computed in double precision. */
export function runReference(graph: Graph, feeds: Feeds, precision: 'float32' | 'float64' = 'float64') {
  return evaluateGraph(graph, feeds, { precision })
}
