/** Counts of pairs of labels, gold in rows and predicted in columns. */
export class PairCounts {
  /** Every label met, on either side. */
  readonly labels = new Set<string>()
  private readonly rows = new Map<string, Row>()
  /** Most pairs of a corpus are the same as the one before: `O` and `O`. */
  private last: Cell | undefined

  add(row: string, column: string): void {
    if (this.last?.row !== row || this.last.column !== column) this.last = this.cell(row, column)
    this.last.count++
  }

  private cell(row: string, column: string): Cell {
    let cells = this.rows.get(row)
    if (!cells) {
      cells = { same: { row, column: row, count: 0 }, others: new Map() }
      this.rows.set(row, cells)
      this.labels.add(row)
    }
    if (row === column) return cells.same
    let cell = cells.others.get(column)
    if (!cell) {
      cell = { row, column, count: 0 }
      cells.others.set(column, cell)
      this.labels.add(column)
    }
    return cell
  }

  /** The counts of some labels in some order, `[row][column]`. */
  matrix(labels: readonly string[]): number[][] {
    return labels.map(row => {
      const cells = this.rows.get(row)
      return labels.map(column => (row === column ? cells?.same : cells?.others.get(column))?.count ?? 0)
    })
  }
}

/** The cells of one row: most labels are predicted as they are in gold. */
interface Row {
  readonly same: Cell
  readonly others: Map<string, Cell>
}

interface Cell {
  readonly row: string
  readonly column: string
  count: number
}
