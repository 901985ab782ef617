import type { Random } from '../base/random.js'
import type { GraphBuilder } from '../engine/graph/builder.js'
import type { Dim } from '../engine/graph/dim.js'
import { sizeOf } from '../engine/graph/tensor.js'
import type { Value } from '../engine/graph/value.js'
import { fillDropoutMask } from '../engine/optim/dropout-mask.js'
import type { Tensor } from '../engine/runtime/runtime.js'
import type { DropoutOptions, TrainingContext } from './encoders/encoder-block.js'

/** The size of a padded batch. */
export interface StepSize {
  readonly time: number
  readonly batch: number
}

export interface StepBatch extends StepSize {
  /** Units of each sentence, `[batch]`. */
  readonly lengths: Int32Array
}

/** A dimension that each step knows: a number, `time` or `batch`. */
type StepDim = number | keyof StepSize

/** Something besides features and gold tags that every step feeds: masks, zeros, noise. */
export interface StepInput {
  readonly name: string
  /** What a step feeds. @param random moves on by as much as the input draws */
  tensor(batch: StepBatch, buffers: StepBuffers, random: Random): Tensor
}

/** Writes an input's numbers over an array of its size. */
type Fill<Data> = (data: Data, batch: StepBatch, random: Random) => void

/** The training context of a graph: declares an input the first time that a block asks for it. */
export class StepInputs implements TrainingContext {
  readonly inputs: StepInput[] = []
  private readonly values = new Map<string, Value>()
  private drawn = 0

  constructor(
    private readonly g: GraphBuilder,
    readonly weight: (name: string) => Value,
  ) {}

  get mask(): Value {
    const shape: StepDim[] = ['time', 1, 'batch']
    const isUnit = this.declare('isToken', 'bool', shape, (sizes, batch, buffers) => {
      const data = buffers.uint8('isToken', sizeOf(sizes))
      for (let at = 0; at < data.length; at++)
        data[at] = Math.floor(at / batch.batch) < batch.lengths[at % batch.batch] ? 1 : 0
      return data
    })
    return this.g.cast(isUnit, 'float32')
  }

  get lengths(): Value {
    return this.declare('lengths', 'int32', ['batch'], (_, { lengths }) => lengths)
  }

  get extraRows(): Value {
    return this.declareFloat('extraRows', ['time', 2, 'batch'], (data, { time, batch, lengths }) => {
      for (let t = 0; t < time; t++)
        for (let b = 0; b < batch; b++) {
          data[t * 2 * batch + b] = 1
          data[(t * 2 + 1) * batch + b] = t < lengths[b] ? 0 : 1
        }
    })
  }

  zeros(directions: 1 | 2, hidden: number): Value {
    const name = `zeros.${directions}x${hidden}`
    return this.declareFloat(name, [directions, hidden, 'batch'], data => data.fill(0))
  }

  dropoutMask(shape: readonly Dim[], rate: number): Value {
    return this.declareFloat(this.next('dropout'), stepShape(shape), (data, _, random) =>
      fillDropoutMask(data, rate, random),
    )
  }

  dropout(x: Value, rate: number, { variational = false }: DropoutOptions = {}): Value {
    if (rate === 0) return this.g.mul(x, this.mask)
    const shape: StepDim[] = ['time', Number(x.shape[1]), 'batch']
    const mask = this.declareFloat(this.next('dropout'), shape, (data, { time, lengths }, random) => {
      const step = data.length / time
      if (variational) {
        fillDropoutMask(data.subarray(0, step), rate, random)
        for (let t = 1; t < time; t++) data.copyWithin(t * step, 0, step)
      } else fillDropoutMask(data, rate, random)
      lengths.forEach((length, b) => {
        for (let at = length * step + b; at < data.length; at += lengths.length) data[at] = 0
      })
    })
    return this.g.mul(x, mask)
  }

  noise(shape: readonly Dim[]): Value {
    return this.declareFloat(this.next('noise'), stepShape(shape), (data, _, random) => {
      for (let at = 0; at < data.length; at++) data[at] = random.normal()
    })
  }

  private next(what: string): string {
    return `${what}.${this.drawn++}`
  }

  private declareFloat(name: string, shape: readonly StepDim[], fill: Fill<Float32Array>): Value {
    return this.declare(name, 'float32', shape, (sizes, batch, buffers, random) => {
      const data = buffers.float32(name, sizeOf(sizes))
      fill(data, batch, random)
      return data
    })
  }

  private declare(
    name: string,
    type: 'float32' | 'int32' | 'bool',
    shape: readonly StepDim[],
    dataOf: (
      sizes: readonly number[],
      batch: StepBatch,
      buffers: StepBuffers,
      random: Random,
    ) => Tensor['data'],
  ): Value {
    const known = this.values.get(name)
    if (known) return known
    const value = this.g.input(name, type, shape)
    this.values.set(name, value)
    this.inputs.push({
      name,
      tensor: (batch, buffers, random) => {
        const sizes = shape.map(dim => (typeof dim === 'number' ? dim : batch[dim]))
        return { type, shape: sizes, data: dataOf(sizes, batch, buffers, random) }
      },
    })
    return value
  }
}

function stepShape(shape: readonly Dim[]): StepDim[] {
  return shape.map(dim => {
    if (typeof dim === 'number' || dim === 'time' || dim === 'batch') return dim
    throw new RangeError(`a step knows numbers, time and batch, not the dimension ${dim}`)
  })
}

/**
 * Arrays that are reused from step to step: each grows to the largest size it was asked for and stays there, so that a
 * long run allocates nothing more.
 */
export class StepBuffers {
  private readonly buffers = new Map<string, ArrayBuffer>()

  /** `length` numbers under a name, with whatever they held before. A name always has the same type. */
  float32(name: string, length: number): Float32Array {
    return new Float32Array(this.bytes(name, length * 4), 0, length)
  }

  int32(name: string, length: number): Int32Array {
    return new Int32Array(this.bytes(name, length * 4), 0, length)
  }

  uint8(name: string, length: number): Uint8Array {
    return new Uint8Array(this.bytes(name, length), 0, length)
  }

  private bytes(name: string, length: number): ArrayBuffer {
    let buffer = this.buffers.get(name)
    if (!buffer || buffer.byteLength < length) {
      buffer = new ArrayBuffer(Math.ceil(length * 1.25))
      this.buffers.set(name, buffer)
    }
    return buffer
  }
}
