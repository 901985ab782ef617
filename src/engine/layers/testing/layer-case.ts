/** A layer on some inputs, ready to be run and differentiated on every runtime. */
import assert from 'node:assert/strict'
import type { Random } from '../../../base/random.js'
import { GraphBuilder } from '../../graph/builder.js'
import type { Dim } from '../../graph/dim.js'
import { gradients } from '../../graph/gradients.js'
import type { Tensor } from '../../graph/tensor.js'
import {
  difference,
  type Feeds,
  finiteDifferences,
  randomTensor,
  runNative,
  runReference,
} from '../../graph/testing/check.js'
import type { Graph, Value } from '../../graph/value.js'

/** Sequences of some lengths, padded to `time`. */
export interface Batch {
  readonly time: number
  readonly lengths: readonly number[]
}

export type Values = Readonly<Record<string, Value>>
export type Build = (g: GraphBuilder, inputs: Values) => Value

export interface LayerInput {
  /** As the graph declares it: numbers, `time`, `batch`. */
  readonly dims: readonly Dim[]
  readonly tensor: Tensor
}

export interface LayerCase {
  readonly name: string
  readonly inputs: Readonly<Record<string, LayerInput>>
  /** Inputs to differentiate with respect to. */
  readonly wrt: readonly string[]
  /** Answers a scalar, or features that are multiplied by the input `keep` where there is one. */
  readonly layer: Build
}

export const SHAPES: readonly Batch[] = [
  { time: 5, lengths: [5, 3, 1, 4] },
  { time: 4, lengths: [2, 3] },
  { time: 3, lengths: [1] },
  { time: 1, lengths: [1] },
  { time: 2, lengths: [2, 2, 2] },
]

export function given(dims: readonly Dim[], tensor: Tensor): LayerInput {
  return { dims, tensor }
}

export function random(source: Random, dims: readonly Dim[], { time, lengths }: Batch): LayerInput {
  const lengthOf = (dim: Dim) => (dim === 'time' ? time : dim === 'batch' ? lengths.length : Number(dim))
  return { dims, tensor: randomTensor(source, dims.map(lengthOf)) }
}

/** `mask` (boolean) and `keep` (float), both `[time, 1, batch]`, and `extraRows` `[time, 2, batch]`. */
export function paddingInputs({ time, lengths }: Batch): Record<'mask' | 'keep' | 'extraRows', LayerInput> {
  const isInside = Array.from({ length: time }, (_, t) => lengths.map(length => (t < length ? 1 : 0)))
  const shape = [time, 1, lengths.length]
  const rows = isInside.flatMap(row => [...row.map(() => 1), ...row.map(bit => 1 - bit)])
  return {
    mask: given(['time', 1, 'batch'], { type: 'bool', shape, data: Uint8Array.from(isInside.flat()) }),
    keep: given(['time', 1, 'batch'], { type: 'float32', shape, data: Float32Array.from(isInside.flat()) }),
    extraRows: given(['time', 2, 'batch'], {
      type: 'float32',
      shape: [time, 2, lengths.length],
      data: Float32Array.from(rows),
    }),
  }
}

/** What the loss weighs a layer's outputs with: numbers that differ from cell to cell. */
const SLOPE = 'slope'

/** The graph of `y`, a loss of it, and the loss's gradients `d:…`. Only the inputs that are used stay. */
export function graphOf({ inputs, wrt, layer }: LayerCase, build: Build = layer): Graph {
  const g = new GraphBuilder('layer')
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { dims, tensor }]) => [name, g.input(name, tensor.type, dims)]),
  )
  const made = build(g, values)
  const y = values.keep && made.shape.length > 0 ? g.mul(made, values.keep) : made
  const loss =
    y.shape.length === 0 ? y : g.reduceSum(g.mul(y, g.input(SLOPE, 'float32', y.shape)), [...y.shape.keys()])
  const found = gradients(
    g,
    loss,
    wrt.map(name => values[name]),
  )
  const outputs = Object.fromEntries(wrt.map((name, i) => [`d:${name}`, found[i]]))
  return g.finish({ loss, y, ...outputs })
}

/** Tensors for a graph's inputs. The loss's weights are drawn from the position alone, so that twins agree. */
export function feedsOf(c: LayerCase, graph: Graph): Feeds {
  const { time, batch } = sizesOf(c)
  return Object.fromEntries(
    graph.inputNames.map((name, i) => {
      if (name !== SLOPE) return [name, c.inputs[name].tensor]
      const shape = graph.inputs[i].shape.map(dim =>
        dim === 'time' ? time : dim === 'batch' ? batch : Number(dim),
      )
      const size = shape.reduce((a, b) => a * b, 1)
      const data = Float32Array.from({ length: size }, (_, at) => Math.fround(Math.sin(at * 1.7 + 1)))
      return [name, { type: 'float32', shape, data }]
    }),
  )
}

function sizesOf({ inputs }: LayerCase): { time: number; batch: number } {
  const found = { time: 0, batch: 0 }
  for (const { dims, tensor } of Object.values(inputs))
    dims.forEach((dim, i) => {
      if (dim === 'time' || dim === 'batch') found[dim] = tensor.shape[i]
    })
  return found
}

export const FLOAT32 = 1e-5
export const FLOAT64 = 1e-11

function compare(
  found: Readonly<Record<string, Tensor>>,
  expected: Readonly<Record<string, Tensor>>,
  limit: number,
  what: string,
): number {
  for (const name of Object.keys(expected)) {
    const gap = difference(found[name], expected[name])
    assert.ok(gap <= limit, `${what}, ${name}: off by ${gap}`)
  }
  return Object.keys(expected).length
}

/**
 * Asserts that a layer and its twin agree in outputs and all gradients: in double precision, and each of them in
 * float32, on the reference runtime and on ONNX Runtime.
 *
 * @returns how many tensors were compared
 */
export async function compareTwins(c: LayerCase, twin: Build): Promise<number> {
  const own = graphOf(c)
  const other = graphOf(c, twin)
  const feeds = feedsOf(c, own)
  const exact = runReference(own, feeds)
  let count = compare(runReference(other, feedsOf(c, other)), exact, FLOAT64, `${c.name}, twin, float64`)
  count += compare(runReference(own, feeds, 'float32'), exact, FLOAT32, `${c.name}, reference`)
  count += compare(await runNative(own, feeds), exact, FLOAT32, `${c.name}, node`)
  return count + compare(await runNative(other, feedsOf(c, other)), exact, FLOAT32, `${c.name}, twin, node`)
}

/** Asserts that the gradients equal finite differences. @returns how many tensors were compared */
export function compareFiniteDifferences(c: LayerCase): number {
  const graph = graphOf(c)
  const feeds = feedsOf(c, graph)
  const answer = runReference(graph, feeds)
  const forward = graphOf({ ...c, wrt: [] })
  for (const name of c.wrt) {
    const slopes = finiteDifferences(forward, feeds, name)
    const gap = difference(answer[`d:${name}`], slopes)
    assert.ok(gap < 1e-7, `${c.name}, d:${name}: off by ${gap} from finite differences`)
  }
  return c.wrt.length
}
