import type { Random } from '../../../base/random.js'
import type { GraphBuilder } from '../../graph/builder.js'
import { randomTensor } from '../../graph/testing/check.js'
import type { Value } from '../../graph/value.js'
import { rotationsShape } from '../lsh-order.js'
import { weightsOf } from '../parameters.js'
import { type ReformerOptions, type ReformerSize, reformer, reformerParameters } from '../reformer.js'
import { type Batch, given, type LayerCase, type LayerInput, type Values } from './layer-case.js'

/** Small, with several chunks, rounds, heads and layers. */
export const SMALL: ReformerSize = {
  width: 6,
  layers: 3,
  heads: 2,
  dim: 4,
  chunk: 2,
  buckets: 4,
  rounds: 2,
  feedForward: 5,
  feedForwardChunk: 4,
  rotary: true,
}

export function reformerOf(
  g: GraphBuilder,
  values: Values,
  size: ReformerSize,
  options: ReformerOptions = {},
): Value {
  const { lengths, rotations, attentionMask, feedForwardMask } = values
  const weights = weightsOf('', reformerParameters(size), name => values[name])
  const masks = attentionMask && { attention: attentionMask, feedForward: feedForwardMask }
  return reformer(g, values.x, weights, { lengths, rotations, masks }, size, options)
}

export function reformerCase(
  size: ReformerSize,
  { time, lengths }: Batch,
  dropout: boolean,
  source: Random,
): LayerCase {
  const parameters = reformerParameters(size)
  const batch = lengths.length
  const keep = lengths.flatMap(length => Array.from({ length: time }, (_, t) => Number(t < length)))
  const inputs: Record<string, LayerInput> = {
    x: given(['batch', 'time', size.width], randomTensor(source, [batch, time, size.width])),
    lengths: given(['batch'], { type: 'int32', shape: [batch], data: Int32Array.from(lengths) }),
    rotations: given(rotationsShape(size), randomTensor(source, rotationsShape(size))),
    keep: given(['batch', 'time', 1], {
      type: 'float32',
      shape: [batch, time, 1],
      data: Float32Array.from(keep),
    }),
  }
  for (const [name, { shape }] of Object.entries(parameters))
    inputs[name] = given(shape, randomTensor(source, shape))
  if (dropout)
    for (const name of ['attentionMask', 'feedForwardMask'])
      inputs[name] = given(
        [size.layers, 'batch', 1, size.width],
        randomTensor(source, [size.layers, batch, 1, size.width], 0, 2),
      )
  return {
    name: JSON.stringify({ ...size, lengths }),
    inputs,
    wrt: ['x', ...Object.keys(parameters)],
    layer: (g, values) => reformerOf(g, values, size),
  }
}
