import type { PortableError } from '../../base/portable-error.js'
import type { ParameterStore, RowGradient } from '../../engine/optim/parameter-store.js'
import type { GradientJob } from '../loop/side-by-side.js'
import type { UpdateGradients } from '../loop/updates.js'
import type { ReplicaData } from '../step/replica.js'

/**
 * Where a thread leaves the gradients of an update, in memory that all threads share. Gradients in messages would be new
 * arrays in each thread at each update, and collecting those takes as long as a third of the step.
 */
export interface GradientSpace {
  /** Of all dense parameters together. */
  readonly dense: Float32Array
  /** Of rows, table by table: the numbers of the rows, then their gradients. */
  readonly rows: SharedArrayBuffer
}

/** The gradients of an update but for those in its space. */
export interface SentGradients extends Omit<UpdateGradients, 'rowGradients'> {
  readonly tables: readonly { readonly name: string; readonly rows: number }[]
}

/** What a step thread is started with. */
export interface StepThreadData {
  readonly replica: ReplicaData
  /** Its place among all threads; 0 is the one that trains. */
  readonly place: number
  /** `[parity][thread]`: a thread may still read the gradients of one group when the next one is computed. */
  readonly spaces: readonly (readonly GradientSpace[])[]
}

/** Updates that all threads make, in their order; their gradients are in the spaces of the parity. */
export interface GroupUpdates {
  readonly parity: number
  readonly clipNorm: number | null
  readonly updates: readonly { readonly gradients: SentGradients; readonly learningRate: number }[]
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
  | { readonly kind: 'done'; readonly gradients: SentGradients }
  | { readonly kind: 'error'; readonly error: PortableError }

/** Room for the gradients of any update of a training. */
export function gradientSpace(parameters: ParameterStore, { config, sentences }: ReplicaData): GradientSpace {
  const { batchSize, accumulate } = config.training
  const longest = sentences.reduce((most, { unitIds }) => Math.max(most, unitIds.length), 0)
  const units = longest * batchSize * accumulate
  const denseNumbers = parameters.dense.reduce((sum, { value }) => sum + value.length, 0)
  const rowNumbers = parameters.parameters.reduce((sum, { sparseRows, shape: [height, dim] }) => {
    return sparseRows ? sum + Math.min(height, units) * (1 + dim) : sum
  }, 0)
  return {
    dense: new Float32Array(new SharedArrayBuffer(4 * denseNumbers)),
    rows: new SharedArrayBuffer(4 * rowNumbers),
  }
}

/** Leaves gradients in a space, the dense ones from the store. */
export function writeGradients(
  { dense }: ParameterStore,
  { rowGradients, ...rest }: UpdateGradients,
  space: GradientSpace,
): SentGradients {
  let at = 0
  for (const { value, slots } of dense) {
    if (slots.gradient) space.dense.set(slots.gradient, at)
    at += value.length
  }
  const [numbers, floats] = [new Int32Array(space.rows), new Float32Array(space.rows)]
  at = 0
  for (const { rows, gradient } of rowGradients) {
    numbers.set(rows, at)
    floats.set(gradient, at + rows.length)
    at += rows.length + gradient.length
  }
  return { ...rest, tables: rowGradients.map(({ name, rows }) => ({ name, rows: rows.length })) }
}

/** Copies the dense gradients in a space to a store. */
export function readDense({ dense }: ParameterStore, space: GradientSpace): void {
  let at = 0
  for (const { value, slots } of dense) {
    slots.gradient?.set(space.dense.subarray(at, at + value.length))
    at += value.length
  }
}

/** The gradients of rows in a space, as views. */
export function rowGradientsIn(
  space: GradientSpace,
  { tables }: SentGradients,
  parameters: ParameterStore,
): readonly RowGradient[] {
  let at = 0
  return tables.map(({ name, rows }) => {
    const [, dim] = parameters.get(name).shape
    const own = {
      name,
      rows: new Int32Array(space.rows, 4 * at, rows),
      gradient: new Float32Array(space.rows, 4 * (at + rows), rows * dim),
    }
    at += rows * (1 + dim)
    return own
  })
}
