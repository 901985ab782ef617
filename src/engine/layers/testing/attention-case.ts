/** Attention layers and transformers on random inputs, batch-major, with padding. */
import type { Random } from '../../../base/random.js'
import type { Value } from '../../graph/value.js'
import { type AdditiveWeights, additiveShapes } from '../additive-attention.js'
import { type MultiHeadSize, type MultiHeadWeights, multiHeadShapes } from '../multi-head-attention.js'
import {
  mapTransformer,
  type NormWeights,
  type TransformerSize,
  type TransformerStack,
  transformerShapes,
} from '../transformer.js'
import { type Batch, given, type LayerInput, random, type Values } from './layer-case.js'

export type Inputs = Readonly<Record<string, LayerInput>>

/** `mask`, bool `[batch, time]`, and what a batch-major output is multiplied by, `keep` `[batch, time, 1]`. */
export function batchPadding({ time, lengths }: Batch): Record<'mask' | 'keep', LayerInput> {
  const isToken = lengths.flatMap(length => Array.from({ length: time }, (_, t) => (t < length ? 1 : 0)))
  const batch = lengths.length
  return {
    mask: given(['batch', 'time'], { type: 'bool', shape: [batch, time], data: Uint8Array.from(isToken) }),
    keep: given(['batch', 'time', 1], {
      type: 'float32',
      shape: [batch, time, 1],
      data: Float32Array.from(isToken),
    }),
  }
}

/** Dropout masks of a shape: a third of the cells 0, the others 1.5. */
export function dropped(source: Random, dims: LayerInput['dims'], batch: Batch): LayerInput {
  const { shape, data } = random(source, dims, batch).tensor
  const kept = Float32Array.from(data as Float32Array, cell => (cell < -1 / 3 ? 0 : 1.5))
  return given(dims, { type: 'float32', shape, data: kept })
}

/** t · 10000^(−2i/features), worked out in JavaScript: `[time, features / 2]`. */
export function rotaryAngles(features: number, { time }: Batch): LayerInput {
  const half = features / 2
  const data = Float32Array.from(
    { length: time * half },
    (_, at) => Math.floor(at / half) * 10_000 ** ((-2 * (at % half)) / features),
  )
  return given(['time', half], { type: 'float32', shape: [time, half], data })
}

const ATTENTION = ['qkv', 'qkvBias', 'output', 'outputBias'] as const

export function multiHeadInputs(source: Random, size: MultiHeadSize, batch: Batch): Inputs {
  const shapes = multiHeadShapes(size)
  return Object.fromEntries(ATTENTION.map(name => [name, random(source, shapes[name], batch)]))
}

export function multiHeadOf(v: Values): MultiHeadWeights<Value> {
  return { qkv: v.qkv, qkvBias: v.qkvBias ?? null, output: v.output, outputBias: v.outputBias ?? null }
}

export function additiveInputs(source: Random, inputs: number, units: number, batch: Batch): Inputs {
  const shapes = Object.entries(additiveShapes({ inputs, units }))
  return Object.fromEntries(shapes.map(([name, shape]) => [name, random(source, shape, batch)]))
}

export function additiveOf({ query, key, bias, score }: Values): AdditiveWeights<Value> {
  return { query, key, bias, score }
}

/** Names of a stack's weights: `0.attention.qkv`, …, `finalNorm.scale`. */
export function transformerInputs(
  source: Random,
  size: TransformerSize,
  layers: number,
  batch: Batch,
): Inputs {
  const made: Record<string, LayerInput> = {}
  for (let layer = 0; layer < layers; layer++)
    mapTransformer(transformerShapes(size), (shape, name) => {
      made[`${layer}.${name}`] = random(source, shape, batch)
    })
  if (size.norm === 'pre')
    for (const part of ['scale', 'bias']) made[`finalNorm.${part}`] = random(source, [size.width], batch)
  return made
}

export function transformerOf<T>(
  values: Readonly<Record<string, T>>,
  size: TransformerSize,
  layers: number,
): TransformerStack<T> {
  const finalNorm: NormWeights<T> = { scale: values['finalNorm.scale'], bias: values['finalNorm.bias'] }
  return {
    layers: Array.from({ length: layers }, (_, layer) =>
      mapTransformer(transformerShapes(size), (_, name) => values[`${layer}.${name}`]),
    ),
    finalNorm: size.norm === 'pre' ? finalNorm : null,
  }
}
