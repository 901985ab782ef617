import type { GraphBuilder } from '../engine/graph/builder.js'
import type { Dim } from '../engine/graph/dim.js'
import type { Value } from '../engine/graph/value.js'
import type { DropoutOptions, TrainingContext } from './encoders/encoder-block.js'

/** A dimension that each step knows: a number, `time` or `batch`. */
export type StepDim = number | 'time' | 'batch'

/**
 * Something besides features and gold tags that every step feeds:
 * - `isToken`: bool `[time, 1, batch]`
 * - `lengths`: int32 `[batch]`
 * - `extraRows`: float32 `[time, 2, batch]`, ones and the padding flag
 * - `zeros`: float32
 * - `dropout`: float32, 0 or 1/(1 − rate). `layout: 'features'` is `[time, features, batch]`, zero at padding and, where
 *   `variational`, the same at every time.
 * - `noise`: float32, standard normal
 */
export type StepInput = { readonly name: string; readonly shape: readonly StepDim[] } & (
  | { readonly kind: 'isToken' | 'lengths' | 'extraRows' | 'zeros' | 'noise' }
  | { readonly kind: 'dropout'; readonly rate: number }
  | { readonly kind: 'feature-dropout'; readonly rate: number; readonly variational: boolean }
)

/** The training context of a graph: declares an input the first time that a block asks for it. */
export class StepInputs implements TrainingContext {
  readonly inputs: StepInput[] = []
  private readonly values = new Map<string, Value>()
  private drawn = 0

  constructor(
    private readonly g: GraphBuilder,
    readonly weight: (name: string) => Value,
  ) {}

  private get isToken(): Value {
    return this.declare({ kind: 'isToken', name: 'isToken', shape: ['time', 1, 'batch'] })
  }

  get mask(): Value {
    return this.g.cast(this.isToken, 'float32')
  }

  get lengths(): Value {
    return this.declare({ kind: 'lengths', name: 'lengths', shape: ['batch'] })
  }

  get extraRows(): Value {
    return this.declare({ kind: 'extraRows', name: 'extraRows', shape: ['time', 2, 'batch'] })
  }

  zeros(directions: 1 | 2, hidden: number): Value {
    const name = `zeros.${directions}x${hidden}`
    return this.declare({ kind: 'zeros', name, shape: [directions, hidden, 'batch'] })
  }

  dropoutMask(shape: readonly Dim[], rate: number): Value {
    return this.declare({ kind: 'dropout', name: this.next('dropout'), shape: stepShape(shape), rate })
  }

  dropout(x: Value, rate: number, { variational = false }: DropoutOptions = {}): Value {
    if (rate === 0) return this.g.mul(x, this.mask)
    const shape: StepDim[] = ['time', Number(x.shape[1]), 'batch']
    const name = this.next('dropout')
    return this.g.mul(x, this.declare({ kind: 'feature-dropout', name, shape, rate, variational }))
  }

  noise(shape: readonly Dim[]): Value {
    return this.declare({ kind: 'noise', name: this.next('noise'), shape: stepShape(shape) })
  }

  private next(what: string): string {
    return `${what}.${this.drawn++}`
  }

  private declare(input: StepInput): Value {
    const known = this.values.get(input.name)
    if (known) return known
    const value = this.g.input(input.name, TYPES[input.kind], input.shape)
    this.values.set(input.name, value)
    this.inputs.push(input)
    return value
  }
}

const TYPES = {
  isToken: 'bool',
  lengths: 'int32',
  extraRows: 'float32',
  zeros: 'float32',
  noise: 'float32',
  dropout: 'float32',
  'feature-dropout': 'float32',
} as const satisfies Record<StepInput['kind'], string>

function stepShape(shape: readonly Dim[]): StepDim[] {
  return shape.map(dim => {
    if (typeof dim === 'number' || dim === 'time' || dim === 'batch') return dim
    throw new RangeError(`a step knows numbers, time and batch, not the dimension ${dim}`)
  })
}
