/** Counts of pairs of labels, gold in rows and predicted in columns. */
export class PairCounts {
  /** Every label met, on either side. */
  readonly labels = new Set<string>()
  private readonly rows = new Map<string, Map<string, Cell>>()
  /** Most pairs of a corpus are the same as the one before: `O` and `O`. */
  private last: Cell | undefined

  add(row: string, column: string): void {
    if (this.last?.row !== row || this.last.column !== column) this.last = this.cell(row, column)
    this.last.count++
  }

  private cell(row: string, column: string): Cell {
    let columns = this.rows.get(row)
    if (!columns) {
      columns = new Map()
      this.rows.set(row, columns)
    }
    let cell = columns.get(column)
    if (!cell) {
      cell = { row, column, count: 0 }
      columns.set(column, cell)
      this.labels.add(row).add(column)
    }
    return cell
  }

  /** The counts of some labels in some order, `[row][column]`. */
  matrix(labels: readonly string[]): number[][] {
    return labels.map(row => {
      const columns = this.rows.get(row)
      return labels.map(column => columns?.get(column)?.count ?? 0)
    })
  }
}

interface Cell {
  readonly row: string
  readonly column: string
  count: number
}
