import type { PartLoss } from '../../features/crf/part-loss.js'
import type { PartMemory } from '../../features/crf/part-memory.js'

/** Places in the numbers by which threads agree: the round under way, the next part to take, and the parts done. */
export const CONTROL = { round: 0, next: 1, done: 2, size: 3 } as const

/** What the threads share. */
export interface CrfMemory {
  /** The code of the kernels. */
  readonly module: WebAssembly.Module
  readonly parts: readonly PartMemory[]
  readonly weights: Float64Array
  /** By part. */
  readonly losses: Float64Array
  readonly control: Int32Array
}

/** Computes parts until none is left. */
export function takeParts({ weights, losses, control }: CrfMemory, parts: readonly PartLoss[]): void {
  for (;;) {
    const part = Atomics.add(control, CONTROL.next, 1)
    if (part >= parts.length) return
    losses[part] = parts[part].evaluate(weights)
    Atomics.add(control, CONTROL.done, 1)
    Atomics.notify(control, CONTROL.done)
  }
}
