import type { GraphBuilder } from '../engine/graph/builder.js'
import { floatTensor } from '../engine/graph/tensor.js'
import type { Value } from '../engine/graph/value.js'
import type { Tensor } from '../engine/runtime/runtime.js'
import type { InferenceContext } from './encoders/encoder-block.js'

/** The inference context of a graph: parameters, and tensors made of them, become initializers when asked for. */
export class InferenceValues implements InferenceContext {
  readonly initializers: Record<string, Tensor> = {}
  readonly attentions = new Map<string, Value>()
  private readonly known = new Map<string, Value>()

  /**
   * @param shapes of the parameters by name
   * @param value a parameter's numbers by name
   * @param lengths int32 `[batch]`
   * @param tokens any int32 `[time, batch]`, for its shape
   */
  constructor(
    private readonly g: GraphBuilder,
    private readonly shapes: ReadonlyMap<string, readonly number[]>,
    readonly value: (name: string) => Float32Array,
    readonly lengths: Value,
    private readonly tokens: Value,
  ) {}

  weight(name: string): Value {
    const shape = this.shapes.get(name)
    if (!shape) throw new Error(`no parameter ${name}`)
    return this.stored(name, floatTensor(shape, this.value(name)))
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
    const { g, tokens } = this
    const ones = g.cast(g.equal(tokens, tokens), 'int32') // [time, batch]
    return g.transpose(g.lessOrEqual(g.apply('CumSum', [ones, g.scalar(0, 'int64')]), this.lengths), [1, 0])
  }

  attention(name: string, weights: Value): void {
    this.attentions.set(name, weights)
  }
}
