import { type Fault, InputError } from '../base/errors.js'

/**
 * A corpus at fault. Codes: `corpus/file`, `corpus/encoding`, `corpus/format`, `corpus/rows`, `corpus/empty`,
 * `corpus/options`, `corpus/inexpressible`, `corpus/exists`, `corpus/unlabeled`.
 */
export class CorpusError extends InputError {
  override readonly name = 'CorpusError'
}

/** Where readers leave faults of single rows; they carry on to the end, so that all are told at once. */
export interface FaultSink {
  readonly add: (fault: Fault) => void
}

/** How many faults are told in full. */
const SHOWN = 10

/** Collects the faults of one source: the first ten in full, the rest as a count. */
export class FaultCollector implements FaultSink {
  private readonly first: Fault[] = []
  private total = 0

  constructor(private readonly source: string) {}

  get count(): number {
    return this.total
  }

  add(fault: Fault): void {
    this.total++
    if (this.first.length < SHOWN) this.first.push(fault)
  }

  /** @throws CorpusError `corpus/rows` if there was any */
  throwIfAny(): void {
    if (this.total === 0) return
    const more = this.total - this.first.length
    const rest: Fault = {
      where: this.source,
      expected: 'rows without faults',
      got: `${more} more like these (${this.total} in all)`,
      remedy: '`nerite corpus check` lists them by kind',
    }
    throw new CorpusError('corpus/rows', more > 0 ? [...this.first, rest] : this.first)
  }
}
