/** A square matrix of counts that grows as new ids appear. */
export class GrowingMatrix {
  private stride = 32
  private cells = new Float64Array(32 * 32)

  /** Makes room for ids below `size`. */
  reserve(size: number): void {
    if (size <= this.stride) return
    const stride = Math.max(size, this.stride * 2)
    const cells = new Float64Array(stride * stride)
    for (let row = 0; row < this.stride; row++)
      cells.set(this.cells.subarray(row * this.stride, (row + 1) * this.stride), row * stride)
    this.stride = stride
    this.cells = cells
  }

  add(row: number, column: number): void {
    this.cells[row * this.stride + column]++
  }

  get(row: number, column: number): number {
    return row < this.stride && column < this.stride ? this.cells[row * this.stride + column] : 0
  }

  /** The counts of some ids in some order. */
  select(ids: readonly number[]): number[][] {
    return ids.map(row => ids.map(column => this.get(row, column)))
  }
}

/** One count for each id, growing likewise. */
export class GrowingCounts {
  private cells = new Float64Array(32)

  reserve(size: number): void {
    if (size <= this.cells.length) return
    const cells = new Float64Array(Math.max(size, this.cells.length * 2))
    cells.set(this.cells)
    this.cells = cells
  }

  add(id: number): void {
    this.cells[id]++
  }

  get(id: number): number {
    return id < this.cells.length ? this.cells[id] : 0
  }
}
