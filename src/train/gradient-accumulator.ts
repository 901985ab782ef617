import type { ParameterStore, RowGradient } from '../model/parameter-store.js'
import { createKernels, type Kernels } from './wasm-kernels.js'

/**
 * Sums the gradients of several batches before one update, in the store's slot `accumulated`: a large batch's update
 * in a small batch's memory.
 *
 * @example
 * for (const batch of batches) { await runStep(batch); accumulator.add(rowGradients) }
 * const { rowGradients, batches: count } = accumulator.finish()
 * optimiser.step(rate, rowGradients, { gradientScale: 1 / count })
 */
export class GradientAccumulator {
  private readonly kernels: Kernels
  private readonly tables = new Map<string, Map<number, Float32Array>>()
  private count = 0

  constructor(private readonly store: ParameterStore) {
    for (const slot of ['gradient', 'accumulated'] as const)
      if (!store.slots.includes(slot)) throw new RangeError(`accumulating gradients needs the slot ${slot}`)
    this.kernels = createKernels(store.memory)
  }

  /** Takes in the gradients that now stand in the slot `gradient`, and a batch's rows. */
  add(rowGradients: readonly RowGradient[] = []): void {
    this.count++
    for (const { slots } of this.store.dense) {
      const { gradient, accumulated } = slots
      if (!gradient || !accumulated) continue
      if (this.count === 1) accumulated.set(gradient)
      else this.kernels.elementwise.blend(accumulated.byteOffset, gradient.byteOffset, gradient.length, 1, 1)
    }
    for (const rows of rowGradients) this.addRows(rows)
  }

  /** Puts the sums into the slot `gradient`, gives the rows' sums, and starts afresh. */
  finish(): { readonly batches: number; readonly rowGradients: readonly RowGradient[] } {
    const batches = this.count
    for (const { slots } of this.store.dense)
      if (slots.gradient && slots.accumulated && batches > 0) slots.gradient.set(slots.accumulated)
    const rowGradients = [...this.tables].map(([name, sums]) => {
      const dim = this.store.get(name).shape[1]
      const gradient = new Float32Array(sums.size * dim)
      ;[...sums.values()].forEach((sum, i) => {
        gradient.set(sum, i * dim)
      })
      return { name, rows: Int32Array.from(sums.keys()), gradient }
    })
    this.count = 0
    this.tables.clear()
    return { batches, rowGradients }
  }

  private addRows({ name, rows, gradient }: RowGradient): void {
    const dim = this.store.get(name).shape[1]
    let sums = this.tables.get(name)
    if (!sums) this.tables.set(name, (sums = new Map()))
    for (let i = 0; i < rows.length; i++) {
      const row = gradient.subarray(i * dim, (i + 1) * dim)
      const sum = sums.get(rows[i])
      if (!sum) sums.set(rows[i], row.slice())
      else for (let d = 0; d < dim; d++) sum[d] += row[d]
    }
  }
}
