import type { Parameter } from './parameter.js'
import type { RowGradient } from './parameter-store.js'
import type { StoreMemory } from './store-layout.js'
import type { Moment, RowUpdates, UpdateRule } from './update-rules.js'
import type { Kernel } from './wasm-kernels.js'

/** Once a moment has decayed to this share of itself, it no longer changes a float32 value. */
const NEGLIGIBLE = 1e-7

export interface RowRules {
  readonly rowUpdates: RowUpdates
  /** With weight decay, dense updates change every row every time. */
  readonly decaysWeights: boolean
}

/**
 * One row-sparse table under an optimizer. A batch has gradients for few of its rows. With lazy updates the other rows
 * stay as they are. With dense updates their gradient is zero, and their moments still move them, exactly as PyTorch's
 * and TensorFlow's optimizers do with a dense gradient: with Adam, a row that is seen once travels ten times as far as
 * in the one update that has a gradient for it. A row keeps moving until its first moment has decayed to nothing (153
 * updates with β1 = 0.9). From then on only its second moment decays; that is caught up when the row is next seen.
 *
 * These moves may be put off. A row then makes all that it has missed at once, one after the other and to the same bits,
 * while its numbers are in registers: a tenth of the time of moving every row at every update, which is memory traffic.
 */
export class RowTable {
  /** For each row, the last update that had a gradient for it; 0 for none. Absent with lazy updates. */
  private readonly lastSeen: Float64Array | undefined
  /** For each row, the last update that it has made, with or without a gradient. */
  private readonly movedTo: Int32Array
  /** For each row, the last call that named it, to catch a row given twice. */
  private readonly lastCall: Float64Array
  private readonly update: Kernel
  private readonly idle: Kernel
  private readonly arrays: readonly Float32Array[]
  /** For how many updates without a gradient a row keeps moving. */
  private readonly movingSteps: number
  /** The scalars of the updates after `forgotten`, one update after the other. */
  private readonly history: Float32Array
  private readonly historyScalars: readonly number[]
  private forgotten = 0
  /** The last update in the history. */
  private latest = 0
  private isSettled = true

  /** @throws RangeError where the table lacks one of the rule's moments */
  constructor(
    private readonly table: Parameter,
    private readonly memory: StoreMemory,
    private readonly rule: UpdateRule,
    { rowUpdates, decaysWeights }: RowRules,
  ) {
    const [height] = table.shape
    this.lastCall = new Float64Array(height)
    this.update = memory.kernels.elementwise[rule.kernel]
    this.idle = memory.kernels.idle(rule.kernel, decaysWeights)
    this.arrays = [table.value, ...rule.moments.map(slot => slotOf(table, slot))]
    const { moment1 = 0, moment2 } = rule.decays
    const fading = moment1 > 0 ? Math.ceil(Math.log(NEGLIGIBLE) / Math.log(moment1)) : 0
    this.movingSteps = decaysWeights ? Number.POSITIVE_INFINITY : fading
    const changesUnseen = decaysWeights || fading > 0 || moment2 !== undefined
    const keepsTrack = rowUpdates === 'dense' && changesUnseen
    this.lastSeen = keepsTrack ? new Float64Array(height) : undefined
    this.movedTo = new Int32Array(keepsTrack ? height : 0)
    this.historyScalars = rule.idleScalars(decaysWeights)
    this.history = memory.rowSpace(table.name)
  }

  /**
   * @param call a number that no earlier call had
   * @throws RangeError for rows that are out of range or given twice
   */
  check({ name, rows, gradient }: RowGradient, call: number): void {
    const [height, dim] = this.table.shape
    if (gradient.length < rows.length * dim)
      throw new RangeError(`${name}: ${gradient.length} numbers for ${rows.length} rows of ${dim}`)
    for (const row of rows) {
      if (!(row >= 0 && row < height)) throw new RangeError(`${name}: row ${row} of a table of ${height}`)
      if (this.lastCall[row] === call) throw new RangeError(`${name}: row ${row} is given twice`)
      this.lastCall[row] = call
    }
  }

  sumOfSquares(rows: RowGradient): number {
    const dim = this.table.shape[1]
    let sum = 0
    this.inMemory(rows, (address, from, to) => {
      sum += this.memory.kernels.sumOfSquares(address, (to - from) * dim)
    })
    return sum
  }

  /**
   * Updates the rows that have a gradient. All rows may have moves to make afterwards: see `settle`.
   * @param step this update's number, counted from 1, one more than the last call's
   * @param scalars of the rule's kernel
   */
  step(gradients: readonly RowGradient[], step: number, scalars: readonly number[]): void {
    this.remember(step, scalars)
    for (const rows of gradients) this.updateRows(rows, step, scalars)
  }

  private updateRows(rows: RowGradient, step: number, scalars: readonly number[]): void {
    const dim = this.table.shape[1]
    const gradientAt = this.arrays.length
    // One array of arguments, rewritten for each row: addresses, gradient, count, scalars.
    const args = [...this.arrays.map(() => 0), 0, dim, ...scalars]
    this.inMemory(rows, (address, from, to) => {
      for (let i = from; i < to; i++) {
        const row = rows.rows[i]
        if (this.lastSeen) {
          this.advance(row, 1, step - 1)
          this.catchUp(row, step)
        }
        for (let k = 0; k < gradientAt; k++) args[k] = this.arrays[k].byteOffset + row * dim * 4
        args[gradientAt] = address + (i - from) * dim * 4
        this.update(...args)
        if (this.lastSeen) this.lastSeen[row] = this.movedTo[row] = step
      }
    })
  }

  /** Makes the moves that rows have put off. Rows that are out of range are ignored. */
  settleRows(rows: ArrayLike<number>): void {
    if (!this.lastSeen || this.isSettled) return
    const [height] = this.table.shape
    for (let i = 0; i < rows.length; i++) if (rows[i] < height) this.advance(rows[i], 1, this.latest)
  }

  /** Makes the moves that all rows have put off. */
  settle(): void {
    const { lastSeen, movedTo, latest } = this
    if (!lastSeen || this.isSettled) return
    const [height] = this.table.shape
    for (let row = 0; row < height; row++) {
      const end = this.lastMove(row, latest)
      if (end <= movedTo[row]) continue
      // Neighbors with the same moves to make make them together.
      let next = row + 1
      while (next < height && movedTo[next] === movedTo[row] && this.lastMove(next, latest) === end) next++
      this.advance(row, next - row, latest)
      row = next - 1
    }
    this.isSettled = true
    this.forgotten = latest
  }

  /** The last update up to `step` that a row moves in. */
  private lastMove(row: number, step: number): number {
    const seen = this.lastSeen?.[row] ?? 0
    // A row that no batch has touched yet has no moments: only weight decay changes it.
    if (seen === 0 && this.remembers) return 0
    return Math.min(step, seen + this.movingSteps)
  }

  /** Makes the moves of rows side by side that have the same ones to make. @param step the last of them */
  private advance(row: number, rows: number, step: number): void {
    const from = this.movedTo[row]
    const end = this.lastMove(row, step)
    if (end <= from) return
    const { arrays, history, historyScalars, forgotten } = this
    const dim = this.table.shape[1]
    const at = row * dim * 4
    const scalars = history.byteOffset + (from - forgotten) * historyScalars.length * 4
    const addresses = arrays.map(({ byteOffset }) => byteOffset + at)
    this.idle(...addresses, rows * dim, scalars, end - from)
    this.movedTo.fill(end, row, row + rows)
  }

  /** Keeps the scalars of an update for the rows that move in it later. */
  private remember(step: number, scalars: readonly number[]): void {
    if (!this.lastSeen) return
    const { history, historyScalars } = this
    const width = historyScalars.length
    if ((step - this.forgotten) * width > history.length) this.settle()
    const at = (step - 1 - this.forgotten) * width
    for (let i = 0; i < width; i++) history[at + i] = scalars[historyScalars[i]]
    this.latest = step
    this.isSettled = false
  }

  /** The last update that touched each row: with the moments, all that an exact resume needs. Empty where it has no effect. */
  state(): readonly number[] {
    return this.lastSeen && this.remembers ? [...this.lastSeen] : []
  }

  /**
   * @param step the last update, whose moves all rows have made
   * @throws RangeError for a state of another table
   */
  restore(state: readonly number[], step: number): void {
    this.movedTo.fill(step)
    this.forgotten = this.latest = step
    this.isSettled = true
    if (!this.lastSeen || !this.remembers) return
    if (state.length !== this.lastSeen.length)
      throw new RangeError(`${this.table.name}: state of ${state.length} rows, not ${this.lastSeen.length}`)
    this.lastSeen.set(state)
  }

  /** Whether an update of a row depends on when the row was last seen. It does not where every row moves every time. */
  private get remembers(): boolean {
    return this.movingSteps !== Number.POSITIVE_INFINITY
  }

  /** Decays a row's second moment for the updates that skipped it. */
  private catchUp(row: number, step: number): void {
    const { moment2 } = this.rule.decays
    if (!this.lastSeen || !this.remembers || moment2 === undefined || this.lastSeen[row] === 0) return
    const missed = step - 1 - this.lastSeen[row] - this.movingSteps
    if (missed <= 0) return
    const dim = this.table.shape[1]
    const at = slotOf(this.table, 'moment2').byteOffset + row * dim * 4
    this.memory.kernels.elementwise.scale(at, dim, moment2 ** missed)
  }

  /** Copies packed gradient rows into the store's memory, as many at a time as the scratch space holds. */
  private inMemory(
    { rows, gradient }: RowGradient,
    work: (address: number, from: number, to: number) => void,
  ): void {
    const dim = this.table.shape[1]
    const { scratch } = this.memory
    if (gradient.buffer === scratch.buffer) {
      work(gradient.byteOffset, 0, rows.length)
      return
    }
    const chunk = Math.max(1, Math.floor(scratch.length / Math.max(1, dim)))
    for (let from = 0; from < rows.length; from += chunk) {
      const to = Math.min(rows.length, from + chunk)
      scratch.set(gradient.subarray(from * dim, to * dim))
      work(scratch.byteOffset, from, to)
    }
  }
}

function slotOf(table: Parameter, slot: Moment): Float32Array {
  const view = table.slots[slot]
  if (!view) throw new RangeError(`${table.name} lacks the slot ${slot}`)
  return view
}
