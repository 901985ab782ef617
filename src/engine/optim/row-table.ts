import type { Parameter, ParameterStore, RowGradient } from './parameter-store.js'
import type { IdleRows, UpdateRule } from './update-rules.js'
import type { Kernel, Kernels } from './wasm-kernels.js'

/** What is left of a moment below this share of itself no longer moves a float32 value. */
const NEGLIGIBLE = 1e-7

/** One update of a table: which, and with which numbers. */
export interface TableUpdate {
  /** Counted from 1. */
  readonly step: number
  /** Multiplies every gradient. */
  readonly scale: number
  /** The kernel's scalars after `scale`. */
  readonly scalars: readonly number[]
}

export interface IdleRules {
  readonly idleRows: IdleRows
  /** Weight decay holds for the table: then every row moves at every update, unless idle rows rest. */
  readonly decaysWeights: boolean
}

/**
 * A row-sparse table under an optimizer. A batch brings gradients for few of its rows. Unless they rest, the others have
 * a gradient of zero, which still moves them by what their moments hold, exactly as PyTorch's and TensorFlow's
 * optimizers do with a dense gradient: with Adam, a word that is seen once goes ten times as far as in the one update
 * that touches it. A row moves on for as many updates as its moment can be told from zero (153 with β1 = 0.9); after
 * that only its second moment decays, which is made up for when the row is next touched.
 */
export class RowTable {
  /** By row: the update that last had a gradient for it; 0 for none. Absent where idle rows stay as they are. */
  private readonly touched: Float64Array | undefined
  /** By row: the call that last named it, to catch a row given twice. */
  private readonly named: Float64Array
  private readonly update: Kernel
  private readonly arrays: readonly Float32Array[]
  /** Updates after which a row no longer moves by itself. */
  private readonly rest: number

  /** @throws RangeError where the table lacks one of the rule's moments */
  constructor(
    private readonly table: Parameter,
    private readonly store: ParameterStore,
    private readonly rule: UpdateRule,
    private readonly kernels: Kernels,
    { idleRows, decaysWeights }: IdleRules,
  ) {
    this.named = new Float64Array(table.shape[0])
    this.update = kernels.elementwise[rule.kernel]
    this.arrays = [table.value, ...rule.moments.map(slot => slotOf(table, slot))]
    const { moment1 = 0, moment2 } = rule.decays
    const rest = moment1 > 0 ? Math.ceil(Math.log(NEGLIGIBLE) / Math.log(moment1)) : 0
    this.rest = decaysWeights ? Number.POSITIVE_INFINITY : rest
    const isMoved = decaysWeights || rest > 0 || moment2 !== undefined
    this.touched = idleRows === 'move' && isMoved ? new Float64Array(table.shape[0]) : undefined
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
      if (this.named[row] === call) throw new RangeError(`${name}: row ${row} is given twice`)
      this.named[row] = call
    }
  }

  sumOfSquares(rows: RowGradient): number {
    const dim = this.table.shape[1]
    let sum = 0
    this.inMemory(rows, (address, from, to) => {
      sum += this.kernels.sumOfSquares(address, (to - from) * dim)
    })
    return sum
  }

  /** Updates the rows that have a gradient. */
  step(rows: RowGradient, { step, scale, scalars }: TableUpdate): void {
    const dim = this.table.shape[1]
    const gradientAt = this.arrays.length
    // One array of arguments, rewritten for each row: addresses, gradient, count, scalars.
    const args = [...this.arrays.map(() => 0), 0, dim, scale, ...scalars]
    this.inMemory(rows, (address, from, to) => {
      for (let i = from; i < to; i++) {
        const row = rows.rows[i]
        this.wake(row, step)
        for (let k = 0; k < gradientAt; k++) args[k] = this.arrays[k].byteOffset + row * dim * 4
        args[gradientAt] = address + (i - from) * dim * 4
        this.update(...args)
        if (this.touched) this.touched[row] = step
      }
    })
  }

  /** Moves on the rows that this update had no gradient for. */
  coast({ step, scale, scalars }: TableUpdate): void {
    const { touched, rest } = this
    if (!touched) return
    const [height, dim] = this.table.shape
    // A row that no batch has touched yet has nothing to move by, but weight decay.
    const oldest = rest === Number.POSITIVE_INFINITY ? 0 : Math.max(1, step - rest)
    const { scratch } = this.store
    const most = Math.floor(scratch.length / dim)
    const gradientAt = this.arrays.length
    const args = [...this.arrays.map(() => 0), scratch.byteOffset, 0, scale, ...scalars]
    const moves = (row: number) => touched[row] >= oldest && touched[row] < step
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

  /** Which update last touched each row: with the moments all it takes to go on exactly. Empty where it makes no difference. */
  state(): readonly number[] {
    return this.touched && this.remembers ? [...this.touched] : []
  }

  /**
   * @param state absent: every row counts as touched by the last update; a moment of zero moves none
   * @param step updates taken so far
   * @throws RangeError for a state of another table
   */
  restore(state: readonly number[] | undefined, step: number): void {
    if (!this.touched || !this.remembers) return
    if (state === undefined) this.touched.fill(step)
    else if (state.length === this.touched.length) this.touched.set(state)
    else throw new RangeError(`${this.table.name}: state of ${state.length} rows, not ${this.touched.length}`)
  }

  /** Whether what an update does to a row depends on when the row was last touched: where each moves anyway, it doesn't. */
  private get remembers(): boolean {
    return this.rest !== Number.POSITIVE_INFINITY
  }

  /** Lets a row's second moment decay for the updates it was not moved in. */
  private wake(row: number, step: number): void {
    const { moment2 } = this.rule.decays
    if (!this.touched || !this.remembers || moment2 === undefined || this.touched[row] === 0) return
    const missed = step - 1 - this.touched[row] - this.rest
    if (missed <= 0) return
    const dim = this.table.shape[1]
    const at = slotOf(this.table, 'moment2').byteOffset + row * dim * 4
    this.kernels.elementwise.scale(at, dim, moment2 ** missed)
  }

  /** Brings packed gradient rows into the store's memory, as many at a time as the scratch room holds. */
  private inMemory(
    { rows, gradient }: RowGradient,
    work: (address: number, from: number, to: number) => void,
  ): void {
    const dim = this.table.shape[1]
    const { scratch } = this.store
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

function slotOf(table: Parameter, slot: UpdateRule['moments'][number]): Float32Array {
  const view = table.slots[slot]
  if (!view) throw new RangeError(`${table.name} lacks the slot ${slot}`)
  return view
}
