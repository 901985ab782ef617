import type { Plotting } from '../charts/plotting.js'
import type { Html } from '../html.js'
import type { ReportData } from '../report-data.js'

/** What sections are made from. */
export interface SectionInput {
  readonly data: ReportData
  readonly plotting: Plotting
  readonly colorOf: (type: string) => string
  /** Types, those with most gold entities first. */
  readonly types: readonly string[]
}

/** A part of the report with a heading and a place in its menu. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly body: Html
}

/** Makes a section, or nothing where the data has nothing for it. */
export type MakeSection = (input: SectionInput) => Section | undefined
