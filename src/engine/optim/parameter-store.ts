import type { Random } from '../../base/random.js'
import { fillInitial } from './initializer.js'
import { type DenseRange, type Parameter, type ParameterSpec, SLOTS, type Slot } from './parameter.js'
import { layOut, MOST_BYTES, type StoreMemory } from './store-layout.js'

export type { DenseRange, Parameter, ParameterSpec, Slot } from './parameter.js'

/**
 * Where the numbers of a model live: a `WebAssembly.Memory` that never grows, holding every parameter's value and,
 * for training, its gradient, moments and averages, all as Float32Array views on it. ONNX Runtime reads its inputs
 * from and writes its outputs to these views, and the optimizer's kernels work on the same memory, so that no
 * parameter is ever copied in a step. Where 4 GiB are not enough, there are several memories; what belongs to one parameter is
 * in one of them.
 */

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
  /** The most bytes of one memory; default: 4 GiB, the most that WebAssembly has. */
  readonly memoryBytes?: number
}

/** Updates of rows that an optimizer puts off until somebody asks for the rows. */
export interface PendingRows {
  /** Writes the rows named, as all updates so far leave them. @param rows numbers of rows; those out of range are ignored */
  settleRows(name: string, rows: ArrayLike<number>): void
  /** Writes all rows. */
  settle(): void
}

export class ParameterStore {
  readonly memories: readonly StoreMemory[]
  readonly slots: readonly Slot[]
  readonly parameters: readonly Parameter[]
  readonly dense: readonly DenseRange[]
  private readonly byName: ReadonlyMap<string, Parameter>
  private readonly pending: PendingRows[] = []

  /**
   * Lays out and initializes the parameters, each from a generator of its own forked from `random` in the order of
   * `specs`: changing one parameter's shape leaves the others' initial values as they were.
   *
   * @throws InputError `model/too-large` if a parameter with what belongs to it exceeds the 4 GiB of a WebAssembly memory, or all
   *   together what the machine has
   * @throws RangeError for a name given twice, a bad shape, a row-sparse parameter that is not a matrix, or more undecayed
   *   columns than it has
   * @example
   * const store = new ParameterStore(
   *   [{ name: 'output.weight', shape: [400, 9], initial: { kind: 'xavier-uniform' } }],
   *   { random: Random.fromSeed(1), slots: ['gradient', 'moment1', 'moment2'] },
   * )
   * store.get('output.weight').value.length // 3600
   */
  constructor(
    specs: readonly ParameterSpec[],
    { random, slots = [], memoryBytes = MOST_BYTES }: StoreOptions,
  ) {
    checkSpecs(specs)
    this.slots = SLOTS.filter(slot => slots.includes(slot))
    const { memories, views, dense } = layOut(specs, this.slots, Math.min(memoryBytes, MOST_BYTES))
    this.memories = Object.freeze(memories)
    this.dense = dense
    this.parameters = Object.freeze(
      specs.map((spec, i) =>
        Object.freeze({
          name: spec.name,
          shape: Object.freeze([...spec.shape]),
          group: spec.group ?? 'default',
          sparseRows: spec.sparseRows ?? false,
          undecayedColumns: spec.undecayedColumns ?? 0,
          trainable: spec.trainable ?? true,
          ...views[i],
        }),
      ),
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

  /** The memory that a view is on. @throws RangeError for one of another store */
  memoryOf({ buffer }: Float32Array): StoreMemory {
    const own = this.memories.find(({ memory }) => memory.buffer === buffer)
    if (!own) throw new RangeError('these numbers are not in the store')
    return own
  }

  /** From now on, `settle` and `settleRows` ask `rows` too. */
  addPending(rows: PendingRows): void {
    this.pending.push(rows)
  }

  /** Brings rows of a table up to date where an optimizer puts updates off: to be called before they are read. */
  settleRows(name: string, rows: ArrayLike<number>): void {
    for (const pending of this.pending) pending.settleRows(name, rows)
  }

  /** Brings everything up to date where an optimizer puts updates off: to be called before values or moments are read. */
  settle(): void {
    for (const pending of this.pending) pending.settle()
  }

  /** How many numbers training may change. */
  get trainableCount(): number {
    return this.parameters.reduce((sum, { trainable, value }) => sum + (trainable ? value.length : 0), 0)
  }
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
