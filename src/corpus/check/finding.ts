import type { Fault } from '../../base/errors.js'
import { formatFault, formatPlace } from '../../base/fault.js'

export type Severity = 'error' | 'warning' | 'info'

/** Where something was seen, and what. */
export interface Example {
  /** `file:line`, or a file alone. */
  readonly where: string
  readonly text: string
}

/** One kind of oddity in a corpus. */
export interface Finding {
  readonly severity: Severity
  /** Stable name, such as `ill-formed-tags`. */
  readonly code: string
  /** What it is, as a sentence about all cases. */
  readonly message: string
  readonly count: number
  /** The first few cases. */
  readonly examples: readonly Example[]
  /** What to do about it. */
  readonly remedy: string
}

/** What a finding says beside its cases. */
export type FindingKind = Pick<Finding, 'severity' | 'code' | 'message' | 'remedy'>

const SHOWN = 5

/** Gathers cases under their kinds, in order of first appearance. */
export class FindingLog {
  private readonly found = new Map<string, { kind: FindingKind; count: number; examples: Example[] }>()

  /** A fault as a case. */
  addFault(kind: FindingKind, fault: Fault): void {
    const where = formatPlace(fault.where)
    this.addWhole(kind, where, formatFault(fault).slice(where.length + 2))
  }

  /** A case whose text is told to its end, since what to do stands there. */
  addWhole(kind: FindingKind, where: string, text: string): void {
    this.addCase(kind, where, text, 1)
  }

  /** @param times how many cases this one stands for */
  add(kind: FindingKind, where: string, text: string, times = 1): void {
    this.addCase(kind, where, text.length > 100 ? `${text.slice(0, 100)}…` : text, times)
  }

  private addCase(kind: FindingKind, where: string, text: string, times: number): void {
    let entry = this.found.get(kind.code)
    if (entry === undefined) {
      entry = { kind, count: 0, examples: [] }
      this.found.set(kind.code, entry)
    }
    entry.count += times
    if (entry.examples.length < SHOWN) entry.examples.push({ where, text })
  }

  /** Errors first, then warnings, then the rest. */
  list(): Finding[] {
    const order: readonly Severity[] = ['error', 'warning', 'info']
    return [...this.found.values()]
      .map(({ kind, count, examples }) => ({ ...kind, count, examples }))
      .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
  }
}
