import type { DenseRange, Parameter, Slot } from './parameter.js'
import type { ParameterStore, PendingRows, RowGradient } from './parameter-store.js'
import { RowTable } from './row-table.js'
import { type GroupConfig, type OptimizerConfig, type UpdateRule, updateRule } from './update-rules.js'
import type { Kernel } from './wasm-kernels.js'

export interface StepOptions {
  /** Scales all gradients down together if their norm exceeds it, as PyTorch's `clip_grad_norm_` does. */
  readonly clipNorm?: number | null
  /** Multiplies every gradient first: 1/n after n accumulated batches, for example. Default 1. */
  readonly gradientScale?: number
}

export interface StepResult {
  /** Euclidean norm of all gradients together before clipping. */
  readonly gradientNorm: number
  /** `false` if the norm is not finite. Then nothing was changed: neither values, moments nor the step count. */
  readonly applied: boolean
}

/** What a checkpoint keeps of an optimizer, besides the store's moments (see `checkpointTensors`). */
export interface OptimizerState {
  readonly kind: OptimizerConfig['kind']
  readonly step: number
  /** For each row-sparse table, the last update that had a gradient for each row; empty where that has no effect. */
  readonly lastSeen: Readonly<Record<string, readonly number[]>>
}

/** The slots a store must have for this optimizer to work on it. */
export function optimizerSlots(config: OptimizerConfig): readonly Slot[] {
  return ['gradient', ...updateRule(config).moments]
}

/**
 * Updates a store's parameters in place, without allocating memory that grows with the model. Dense parameters take
 * their gradient from the slot `gradient`, row-sparse tables from the rows passed to `step`. The other rows of a table
 * have a gradient of zero, as in the Adam of PyTorch and Keras. With `rowUpdates: 'lazy'` only the rows passed change,
 * values and moments, as in PyTorch's SparseAdam; weight decay too is then limited to these rows. See RowTable.
 *
 * @example
 * const config = { kind: 'adam' } as const
 * const store = new ParameterStore(specs, { random, slots: optimizerSlots(config) })
 * const optimizer = createOptimizer(store, config)
 * const { gradientNorm } = optimizer.step(0.001, rowGradients, { clipNorm: 5 })
 */
export function createOptimizer(
  store: ParameterStore,
  config: OptimizerConfig,
  options: OptimizerOptions = {},
): Optimizer {
  return new Optimizer(store, config, options)
}

export interface OptimizerOptions {
  /**
   * Whether rows without a gradient make their moves when somebody asks for them, and not at every update: the same numbers
   * in a fraction of the time. `store.settleRows` must then be called before rows are read, and `store.settle` before
   * anything else reads tables. Default `false`.
   */
  readonly putsOffRows?: boolean
}

export class Optimizer implements PendingRows {
  private readonly rule: UpdateRule
  private readonly tables = new Map<string, RowTable>()
  /** For ranges that weight decay applies to in part. */
  private readonly spans = new Map<DenseRange, readonly DecaySpan[]>()
  private calls = 0
  private taken = 0

  constructor(
    private readonly store: ParameterStore,
    private readonly config: OptimizerConfig,
    private readonly options: OptimizerOptions = {},
  ) {
    this.rule = updateRule(config)
    const missing = optimizerSlots(config).filter(slot => !store.slots.includes(slot))
    if (missing.length > 0) throw new RangeError(`${config.kind} needs the slots ${missing.join(', ')}`)
    const groups = new Set(store.parameters.map(({ group }) => group))
    for (const group of Object.keys(config.groups ?? {}))
      if (!groups.has(group)) throw new RangeError(`no parameter is in the group "${group}"`)
    for (const range of store.dense) {
      const members = store.parameters.filter(
        ({ group, sparseRows, trainable, value }) =>
          group === range.group && !sparseRows && trainable && value.buffer === range.value.buffer,
      )
      const { weightDecay } = this.settings(range.group)
      const spans = weightDecay === 0 ? undefined : decaySpans(members, range.value.byteOffset)
      if (spans) this.spans.set(range, spans)
    }
    for (const table of store.parameters)
      if (table.sparseRows && table.trainable) {
        const { rowUpdates, weightDecay } = this.settings(table.group)
        const rules = { rowUpdates, decaysWeights: weightDecay !== 0 }
        this.tables.set(table.name, new RowTable(table, store.memoryOf(table.value), this.rule, rules))
      }
    if (options.putsOffRows) store.addPending(this)
  }

  /** Updates done so far. */
  get steps(): number {
    return this.taken
  }

  /**
   * One update of all parameters.
   *
   * @throws RangeError for rows that are out of range or given twice, before anything is changed.
   */
  step(
    learningRate: number,
    rowGradients: readonly RowGradient[] = [],
    options: StepOptions = {},
  ): StepResult {
    const { clipNorm, gradientScale = 1 } = options
    this.checkRows(rowGradients)
    const gradientNorm = Math.sqrt(this.sumOfSquares(rowGradients)) * Math.abs(gradientScale)
    if (!Number.isFinite(gradientNorm)) return { gradientNorm, applied: false }
    this.taken++
    // 1e-6 as in PyTorch's clip_grad_norm_.
    const clip = clipNorm == null ? 1 : Math.min(1, clipNorm / (gradientNorm + 1e-6))
    const rates = { learningRate, scale: gradientScale * clip }
    for (const range of this.store.dense) this.updateRange(range, rates)
    this.updateTables(rowGradients, rates)
    return { gradientNorm, applied: true }
  }

  settleRows(name: string, rows: ArrayLike<number>): void {
    this.tables.get(name)?.settleRows(rows)
  }

  settle(): void {
    for (const table of this.tables.values()) table.settle()
  }

  state(): OptimizerState {
    this.settle()
    const lastSeen = Object.fromEntries([...this.tables].map(([name, table]) => [name, table.state()]))
    return { kind: this.config.kind, step: this.taken, lastSeen }
  }

  /** Resumes from what `state` returned; the moments are restored with the store's tensors. */
  restore(state: OptimizerState): void {
    if (state.kind !== this.config.kind || !Number.isSafeInteger(state.step) || state.step < 0)
      throw new RangeError(
        `cannot restore ${this.config.kind} from the state of ${state.kind} at step ${state.step}`,
      )
    this.taken = state.step
    for (const [name, table] of this.tables) table.restore(state.lastSeen[name] ?? [], state.step)
  }

  private settings(group: string): Required<GroupConfig> {
    const { weightDecay = 0, rowUpdates = 'dense', groups } = this.config
    return { weightDecay, rowUpdates, learningRateFactor: 1, ...groups?.[group] }
  }

  /** The kernel's scalars for one group. @param sparse for a table whose rows are updated only when touched */
  private scalars(
    group: string,
    { learningRate, scale }: Rates,
    sparse: boolean,
    weightDecay = this.settings(group).weightDecay,
  ): readonly number[] {
    const { learningRateFactor } = this.settings(group)
    const own = learningRate * learningRateFactor
    return this.rule.scalars({ step: this.taken, learningRate: own, weightDecay, scale, sparse })
  }

  private updateRange(range: DenseRange, rates: Rates): void {
    const { group, value, slots } = range
    const update: Kernel = this.store.memoryOf(value).kernels.elementwise[this.rule.kernel]
    const addresses = [value, ...this.rule.moments.map(slot => slots[slot]), slots.gradient].map(addressOf)
    const decayed = this.scalars(group, rates, false)
    const spans = this.spans.get(range)
    if (!spans) {
      update(...addresses, value.length, ...decayed)
      return
    }
    const undecayed = this.scalars(group, rates, false, 0)
    // Two arrays of arguments, rewritten for each span: addresses, count, scalars.
    const counts = addresses.length
    const [withDecay, without] = [decayed, undecayed].map(scalars => [...addresses, 0, ...scalars])
    for (const { from, length, decays } of spans) {
      const args = decays ? withDecay : without
      for (let k = 0; k < counts; k++) args[k] = addresses[k] + from * value.BYTES_PER_ELEMENT
      args[counts] = length
      update(...args)
    }
  }

  private updateTables(rowGradients: readonly RowGradient[], rates: Rates): void {
    for (const [name, table] of this.tables) {
      const { group } = this.store.get(name)
      const scalars = this.scalars(group, rates, this.settings(group).rowUpdates === 'lazy')
      const own = rowGradients.filter(rows => rows.name === name)
      table.step(own, this.taken, scalars)
      if (!this.options.putsOffRows) table.settle()
    }
  }

  private sumOfSquares(rowGradients: readonly RowGradient[]): number {
    let sum = 0
    for (const { slots } of this.store.dense)
      if (slots.gradient) {
        const { kernels } = this.store.memoryOf(slots.gradient)
        sum += kernels.sumOfSquares(slots.gradient.byteOffset, slots.gradient.length)
      }
    for (const rows of rowGradients) sum += this.tableOf(rows.name).sumOfSquares(rows)
    return sum
  }

  private checkRows(rowGradients: readonly RowGradient[]): void {
    this.calls++
    for (const rows of rowGradients) this.tableOf(rows.name).check(rows, this.calls)
  }

  private tableOf(name: string): RowTable {
    const table = this.tables.get(name)
    if (!table) throw new RangeError(`${name} is not a trainable row-sparse table`)
    return table
  }
}

function addressOf(view: Float32Array | undefined): number {
  if (!view) throw new RangeError('a parameter lacks a slot that the optimizer needs')
  return view.byteOffset
}

interface Rates {
  readonly learningRate: number
  /** Multiplies every gradient. */
  readonly scale: number
}

/** Numbers that one call of a kernel updates. */
interface DecaySpan {
  /** In numbers from the beginning of the range. */
  readonly from: number
  readonly length: number
  readonly decays: boolean
}

/**
 * Cuts a range of parameters into spans with and without weight decay: it leaves the undecayed columns of each row alone.
 *
 * @param start address of the range's first number
 * @returns `undefined` if all of it decays
 */
function decaySpans(parameters: readonly Parameter[], start: number): readonly DecaySpan[] | undefined {
  if (parameters.every(({ undecayedColumns }) => undecayedColumns === 0)) return undefined
  return parameters.flatMap(({ value, shape, undecayedColumns }) => {
    const place = (value.byteOffset - start) / value.BYTES_PER_ELEMENT
    if (undecayedColumns === 0) return [{ from: place, length: value.length, decays: true }]
    const columns = shape[shape.length - 1]
    const decayed = columns - undecayedColumns
    return Array.from({ length: value.length / columns }, (_, row) => [
      { from: place + row * columns, length: decayed, decays: true },
      { from: place + row * columns + decayed, length: undecayedColumns, decays: false },
    ]).flat()
  })
}
