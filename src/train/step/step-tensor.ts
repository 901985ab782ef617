import type { Random } from '../../base/random.js'
import { sizeOf } from '../../engine/graph/tensor.js'
import { fillDropoutMask } from '../../engine/optim/dropout-mask.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import type { StepInput } from '../../model/step-inputs.js'
import type { StepBuffers } from './step-buffers.js'

/** A batch's sizes. */
export interface StepShape {
  readonly time: number
  readonly batch: number
  /** Tokens of each sentence, `[batch]`. */
  readonly lengths: Int32Array
}

/**
 * What one step feeds for one of the encoder's inputs.
 * @param random moves on by as much as the input draws
 */
export function stepTensor(input: StepInput, batch: StepShape, buffers: StepBuffers, random: Random): Tensor {
  const shape = input.shape.map(dim => (typeof dim === 'number' ? dim : batch[dim]))
  const size = sizeOf(shape)
  const floats = () => buffers.float32(input.name, size)
  const float = (data: Float32Array): Tensor => ({ type: 'float32', shape, data })
  switch (input.kind) {
    case 'isToken':
      return { type: 'bool', shape, data: fillIsToken(buffers.uint8(input.name, size), batch) }
    case 'lengths':
      return { type: 'int32', shape, data: batch.lengths }
    case 'extraRows':
      return float(fillExtraRows(floats(), batch))
    case 'zeros':
      return float(floats().fill(0))
    case 'noise':
      return float(fillNormal(floats(), random))
    case 'dropout':
      return float(fillDropoutMask(floats(), input.rate, random))
    case 'feature-dropout':
      return float(fillFeatureDropout(floats(), input, batch, random))
  }
}

function fillIsToken(data: Uint8Array, { batch, lengths }: StepShape): Uint8Array {
  for (let at = 0; at < data.length; at++) data[at] = Math.floor(at / batch) < lengths[at % batch] ? 1 : 0
  return data
}

function fillExtraRows(data: Float32Array, { time, batch, lengths }: StepShape): Float32Array {
  for (let t = 0; t < time; t++)
    for (let b = 0; b < batch; b++) {
      data[t * 2 * batch + b] = 1
      data[(t * 2 + 1) * batch + b] = t < lengths[b] ? 0 : 1
    }
  return data
}

function fillNormal(data: Float32Array, random: Random): Float32Array {
  for (let at = 0; at < data.length; at++) data[at] = random.normal()
  return data
}

/** `[time, features, batch]`, zero at padding. */
function fillFeatureDropout(
  data: Float32Array,
  { rate, variational }: { readonly rate: number; readonly variational: boolean },
  { time, lengths }: StepShape,
  random: Random,
): Float32Array {
  const step = data.length / time
  if (variational) {
    fillDropoutMask(data.subarray(0, step), rate, random)
    for (let t = 1; t < time; t++) data.copyWithin(t * step, 0, step)
  } else fillDropoutMask(data, rate, random)
  lengths.forEach((length, b) => {
    for (let at = length * step + b; at < data.length; at += lengths.length) data[at] = 0
  })
  return data
}
