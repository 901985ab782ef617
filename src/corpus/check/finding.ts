import type { Message, Place } from '../../base/fault.js'

export type Severity = 'error' | 'warning' | 'info'

/** Something that a check can find: what it says besides its cases. */
export interface FindingKind {
  /** Stable name, such as `ill-formed-tags`. */
  readonly code: string
  readonly severity: Severity
  /** What it is, as a sentence about all cases. */
  readonly message: Message
  /** What to do about it. */
  readonly remedy: Message
}

/** Where something was seen, and what. */
export interface Example {
  readonly where: Place
  readonly text: Message
}

/** One kind of problem in a corpus, with its cases. */
export interface Finding extends FindingKind {
  readonly count: number
  /** How many things of this kind were looked at, where a share of them says more than a number. */
  readonly total?: number
  /** The first few cases. */
  readonly examples: readonly Example[]
}

/** How many cases of a kind are shown. */
const SHOWN = 5
const ORDER: readonly Severity[] = ['error', 'warning', 'info']

export interface FindingOptions {
  /** How many cases this one stands for. Default: 1. */
  readonly times?: number
  /** Of how many. The totals of all cases with one are added. */
  readonly total?: number
  /** The finding has the highest severity of its cases. */
  readonly severity?: Severity
  /** What the first case of a kind changes of the kind. */
  readonly message?: Message
  readonly remedy?: Message
}

interface Entry {
  kind: FindingKind
  count: number
  total: number | undefined
  readonly examples: Example[]
}

/** Collects cases under their kinds. */
export class FindingLog {
  private readonly found = new Map<string, Entry>()

  /** @param text shortened to 100 characters */
  add(kind: FindingKind, where: Place, text: string, options?: FindingOptions): void {
    this.addWhole(kind, where, shortened(text), options)
  }

  addWhole(kind: FindingKind, where: Place, text: Message, options: FindingOptions = {}): void {
    const { times = 1, total, ...own } = options
    let entry = this.found.get(kind.code)
    if (entry === undefined) {
      entry = { kind: { ...kind, ...own }, count: 0, total: undefined, examples: [] }
      this.found.set(kind.code, entry)
    }
    const { severity } = own
    if (severity !== undefined && ORDER.indexOf(severity) < ORDER.indexOf(entry.kind.severity))
      entry.kind = { ...entry.kind, severity }
    entry.count += times
    if (total !== undefined) entry.total = (entry.total ?? 0) + total
    if (entry.examples.length < SHOWN) entry.examples.push({ where, text })
  }

  /** Adds to the total of a kind, if any case of it was found. */
  addTotal({ code }: FindingKind, total: number): void {
    const entry = this.found.get(code)
    if (entry) entry.total = (entry.total ?? 0) + total
  }

  /** Errors first, then warnings, then the rest; within these, in the order of the kinds. */
  list(kinds: readonly FindingKind[]): Finding[] {
    const rank = new Map(kinds.map(({ code }, i) => [code, i]))
    return [...this.found.values()]
      .map(({ kind, count, total, examples }) => ({
        ...kind,
        count,
        ...(total !== undefined && { total }),
        examples,
      }))
      .sort(
        (a, b) =>
          ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) ||
          (rank.get(a.code) ?? 0) - (rank.get(b.code) ?? 0),
      )
  }
}

/** At most 100 characters of a text. */
export function shortened(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}

export function error(code: string, message: Message, remedy: Message): FindingKind {
  return { code, severity: 'error', message, remedy }
}

export function warning(code: string, message: Message, remedy: Message): FindingKind {
  return { code, severity: 'warning', message, remedy }
}

export function info(code: string, message: Message, remedy: Message): FindingKind {
  return { code, severity: 'info', message, remedy }
}

/** `5 of 40 sentences (12.5%)` */
export function share(count: number, total: number, noun: string): string {
  const number = (value: number) => value.toLocaleString('en-US')
  const percent = (100 * count) / total
  const shown = count > 0 && percent < 0.05 ? 'under 0.1' : percent.toFixed(1)
  return `${number(count)} of ${number(total)} ${noun} (${shown}%)`
}
