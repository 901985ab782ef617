/** Softmax and its logarithm. */
import { int } from '../attributes.js'
import type { NormalizationKind } from '../kinds.js'
import { aroundAxis, type NdArray, ndArray, positiveAxis } from '../nd-array.js'
import type { Operator, ShapeRule } from '../operator.js'
import { checkAxis, checkFloat } from '../shape-rules.js'

const alongAxis: ShapeRule = call => {
  const x = call.input(0)
  checkFloat(call, x)
  checkAxis(call, call.attributes.int('axis'), x.shape.length)
  return [{ type: x.type, shape: x.shape }]
}

/** Applies `f` to every line of an array along an axis. */
function mapLines(x: NdArray, axis: number, f: (line: readonly number[]) => readonly number[]): NdArray {
  const [before, along, after] = aroundAxis(x.shape, positiveAxis(axis, x.shape.length))
  const result = ndArray(x.type, x.shape)
  for (let i = 0; i < before; i++)
    for (let j = 0; j < after; j++) {
      const at = (k: number) => (i * along + k) * after + j
      const line = f(Array.from({ length: along }, (_, k) => x.data[at(k)]))
      for (let k = 0; k < along; k++) result.data[at(k)] = line[k]
    }
  return result
}

function softmax(line: readonly number[]): number[] {
  const top = Math.max(...line)
  const exps = line.map(cell => Math.exp(cell - top))
  const total = exps.reduce((sum, cell) => sum + cell, 0)
  return exps.map(cell => cell / total)
}

function logSoftmax(line: readonly number[]): number[] {
  const top = Math.max(...line)
  const log = Math.log(line.reduce((sum, cell) => sum + Math.exp(cell - top), 0))
  return line.map(cell => cell - top - log)
}

export const NORMALIZATION = {
  Softmax: {
    attributes: { axis: int(-1) },
    inputs: [1, 1],
    infer: alongAxis,
    gradient: ({ g, attributes, outputs: [y], dY }) => {
      const t = g.mul(dY, y)
      return [g.sub(t, g.mul(y, g.reduceSum(t, [attributes.int('axis')], { keepDims: true })))]
    },
    evaluate: call => [mapLines(call.input(0), call.attributes.int('axis'), softmax)],
  },
  LogSoftmax: {
    attributes: { axis: int(-1) },
    inputs: [1, 1],
    infer: alongAxis,
    gradient: ({ g, attributes, outputs: [y], dY }) => [
      g.sub(dY, g.mul(g.exp(y), g.reduceSum(dY, [attributes.int('axis')], { keepDims: true }))),
    ],
    evaluate: call => [mapLines(call.input(0), call.attributes.int('axis'), logSoftmax)],
  },
} satisfies Record<NormalizationKind, Operator>
