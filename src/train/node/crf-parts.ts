import type { PartLoss } from '../../features/crf/part-loss.js'
import type { PartMemory } from '../../features/crf/part-memory.js'

/** Places in the numbers by which threads agree: the round under way, the next part to take, the parts done, and those that failed. */
export const CONTROL = { round: 0, next: 1, done: 2, failed: 3, size: 4 } as const

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
    try {
      losses[part] = parts[part].evaluate(weights)
    } catch (error) {
      Atomics.add(control, CONTROL.failed, 1)
      throw error
    } finally {
      // Also of a part that failed: the others must not wait for it.
      Atomics.add(control, CONTROL.done, 1)
      Atomics.notify(control, CONTROL.done)
    }
  }
}
