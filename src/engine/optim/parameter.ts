/** What a parameter is: how it is declared, and how a store holds it. */
import type { Initial } from './initializer.js'

/** What is kept beside a parameter's value; `optimizerSlots` says which of them an optimizer needs. */
export type Slot = (typeof SLOTS)[number]

export const SLOTS = ['gradient', 'moment1', 'moment2', 'average', 'accumulated'] as const

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
 * The dense trainable parameters of one group in one memory, end to end with their padding, as one view per slot: what an
 * elementwise kernel can do in one call. The padding's elements are zero and stay so in gradients and moments.
 */
export interface DenseRange {
  readonly group: string
  readonly value: Float32Array
  readonly slots: Readonly<Partial<Record<Slot, Float32Array>>>
}
