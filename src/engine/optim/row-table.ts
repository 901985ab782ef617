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
 */
export class RowTable {
  /** For each row, the last update that had a gradient for it; 0 for none. Absent with lazy updates. */
  private readonly lastSeen: Float64Array | undefined
  /** For each row, the last call that named it, to catch a row given twice. */
  private readonly lastCall: Float64Array
  private readonly update: Kernel
  private readonly arrays: readonly Float32Array[]
  /** For how many updates without a gradient a row keeps moving. */
  private readonly movingSteps: number

  /** @throws RangeError where the table lacks one of the rule's moments */
  constructor(
    private readonly table: Parameter,
    private readonly memory: StoreMemory,
    private readonly rule: UpdateRule,
    { rowUpdates, decaysWeights }: RowRules,
  ) {
    this.lastCall = new Float64Array(table.shape[0])
    this.update = memory.kernels.elementwise[rule.kernel]
    this.arrays = [table.value, ...rule.moments.map(slot => slotOf(table, slot))]
    const { moment1 = 0, moment2 } = rule.decays
    const fading = moment1 > 0 ? Math.ceil(Math.log(NEGLIGIBLE) / Math.log(moment1)) : 0
    this.movingSteps = decaysWeights ? Number.POSITIVE_INFINITY : fading
    const changesUnseen = decaysWeights || fading > 0 || moment2 !== undefined
    this.lastSeen = rowUpdates === 'dense' && changesUnseen ? new Float64Array(table.shape[0]) : undefined
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
   * Updates the rows that have a gradient.
   * @param step this update's number, counted from 1
   * @param scalars of the rule's kernel
   */
  step(rows: RowGradient, step: number, scalars: readonly number[]): void {
    const dim = this.table.shape[1]
    const gradientAt = this.arrays.length
    // One array of arguments, rewritten for each row: addresses, gradient, count, scalars.
    const args = [...this.arrays.map(() => 0), 0, dim, ...scalars]
    this.inMemory(rows, (address, from, to) => {
      for (let i = from; i < to; i++) {
        const row = rows.rows[i]
        this.catchUp(row, step)
        for (let k = 0; k < gradientAt; k++) args[k] = this.arrays[k].byteOffset + row * dim * 4
        args[gradientAt] = address + (i - from) * dim * 4
        this.update(...args)
        if (this.lastSeen) this.lastSeen[row] = step
      }
    })
  }

  /** Moves the rows that this update had no gradient for. */
  moveUnseen(step: number, scalars: readonly number[]): void {
    const { lastSeen, movingSteps } = this
    if (!lastSeen) return
    const [height, dim] = this.table.shape
    // A row that no batch has touched yet has no moments: only weight decay changes it.
    const oldest = movingSteps === Number.POSITIVE_INFINITY ? 0 : Math.max(1, step - movingSteps)
    const { scratch } = this.memory
    const most = Math.floor(scratch.length / dim)
    const gradientAt = this.arrays.length
    const args = [...this.arrays.map(() => 0), scratch.byteOffset, 0, ...scalars]
    const moves = (row: number) => lastSeen[row] >= oldest && lastSeen[row] < step
    let isZero = false
    for (let row = 0; row < height; row++) {
      if (!moves(row)) continue
      const from = row
      while (row + 1 < height && row + 1 - from < most && moves(row + 1)) row++
      if (!isZero) scratch.fill(0, 0, height * dim)
      isZero = true
      for (let k = 0; k < gradientAt; k++) args[k] = this.arrays[k].byteOffset + from * dim * 4
      args[gradientAt + 1] = (row + 1 - from) * dim
      this.update(...args)
    }
  }

  /** The last update that touched each row: with the moments, all that an exact resume needs. Empty where it has no effect. */
  state(): readonly number[] {
    return this.lastSeen && this.remembers ? [...this.lastSeen] : []
  }

  /** @throws RangeError for a state of another table */
  restore(state: readonly number[]): void {
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
