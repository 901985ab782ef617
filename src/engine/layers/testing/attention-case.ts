/** Attention layers and transformers on random inputs, batch-major, with padding. */
import type { Random } from '../../../base/random.js'
import type { AdditiveWeights } from '../additive-attention.js'
import type { MultiHeadWeights } from '../attention.js'
import { parameterSpecs, weightsOf } from '../parameters.js'
import { type TransformerSize, type TransformerWeights, transformerParameters } from '../transformer.js'
import { type Batch, given, type LayerInput, random, type Values } from './layer-case.js'

export type Inputs = Readonly<Record<string, LayerInput>>

/** `mask`, bool `[batch, time]`, and what a batch-major output is multiplied by, `keep` `[batch, time, 1]`. */
export function batchPadding({ time, lengths }: Batch): Record<'mask' | 'keep', LayerInput> {
  const isInside = lengths.flatMap(length => Array.from({ length: time }, (_, t) => (t < length ? 1 : 0)))
  const batch = lengths.length
  return {
    mask: given(['batch', 'time'], { type: 'bool', shape: [batch, time], data: Uint8Array.from(isInside) }),
    keep: given(['batch', 'time', 1], {
      type: 'float32',
      shape: [batch, time, 1],
      data: Float32Array.from(isInside),
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

/** Random numbers for each of a layer's parameters. */
export function parameterInputs(source: Random, parts: object, batch: Batch): Inputs {
  return Object.fromEntries(
    parameterSpecs('', parts).map(({ name, shape }) => [name, random(source, shape, batch)]),
  )
}

export function multiHeadOf(v: Values): MultiHeadWeights {
  return { qkv: v.qkv, qkvBias: v.qkvBias ?? null, output: v.output, outputBias: v.outputBias ?? null }
}

export function additiveOf({ query, key, bias, score }: Values): AdditiveWeights {
  return { query, key, bias, score }
}

export function transformerOf(v: Values, size: TransformerSize): TransformerWeights {
  return weightsOf('', transformerParameters(size), name => v[name])
}
