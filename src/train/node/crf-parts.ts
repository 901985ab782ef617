import { addLoss } from '../../features/crf/objective.js'
import { type CrfData, PARTS } from '../../features/crf/training-data.js'

/** Places in the numbers by which threads agree: the round under way, the next part to take, and the parts done. */
export const CONTROL = { round: 0, next: 1, done: 2, size: 3 } as const

/** All in memory that the threads share. */
export interface CrfMemory {
  readonly data: CrfData
  readonly weights: Float64Array
  /** By part. */
  readonly gradients: readonly Float64Array[]
  readonly losses: Float64Array
  readonly control: Int32Array
}

/** Computes parts until none is left. */
export function takeParts({ data, weights, gradients, losses, control }: CrfMemory): void {
  for (;;) {
    const part = Atomics.add(control, CONTROL.next, 1)
    if (part >= PARTS) return
    gradients[part].fill(0)
    losses[part] = addLoss(data, weights, gradients[part], part)
    Atomics.add(control, CONTROL.done, 1)
    Atomics.notify(control, CONTROL.done)
  }
}
