import { InputError } from '../../base/errors.js'
import type { Random } from '../../base/random.js'
import { sizeOf } from '../graph/tensor.js'
import { fillInitial, type Initial } from './initializer.js'

/**
 * Where the numbers of a model live: one `WebAssembly.Memory` that never grows, holding every parameter's value and,
 * for training, its gradient, moments and averages, all as Float32Array views on it. ONNX Runtime reads its inputs
 * from and writes its outputs to these views, and the optimizer's kernels work on the same memory, so that no
 * parameter is ever copied in a step.
 */

/** What is kept beside a parameter's value; `optimizerSlots` says which of them an optimizer needs. */
export type Slot = (typeof SLOTS)[number]

const SLOTS = ['gradient', 'moment1', 'moment2', 'average', 'accumulated'] as const

export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly initial: Initial
  /** The group whose weight decay and learning rate apply to it. Default `default`. */
  readonly group?: string
  /**
   * A table `[rows, dim]` of which a batch touches few rows: its gradient is given as rows (see RowGradient), so that it
   * has no `gradient` and no `accumulated` slot.
   */
  readonly sparseRows?: boolean
  /** How many numbers at the end of each row weight decay leaves alone: biases, and a layer's constants. Default 0. */
  readonly undecayedColumns?: number
  /** `false`: a fixed parameter with a value only. */
  readonly trainable?: boolean
}

export interface Parameter {
  readonly name: string
  readonly shape: readonly number[]
  readonly group: string
  readonly sparseRows: boolean
  readonly undecayedColumns: number
  readonly trainable: boolean
  /** Row-major elements: a view on the store's memory, valid for the store's life. */
  readonly value: Float32Array
  /** Views of the same length as `value`; only the store's slots, and of them only those the parameter has. */
  readonly slots: Readonly<Partial<Record<Slot, Float32Array>>>
}

/**
 * All dense trainable parameters of one group, end to end with their padding, as one view per slot: what an
 * elementwise kernel can do in one call. The padding's elements are zero and stay so in gradients and moments.
 */
export interface DenseRange {
  readonly group: string
  readonly value: Float32Array
  readonly slots: Readonly<Partial<Record<Slot, Float32Array>>>
}

/** The gradient of a `sparseRows` parameter for the rows that a batch touched. */
export interface RowGradient {
  readonly name: string
  /** Unique row numbers. */
  readonly rows: Int32Array
  /** `[rows.length, dim]`, packed; the rest of a longer array is ignored. */
  readonly gradient: Float32Array
}

export interface StoreOptions {
  readonly random: Random
  /** Default: none, a store for inference. */
  readonly slots?: readonly Slot[]
}

const PAGE = 65536
const ALIGNMENT = 64
const MAX_BYTES = 65536 * PAGE
/** The least space for gradients that kernels copy in from elsewhere. */
const SCRATCH_FLOATS = 65536

export class ParameterStore {
  readonly memory: WebAssembly.Memory
  readonly slots: readonly Slot[]
  readonly parameters: readonly Parameter[]
  readonly dense: readonly DenseRange[]
  /** Working space for kernels, at least one row of the widest table; not kept between calls. */
  readonly scratch: Float32Array
  private readonly byName: ReadonlyMap<string, Parameter>

  /**
   * Lays out and initializes the parameters, each from a generator of its own forked from `random` in the order of
   * `specs`: changing one parameter's shape leaves the others' initial values as they were.
   *
   * @throws InputError `model/too-large` if everything together exceeds the 4 GiB of a WebAssembly memory
   * @throws RangeError for a name given twice, a bad shape, a row-sparse parameter that is not a matrix, or more undecayed
   *   columns than it has
   * @example
   * const store = new ParameterStore(
   *   [{ name: 'output.weight', shape: [400, 9], initial: { kind: 'xavier-uniform' } }],
   *   { random: Random.fromSeed(1), slots: ['gradient', 'moment1', 'moment2'] },
   * )
   * store.get('output.weight').value.length // 3600
   */
  constructor(specs: readonly ParameterSpec[], { random, slots = [] }: StoreOptions) {
    checkSpecs(specs)
    this.slots = SLOTS.filter(slot => slots.includes(slot))
    const layout = new Layout()
    const { own, ranges } = place(specs, this.slots, layout)
    const widest = specs.map(({ shape, sparseRows }) => (sparseRows ? shape[1] : 0))
    const scratch = layout.take(Math.max(SCRATCH_FLOATS, ...widest))
    this.memory = allocate(layout.bytes, specs)
    this.scratch = scratch(this.memory)
    this.parameters = Object.freeze(
      specs.map((spec, i) =>
        Object.freeze({
          name: spec.name,
          shape: Object.freeze([...spec.shape]),
          group: spec.group ?? 'default',
          sparseRows: spec.sparseRows ?? false,
          undecayedColumns: spec.undecayedColumns ?? 0,
          trainable: spec.trainable ?? true,
          ...viewsOf(own[i], this.memory),
        }),
      ),
    )
    this.dense = Object.freeze(
      [...ranges].map(([group, places]) => Object.freeze({ group, ...viewsOf(places, this.memory) })),
    )
    this.byName = new Map(this.parameters.map(parameter => [parameter.name, parameter]))
    for (let i = 0; i < specs.length; i++)
      fillInitial(specs[i].initial, this.parameters[i].value, specs[i].shape, random.fork())
  }

  /** @throws RangeError for an unknown name */
  get(name: string): Parameter {
    const parameter = this.byName.get(name)
    if (!parameter) throw new RangeError(`no parameter "${name}" among ${[...this.byName.keys()].join(', ')}`)
    return parameter
  }

  /** How many numbers training may change. */
  get trainableCount(): number {
    return this.parameters.reduce((sum, { trainable, value }) => sum + (trainable ? value.length : 0), 0)
  }
}

/** A place in the memory, which is allocated once all places are known. */
type Place = (memory: WebAssembly.Memory) => Float32Array

class Layout {
  bytes = ALIGNMENT

  take(floats: number): Place {
    const at = this.bytes
    this.bytes += Math.ceil((floats * 4) / ALIGNMENT) * ALIGNMENT
    return ({ buffer }) => new Float32Array(buffer, at, floats)
  }

  /** All that was taken since, with its padding, as one place. */
  since(start: number): Place {
    const floats = (this.bytes - start) / 4
    return ({ buffer }) => new Float32Array(buffer, start, floats)
  }
}

/** Of a parameter, or of a group's dense parameters together. */
type Places = Partial<Record<'value' | Slot, Place>>

function place(specs: readonly ParameterSpec[], slots: readonly Slot[], layout: Layout) {
  const own: Places[] = specs.map(() => ({}))
  const ranges = new Map<string, Places>()
  const isDense = ({ sparseRows, trainable = true }: ParameterSpec) => !sparseRows && trainable
  for (const { group = 'default' } of specs.filter(isDense)) ranges.set(group, {})
  for (const [group, range] of ranges)
    for (const part of ['value', ...slots] as const) {
      const start = layout.bytes
      specs.forEach((spec, i) => {
        if (isDense(spec) && (spec.group ?? 'default') === group)
          own[i][part] = layout.take(sizeOf(spec.shape))
      })
      range[part] = layout.since(start)
    }
  specs.forEach((spec, i) => {
    if (isDense(spec)) return
    own[i].value = layout.take(sizeOf(spec.shape))
    if (spec.trainable === false) return
    for (const slot of slots)
      if (slot !== 'gradient' && slot !== 'accumulated') own[i][slot] = layout.take(sizeOf(spec.shape))
  })
  return { own, ranges }
}

function viewsOf(
  { value, ...slots }: Places,
  memory: WebAssembly.Memory,
): Pick<Parameter, 'value' | 'slots'> {
  if (!value) throw new Error('a parameter without a place')
  const views = Object.entries(slots).map(([slot, own]) => [slot, own(memory)])
  return { value: value(memory), slots: Object.freeze(Object.fromEntries(views)) }
}

function allocate(bytes: number, specs: readonly ParameterSpec[]): WebAssembly.Memory {
  const tooLarge = (got: string) => {
    const [largest] = [...specs].sort((a, b) => sizeOf(b.shape) - sizeOf(a.shape))
    return new InputError('model/too-large', {
      where: 'model',
      expected: 'parameters, gradients and moments that fit in 4 GiB together',
      got: `${got}, the largest of them ${largest.name} (${largest.shape.map(n => grouped.format(n)).join(' × ')})`,
      remedy: remedyFor(largest),
    })
  }
  if (bytes > MAX_BYTES) throw tooLarge(`${(bytes / 2 ** 30).toFixed(1)} GiB`)
  const pages = Math.ceil(bytes / PAGE)
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages })
  } catch (error) {
    if (error instanceof RangeError)
      throw tooLarge(`no room for ${(bytes / 2 ** 30).toFixed(2)} GiB on this machine`)
    throw error
  }
}

const grouped = new Intl.NumberFormat('en')

/** A table of many rows has too many of them, or they are too long; anything else is too wide. */
function remedyFor({ shape, sparseRows }: ParameterSpec): string {
  if (sparseRows && shape[0] > shape[1])
    return 'use fewer rows (a higher minimum count, for example), shorter rows, or a fixed table'
  return 'make the layer that it belongs to narrower'
}

function checkSpecs(specs: readonly ParameterSpec[]): void {
  const seen = new Set<string>()
  for (const { name, shape, sparseRows, undecayedColumns = 0 } of specs) {
    if (seen.has(name)) throw new RangeError(`parameter "${name}" is declared twice`)
    seen.add(name)
    if (!shape.every(size => Number.isSafeInteger(size) && size >= 0))
      throw new RangeError(`parameter "${name}": [${shape}] is not a shape`)
    if (sparseRows && shape.length !== 2)
      throw new RangeError(`parameter "${name}": a row-sparse table is [rows, dim], not [${shape}]`)
    if (undecayedColumns > 0 && (sparseRows || undecayedColumns > (shape.at(-1) ?? 0)))
      throw new RangeError(
        `parameter "${name}": a row of [${shape}] does not have ${undecayedColumns} undecayed columns`,
      )
  }
}
