import type { PortableError } from '../../base/portable-error.js'
import type { ParameterStore } from '../../engine/optim/parameter-store.js'
import type { GradientJob } from '../loop/side-by-side.js'
import type { UpdateGradients } from '../loop/updates.js'
import type { ReplicaData } from '../step/replica.js'

/** What a step thread is started with. */
export interface StepThreadData {
  readonly replica: ReplicaData
  /** Its place among all threads; 0 is the one that trains. */
  readonly place: number
  /** Dense gradients, `[parity][thread]`: a thread may still read those of one group when the next one is computed. */
  readonly dense: readonly (readonly Float32Array[])[]
}

/** Updates that all threads make, in their order. */
export interface GroupUpdates {
  readonly parity: number
  readonly clipNorm: number | null
  readonly updates: readonly (Pick<UpdateGradients, 'rowGradients' | 'scale'> & {
    readonly learningRate: number
  })[]
}

/** What a step thread is sent: updates to make, then a job. */
export interface StepWork {
  readonly before?: GroupUpdates
  /** Absent for a thread that a small group leaves without one. */
  readonly job?: GradientJob
  readonly parity: number
}

/** What a step thread sends. */
export type StepMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly gradients: UpdateGradients }
  | { readonly kind: 'error'; readonly error: PortableError }

/** Numbers of all dense gradients together. */
export function denseLength({ dense }: ParameterStore): number {
  return dense.reduce((sum, { value }) => sum + value.length, 0)
}

/** Copies the dense gradients of a store to memory that threads share. */
export function writeDense({ dense }: ParameterStore, to: Float32Array): void {
  let at = 0
  for (const { value, slots } of dense) {
    if (slots.gradient) to.set(slots.gradient, at)
    at += value.length
  }
}

/** Copies shared dense gradients to a store. */
export function readDense({ dense }: ParameterStore, from: Float32Array): void {
  let at = 0
  for (const { value, slots } of dense) {
    slots.gradient?.set(from.subarray(at, at + value.length))
    at += value.length
  }
}

/** Gradients whose arrays are their own, so that nothing else is sent with them. */
export function ownGradients(gradients: UpdateGradients): UpdateGradients {
  const rowGradients = gradients.rowGradients.map(({ name, rows, gradient }) => ({
    name,
    rows: rows.slice(),
    gradient: gradient.slice(),
  }))
  return { ...gradients, rowGradients }
}
