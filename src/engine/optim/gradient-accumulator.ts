import type { ParameterStore, RowGradient } from './parameter-store.js'

/**
 * Sums the gradients of several batches before one update, in the store's slot `accumulated`: the update of a large batch
 * in the memory of a small one. A batch's loss is a mean over its items; weighted by their number, the means of several
 * batches give the mean over all their items.
 *
 * @example
 * for (const batch of batches) { const { rowGradients, weight } = await step.run(batch, random); accumulator.add(rowGradients, weight) }
 * const { rowGradients, weight } = accumulator.finish()
 * optimizer.step(rate, rowGradients, { gradientScale: 1 / weight })
 */
export class GradientAccumulator {
  private readonly tables = new Map<string, Map<number, Float32Array>>()
  private weight = 0

  constructor(private readonly store: ParameterStore) {
    for (const slot of ['gradient', 'accumulated'] as const)
      if (!store.slots.includes(slot)) throw new RangeError(`accumulating gradients needs the slot ${slot}`)
  }

  /**
   * Adds the gradients in the slot `gradient`, and a batch's rows.
   * @param weight a factor of them, above 0
   */
  add(rowGradients: readonly RowGradient[] = [], weight = 1): void {
    const isFirst = this.weight === 0
    this.weight += weight
    for (const { slots } of this.store.dense) {
      const { gradient, accumulated } = slots
      if (!gradient || !accumulated) continue
      if (isFirst) accumulated.fill(0)
      const { kernels } = this.store.memoryOf(accumulated)
      kernels.elementwise.blend(accumulated.byteOffset, gradient.byteOffset, gradient.length, 1, weight)
    }
    for (const rows of rowGradients) this.addRows(rows, weight)
  }

  /** Copies the sums to the slot `gradient`, returns those of the rows and of the weights, and starts afresh. */
  finish(): { readonly weight: number; readonly rowGradients: readonly RowGradient[] } {
    const { weight } = this
    for (const { slots } of this.store.dense)
      if (slots.gradient && slots.accumulated && weight > 0) slots.gradient.set(slots.accumulated)
    const rowGradients = [...this.tables].map(([name, sums]) => {
      const dim = this.store.get(name).shape[1]
      const gradient = new Float32Array(sums.size * dim)
      ;[...sums.values()].forEach((sum, i) => {
        gradient.set(sum, i * dim)
      })
      return { name, rows: Int32Array.from(sums.keys()), gradient }
    })
    this.weight = 0
    this.tables.clear()
    return { weight, rowGradients }
  }

  private addRows({ name, rows, gradient }: RowGradient, weight: number): void {
    const dim = this.store.get(name).shape[1]
    let sums = this.tables.get(name)
    if (!sums) this.tables.set(name, (sums = new Map()))
    for (let i = 0; i < rows.length; i++) {
      const row = gradient.subarray(i * dim, (i + 1) * dim)
      const sum = sums.get(rows[i])
      if (!sum)
        sums.set(
          rows[i],
          row.map(value => value * weight),
        )
      else for (let d = 0; d < dim; d++) sum[d] += row[d] * weight
    }
  }
}
