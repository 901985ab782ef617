/** Softmax and its logarithm, layer normalization, dropout. */
import { Random } from '../../../base/random.js'
import { GraphError } from '../error.js'
import { reduceTo } from '../gradient-rules.js'
import type { NormalizationKind } from '../kinds.js'
import { mapCells, mapLines, ndArray, positiveAxis } from '../nd-array.js'
import type { Operations } from '../operations.js'
import type { Operator, Operators } from '../operator.js'
import { broadcast, checkAxis, checkFloat, checkSameType, checkType, floatLikeFirst } from '../shape-rules.js'
import type { Value } from '../value.js'

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

function alongAxis(
  gradient: (g: Operations, y: Value, dY: Value, axis: number) => Value,
  line: (cells: readonly number[]) => readonly number[],
): Operator<'Softmax' | 'LogSoftmax'> {
  return {
    inputs: [1, 1],
    infer: call => {
      checkAxis(call, call.attributes.axis, call.inputs[0].shape.length)
      return floatLikeFirst(call)
    },
    gradient: ({ g, attributes, outputs: [y], dY }) => [gradient(g, y, dY, attributes.axis)],
    evaluate: ({ inputs: [x], attributes }) => [
      mapLines(x, positiveAxis(attributes.axis, x.shape.length), line),
    ],
  }
}

export const NORMALIZATION: Operators<NormalizationKind> = {
  Softmax: alongAxis((g, y, dY, axis) => {
    const t = g.mul(dY, y)
    return g.sub(t, g.mul(y, g.reduceSum(t, [axis], { keepDims: true })))
  }, softmax),
  LogSoftmax: alongAxis(
    (g, y, dY, axis) => g.sub(dY, g.mul(g.exp(y), g.reduceSum(dY, [axis], { keepDims: true }))),
    logSoftmax,
  ),
  // Ba, Kiros & Hinton 2016
  LayerNormalization: {
    inputs: [2, 3],
    optionalOutputsFrom: 1,
    infer: call => {
      const [x] = call.inputs
      checkFloat(call, x)
      const axis = checkAxis(call, call.attributes.axis, x.shape.length)
      const normal = x.shape.slice(axis)
      for (const [i, value] of call.inputs.entries()) {
        if (i === 0 || !value) continue
        checkSameType(call, x, value)
        if (broadcast(call, normal, value.shape).length > normal.length)
          call.fail('graph/shape', `scale and bias of [${normal.join(', ')}]`, `[${value.shape.join(', ')}]`)
      }
      const reduced = { type: x.type, shape: x.shape.map((dim, i) => (i >= axis ? 1 : dim)) }
      return [{ type: x.type, shape: x.shape }, reduced, reduced]
    },
    gradient: call => {
      const { g, inputs, outputs, attributes, optional, wants } = call
      const [x, scale] = inputs
      const [dY, dMean, dDeviation] = call.dOutputs
      if (dMean || dDeviation || !dY)
        throw new GraphError(
          'graph/gradient',
          'LayerNormalization',
          'a loss of its first output',
          'of another',
        )
      const [, mean, inverse] = outputs
      const first = positiveAxis(attributes.axis, x.shape.length)
      const axes = [...x.shape.keys()].slice(first)
      const average = (value: Value) => g.reduceMean(value, axes, { keepDims: true })
      const unit = g.mul(g.sub(x, mean), inverse)
      const d = g.mul(dY, scale)
      const dX = () => g.mul(inverse, g.sub(g.sub(d, average(d)), g.mul(unit, average(g.mul(d, unit)))))
      const bias = optional(2)
      return [
        wants(0) ? dX() : null,
        wants(1) ? reduceTo(g, g.mul(dY, unit), scale) : null,
        bias && wants(2) ? reduceTo(g, dY, bias) : null,
      ]
    },
    evaluate: ({ inputs: [x, scale], optional, attributes }) => {
      const axis = positiveAxis(attributes.axis, x.shape.length)
      const lines = x.shape.slice(0, axis).reduce((size, dim) => size * dim, 1)
      const length = lines === 0 ? 0 : x.data.length / lines
      const reduced = x.shape.map((dim, i) => (i >= axis ? 1 : dim))
      const unit = ndArray(x.type, x.shape)
      const means = ndArray(x.type, reduced)
      const inverses = ndArray(x.type, reduced)
      for (let i = 0; i < lines; i++) {
        const line = x.data.subarray(i * length, (i + 1) * length)
        const mean = line.reduce((sum, cell) => sum + cell, 0) / length
        const variance = line.reduce((sum, cell) => sum + (cell - mean) ** 2, 0) / length
        means.data[i] = mean
        inverses.data[i] = 1 / Math.sqrt(variance + attributes.epsilon)
        for (let k = 0; k < length; k++) unit.data[i * length + k] = (line[k] - mean) * inverses.data[i]
      }
      const scaled = mapCells(x.type, (a, b) => a * b, unit, scale)
      const bias = optional(2)
      return [bias ? mapCells(x.type, (a, b) => a + b, scaled, bias) : scaled, means, inverses]
    },
  },
  // Srivastava et al. 2014. Drops only where its third input says so; each runtime draws numbers of its own
  Dropout: {
    inputs: [1, 3],
    optionalOutputsFrom: 1,
    random: true,
    infer: call => {
      const [x] = call.inputs
      const [ratio, training] = [call.optional(1), call.optional(2)]
      checkFloat(call, x)
      if (ratio) checkFloat(call, ratio)
      if (training) checkType(call, training, 'bool')
      return [
        { type: x.type, shape: x.shape },
        { type: 'bool', shape: x.shape },
      ]
    },
    gradient: ({ g, inputs: [x], optional, outputs: [, mask], dY }) => {
      const [ratio, training] = [optional(1), optional(2)]
      if (!training) return [dY]
      const kept = ratio ? g.sub(1, g.cast(ratio, x.type)) : g.scalar(0.5, x.type)
      const scaled = g.div(g.mul(dY, g.cast(mask, x.type)), kept)
      return [g.where(training, scaled, dY)]
    },
    evaluate: ({ inputs: [x], optional, attributes }) => {
      const ratio = optional(1)?.data[0] ?? 0.5
      const drops = (optional(2)?.data[0] ?? 0) !== 0 && ratio > 0
      const random = Random.fromSeed(attributes.seed ?? 0)
      const mask = mapCells('bool', () => Number(!drops || random.float() >= ratio), x)
      const scale = drops ? 1 / (1 - ratio) : 1
      return [mapCells(x.type, (cell, kept) => (kept === 0 ? 0 : cell * scale), x, mask), mask]
    },
  },
}
