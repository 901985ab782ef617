import type { Scores } from '../../evaluate/scores.js'
import type { Figure } from '../charts/figure-data.js'
import type { Plotting } from '../charts/plotting.js'
import type { Html } from '../html.js'
import type { ReportData } from '../report-data.js'

/** What sections are made from. */
interface SectionInput {
  readonly data: ReportData
  readonly plotting: Plotting
  readonly colorOf: (type: string) => string
  /** Types, those with most gold entities first. */
  readonly types: readonly string[]
}

/** A part of the report that folds. */
export interface Section {
  readonly id: string
  readonly title: string
  /** What it says, in a line that is read while it is closed. */
  readonly finding: string
  readonly body: Html
  /** Whether it is open at first. */
  readonly isOpen?: boolean
  /** Its charts, in the order of the page. */
  readonly figures?: readonly Figure[]
}

/** Makes a section, or nothing if the data has nothing for it. */
export type MakeSection = (input: SectionInput) => Section | undefined

/** Types in the order of charts and colors: those with most gold entities first. */
export function typesByCount({ exact }: Scores): string[] {
  return Object.entries(exact.types)
    .sort(([, a], [, b]) => b.gold - a.gold)
    .map(([type]) => type)
}
