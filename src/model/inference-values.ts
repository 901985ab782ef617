import type { GraphBuilder } from '../engine/graph/builder.js'
import { floatTensor } from '../engine/graph/tensor.js'
import type { Value } from '../engine/graph/value.js'
import type { Tensor } from '../engine/runtime/runtime.js'
import type { InferenceContext } from './encoders/encoder-block.js'
import { roundRows } from './rounded-numbers.js'

/** A tensor that a stored model has and that no parameter gives, by its name, type and shape. */
export type KeptTensor = (
  name: string,
  type: 'float32' | 'int8' | 'uint8',
  shape: readonly number[],
) => Tensor

/** The inference context of a graph: parameters, and tensors made of them, become initializers when asked for. */
export class InferenceValues implements InferenceContext {
  readonly initializers: Record<string, Tensor> = {}
  readonly attentions = new Map<string, Value>()
  private readonly known = new Map<string, Value>()

  /**
   * @param shapes of the parameters by name
   * @param value a parameter's numbers by name
   * @param of.lengths int32 `[batch]`
   * @param of.tokens any int32 `[time, batch]`, for its shape
   */
  constructor(
    private readonly g: GraphBuilder,
    private readonly shapes: ReadonlyMap<string, readonly number[]>,
    readonly value: (name: string) => Float32Array,
    private readonly of: {
      readonly lengths: Value
      readonly tokens: Value
      readonly kept?: KeptTensor
      readonly isRounded?: boolean
    },
  ) {}

  get isRounded(): boolean {
    return this.of.isRounded ?? false
  }

  rows(name: string, ids: Value): Value {
    const { g } = this
    const shape = this.shapes.get(name)
    if (!shape) throw new Error(`no parameter ${name}`)
    if (!this.isRounded) return g.gather(this.weight(name), ids)
    const [rows, columns] = shape
    const { values, steps } = roundRows(this.value(name), columns)
    const rounded = this.stored(name, { type: 'int8', shape, data: values })
    const step = this.stored(`${name}.rounding`, floatTensor([rows, 1], steps))
    return g.mul(g.cast(g.gather(rounded, ids), 'float32'), g.gather(step, ids))
  }

  get lengths(): Value {
    return this.of.lengths
  }

  weight(name: string): Value {
    const shape = this.shapes.get(name)
    if (!shape) throw new Error(`no parameter ${name}`)
    return this.stored(name, floatTensor(shape, this.value(name)))
  }

  kept(name: string, type: 'float32' | 'int8' | 'uint8', shape: readonly number[]): Tensor {
    if (this.of.kept) return this.of.kept(name, type, shape)
    throw new Error(`${name} is built where it was read`)
  }

  stored(name: string, tensor: Tensor): Value {
    const known = this.known.get(name)
    if (known) return known
    this.initializers[name] = tensor
    const value = this.g.input(name, tensor.type, tensor.shape)
    this.known.set(name, value)
    return value
  }

  /** Times are counted by a running sum, which keeps the names of the dimensions. */
  get mask(): Value {
    const { g } = this
    const { tokens } = this.of
    const ones = g.cast(g.equal(tokens, tokens), 'int32') // [time, batch]
    return g.transpose(g.lessOrEqual(g.apply('CumSum', [ones, g.scalar(0, 'int64')]), this.lengths), [1, 0])
  }

  attention(name: string, weights: Value): void {
    this.attentions.set(name, weights)
  }
}
