import type { DenseRange, Parameter, ParameterStore, RowGradient, Slot } from '../model/parameter-store.js'
import { type OptimiserConfig, type UpdateRule, updateRule } from './update-rules.js'
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

/** What a checkpoint keeps of an optimiser besides the store's moments (see `checkpointTensors`). */
export interface OptimiserState {
  readonly kind: OptimiserConfig['kind']
  readonly step: number
}

/** The slots a store must have for this optimiser to work on it. */
export function optimiserSlots(config: OptimiserConfig): readonly Slot[] {
  return ['gradient', ...updateRule(config).moments]
}

/**
 * Updates a store's parameters in place, nothing allocated that grows with the model. Dense parameters take their
 * gradient from the slot `gradient`; row-sparse tables from the rows passed to `step`, and only those rows' values
 * and moments change (lazy updates, as torch's SparseAdam; weight decay too holds for the rows touched).
 *
 * @example
 * const config = { kind: 'adam' } as const
 * const store = new ParameterStore(specs, { random, slots: optimiserSlots(config) })
 * const optimiser = createOptimiser(store, config)
 * const { gradientNorm } = optimiser.step(0.001, rowGradients, { clipNorm: 5 })
 */
export function createOptimiser(store: ParameterStore, config: OptimiserConfig): Optimiser {
  return new Optimiser(store, config)
}

export class Optimiser {
  private readonly rule: UpdateRule
  private readonly kernels: Kernels
  private readonly update: Kernel
  /** By table: the step at which each row was last updated, to catch a row given twice. */
  private readonly touched = new Map<string, Float64Array>()
  private calls = 0
  private taken = 0

  constructor(
    private readonly store: ParameterStore,
    private readonly config: OptimiserConfig,
  ) {
    this.rule = updateRule(config)
    const missing = optimiserSlots(config).filter(slot => !store.slots.includes(slot))
    if (missing.length > 0) throw new RangeError(`${config.kind} needs the slots ${missing.join(', ')}`)
    const groups = new Set(store.parameters.map(({ group }) => group))
    for (const group of Object.keys(config.groups ?? {}))
      if (!groups.has(group)) throw new RangeError(`no parameter is of the group "${group}"`)
    this.kernels = createKernels(store.memory)
    this.update = this.kernels.elementwise[this.rule.kernel]
    for (const { name, sparseRows, trainable, shape } of store.parameters)
      if (sparseRows && trainable) this.touched.set(name, new Float64Array(shape[0]))
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
    for (const rows of rowGradients) this.updateRows(rows, learningRate, scale)
    return { gradientNorm, applied: true }
  }

  state(): OptimiserState {
    return { kind: this.config.kind, step: this.taken }
  }

  /** Takes up where `state` was asked for; the moments come back with the store's tensors. */
  restore(state: OptimiserState): void {
    if (state.kind !== this.config.kind || !Number.isSafeInteger(state.step) || state.step < 0)
      throw new RangeError(`state of ${state.kind} at step ${state.step} given to ${this.config.kind}`)
    this.taken = state.step
  }

  private numbers(group: string, learningRate: number, sparse: boolean): readonly number[] {
    const { weightDecay, learningRateFactor = 1 } = this.config.groups?.[group] ?? {}
    return this.rule.scalars({
      step: this.taken,
      learningRate: learningRate * learningRateFactor,
      weightDecay: weightDecay ?? this.config.weightDecay ?? 0,
      sparse,
    })
  }

  private updateRange({ group, value, slots }: DenseRange, learningRate: number, scale: number): void {
    const addresses = [value, ...this.rule.moments.map(slot => slots[slot]), slots.gradient].map(addressOf)
    this.update(...addresses, value.length, scale, ...this.numbers(group, learningRate, false))
  }

  private updateRows(rows: RowGradient, learningRate: number, scale: number): void {
    const { value, slots, shape, group } = this.store.get(rows.name)
    const bases = [value, ...this.rule.moments.map(slot => slots[slot])].map(addressOf)
    const bytes = shape[1] * 4
    // One array of arguments, rewritten for each row: addresses, gradient, count, scalars.
    const args = [...bases, 0, shape[1], scale, ...this.numbers(group, learningRate, true)]
    this.inMemory(rows, (address, from, to) => {
      for (let i = from; i < to; i++) {
        for (let k = 0; k < bases.length; k++) args[k] = bases[k] + rows.rows[i] * bytes
        args[bases.length] = address + (i - from) * bytes
        this.update(...args)
      }
    })
  }

  private sumOfSquares(rowGradients: readonly RowGradient[]): number {
    let sum = 0
    for (const { slots } of this.store.dense)
      if (slots.gradient) sum += this.kernels.sumOfSquares(slots.gradient.byteOffset, slots.gradient.length)
    for (const rows of rowGradients) {
      const dim = this.store.get(rows.name).shape[1]
      this.inMemory(rows, (address, from, to) => {
        sum += this.kernels.sumOfSquares(address, (to - from) * dim)
      })
    }
    return sum
  }

  /** Brings packed gradient rows into the store's memory, as many at a time as the scratch room holds. */
  private inMemory(
    { name, rows, gradient }: RowGradient,
    work: (address: number, from: number, to: number) => void,
  ): void {
    const dim = this.store.get(name).shape[1]
    const { scratch } = this.store
    if (gradient.buffer === scratch.buffer) {
      work(gradient.byteOffset, 0, rows.length)
      return
    }
    const chunk = Math.max(1, Math.floor(scratch.length / Math.max(1, dim)))
    for (let from = 0; from < rows.length; from += chunk) {
      const to = Math.min(rows.length, from + chunk)
      scratch.set(gradient.subarray(from * dim, to * dim))
      work(scratch.byteOffset, from, to)
    }
  }

  private checkRows(rowGradients: readonly RowGradient[]): void {
    this.calls++
    for (const { name, rows, gradient } of rowGradients) {
      const parameter: Parameter = this.store.get(name)
      const touched = this.touched.get(name)
      if (!touched) throw new RangeError(`${name} is no trainable row-sparse table`)
      if (gradient.length < rows.length * parameter.shape[1])
        throw new RangeError(
          `${name}: ${gradient.length} numbers for ${rows.length} rows of ${parameter.shape[1]}`,
        )
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i]
        if (!(row >= 0 && row < touched.length))
          throw new RangeError(`${name}: row ${row} of a table of ${touched.length}`)
        if (touched[row] === this.calls) throw new RangeError(`${name}: row ${row} is given twice`)
        touched[row] = this.calls
      }
    }
  }
}

function addressOf(view: Float32Array | undefined): number {
  if (!view) throw new RangeError('a parameter lacks a slot that the optimiser needs')
  return view.byteOffset
}
