import { type DecaySpan, decaySpans } from './decay-spans.js'
import type { DenseRange, ParameterStore, RowGradient, Slot } from './parameter-store.js'
import { RowTable } from './row-table.js'
import { type OptimizerConfig, type RowUpdates, type UpdateRule, updateRule } from './update-rules.js'
import { createKernels, type Kernel, type Kernels } from './wasm-kernels.js'

export interface StepOptions {
  /** Gradients are scaled down together where their norm exceeds it (as torch's `clip_grad_norm_`). */
  readonly clipNorm?: number | null
  /** Multiplies every gradient first, such as 1/n after n accumulated batches. Default 1. */
  readonly gradientScale?: number
}

export interface StepResult {
  /** Euclidean norm of all gradients together before clipping. */
  readonly gradientNorm: number
  /** `false` where the norm is not finite: then nothing was changed, neither values, moments nor the step count. */
  readonly applied: boolean
}

/** What a checkpoint keeps of an optimizer besides the store's moments (see `checkpointTensors`). */
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
export function createOptimizer(store: ParameterStore, config: OptimizerConfig): Optimizer {
  return new Optimizer(store, config)
}

export class Optimizer {
  private readonly rule: UpdateRule
  private readonly kernels: Kernels
  private readonly update: Kernel
  private readonly tables = new Map<string, RowTable>()
  /** Of the ranges that weight decay holds for in part. */
  private readonly spans = new Map<DenseRange, readonly DecaySpan[]>()
  private calls = 0
  private taken = 0

  constructor(
    private readonly store: ParameterStore,
    private readonly config: OptimizerConfig,
  ) {
    this.rule = updateRule(config)
    const missing = optimizerSlots(config).filter(slot => !store.slots.includes(slot))
    if (missing.length > 0) throw new RangeError(`${config.kind} needs the slots ${missing.join(', ')}`)
    const groups = new Set(store.parameters.map(({ group }) => group))
    for (const group of Object.keys(config.groups ?? {}))
      if (!groups.has(group)) throw new RangeError(`no parameter is of the group "${group}"`)
    this.kernels = createKernels(store.memory)
    this.update = this.kernels.elementwise[this.rule.kernel]
    for (const range of store.dense) {
      const members = store.parameters.filter(
        ({ group, sparseRows, trainable }) => group === range.group && !sparseRows && trainable,
      )
      const spans =
        this.weightDecay(range.group) === 0 ? undefined : decaySpans(members, range.value.byteOffset)
      if (spans) this.spans.set(range, spans)
    }
    for (const table of store.parameters)
      if (table.sparseRows && table.trainable)
        this.tables.set(
          table.name,
          new RowTable(table, store, this.rule, this.kernels, {
            rowUpdates: this.rowUpdates(table.group),
            decaysWeights: this.weightDecay(table.group) !== 0,
          }),
        )
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
    // 1e-6 as in torch's clip_grad_norm_.
    const clip = clipNorm == null ? 1 : Math.min(1, clipNorm / (gradientNorm + 1e-6))
    const scale = gradientScale * clip
    for (const range of this.store.dense) this.updateRange(range, learningRate, scale)
    this.updateTables(rowGradients, learningRate, scale)
    return { gradientNorm, applied: true }
  }

  state(): OptimizerState {
    const lastSeen = Object.fromEntries([...this.tables].map(([name, table]) => [name, table.state()]))
    return { kind: this.config.kind, step: this.taken, lastSeen }
  }

  /** Resumes from what `state` returned; the moments are restored with the store's tensors. */
  restore(state: OptimizerState): void {
    if (state.kind !== this.config.kind || !Number.isSafeInteger(state.step) || state.step < 0)
      throw new RangeError(`state of ${state.kind} at step ${state.step} given to ${this.config.kind}`)
    this.taken = state.step
    for (const [name, table] of this.tables) table.restore(state.lastSeen[name] ?? [])
  }

  private weightDecay(group: string): number {
    return this.config.groups?.[group]?.weightDecay ?? this.config.weightDecay ?? 0
  }

  private rowUpdates(group: string): RowUpdates {
    return this.config.groups?.[group]?.rowUpdates ?? this.config.rowUpdates ?? 'dense'
  }

  /** @param sparse the rows of a table, where only those that a batch touches are updated */
  private numbers(
    group: string,
    learningRate: number,
    sparse: boolean,
    weightDecay = this.weightDecay(group),
  ): readonly number[] {
    const { learningRateFactor = 1 } = this.config.groups?.[group] ?? {}
    return this.rule.scalars({
      step: this.taken,
      learningRate: learningRate * learningRateFactor,
      weightDecay,
      sparse,
    })
  }

  private updateRange(range: DenseRange, learningRate: number, scale: number): void {
    const { group, value, slots } = range
    const addresses = [value, ...this.rule.moments.map(slot => slots[slot]), slots.gradient].map(addressOf)
    const decayed = this.numbers(group, learningRate, false)
    const spans = this.spans.get(range)
    if (!spans) {
      this.update(...addresses, value.length, scale, ...decayed)
      return
    }
    const undecayed = this.numbers(group, learningRate, false, 0)
    // Two arrays of arguments, rewritten for each span: addresses, count, scalars.
    const counts = addresses.length
    const [withDecay, without] = [decayed, undecayed].map(scalars => [...addresses, 0, scale, ...scalars])
    for (const { from, length, decays } of spans) {
      const args = decays ? withDecay : without
      for (let k = 0; k < counts; k++) args[k] = addresses[k] + from * value.BYTES_PER_ELEMENT
      args[counts] = length
      this.update(...args)
    }
  }

  private updateTables(rowGradients: readonly RowGradient[], learningRate: number, scale: number): void {
    for (const [name, table] of this.tables) {
      const { group } = this.store.get(name)
      const update = {
        step: this.taken,
        scale,
        scalars: this.numbers(group, learningRate, this.rowUpdates(group) === 'lazy'),
      }
      for (const rows of rowGradients) if (rows.name === name) table.step(rows, update)
      table.moveUnseen(update)
    }
  }

  private sumOfSquares(rowGradients: readonly RowGradient[]): number {
    let sum = 0
    for (const { slots } of this.store.dense)
      if (slots.gradient) sum += this.kernels.sumOfSquares(slots.gradient.byteOffset, slots.gradient.length)
    for (const rows of rowGradients) sum += this.tableOf(rows.name).sumOfSquares(rows)
    return sum
  }

  private checkRows(rowGradients: readonly RowGradient[]): void {
    this.calls++
    for (const rows of rowGradients) this.tableOf(rows.name).check(rows, this.calls)
  }

  private tableOf(name: string): RowTable {
    const table = this.tables.get(name)
    if (!table) throw new RangeError(`${name} is no trainable row-sparse table`)
    return table
  }
}

function addressOf(view: Float32Array | undefined): number {
  if (!view) throw new RangeError('a parameter lacks a slot that the optimizer needs')
  return view.byteOffset
}
