import type { Message, Place } from '../../base/fault.js'
import { FINDINGS, type FindingCode, type FindingKind, type Severity } from './finding-kinds.js'

/** Where something was seen, and what. */
export interface Example {
  readonly where: Place
  readonly text: Message
}

/** One kind of problem in a corpus, with its cases. */
export interface Finding extends FindingKind {
  /** Stable name, such as `ill-formed-tags`. */
  readonly code: FindingCode
  readonly count: number
  /** The first few cases. */
  readonly examples: readonly Example[]
}

const SHOWN = 5
const ORDER: readonly Severity[] = ['error', 'warning', 'info']

interface FindingOptions extends Partial<FindingKind> {
  /** How many cases this one stands for. Default: 1. */
  readonly times?: number
}

/** Collects cases under their kinds, in order of first appearance. */
export class FindingLog {
  private readonly found = new Map<FindingCode, { kind: FindingKind; count: number; examples: Example[] }>()

  /**
   * @param text shortened to 100 characters
   * @param options what the first case of this kind changes of the kind
   */
  add(code: FindingCode, where: Place, text: string, options?: FindingOptions): void {
    this.addWhole(code, where, text.length > 100 ? `${text.slice(0, 100)}…` : text, options)
  }

  addWhole(code: FindingCode, where: Place, text: Message, { times = 1, ...own }: FindingOptions = {}): void {
    let entry = this.found.get(code)
    if (entry === undefined) {
      entry = { kind: { ...FINDINGS[code], ...own }, count: 0, examples: [] }
      this.found.set(code, entry)
    }
    entry.count += times
    if (entry.examples.length < SHOWN) entry.examples.push({ where, text })
  }

  /** Errors first, then warnings, then the rest. */
  list(): Finding[] {
    return [...this.found]
      .map(([code, { kind, count, examples }]) => ({ code, ...kind, count, examples }))
      .sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
  }
}
