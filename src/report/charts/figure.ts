/** A chart as the report shows it: picture, description and the numbers behind it. */
export interface Figure {
  /** Fit for an element's id. */
  readonly id: string
  readonly title: string
  /** What is drawn and what it says, in a sentence or two. */
  readonly description: string
  readonly svg: string
  readonly table: FigureTable
  /** What the colors and signs mean, where there is more than one. */
  readonly legend?: readonly LegendEntry[]
}

export interface FigureTable {
  readonly header: readonly string[]
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly string[])[]
  /** What the table leaves out. */
  readonly note?: string
}

export interface LegendEntry {
  readonly label: string
  /** A CSS color. */
  readonly color: string
  /** The sign that says the same without color. */
  readonly sign: Sign
}

export type Sign = 'circle' | 'square' | 'triangle' | 'line' | 'dashed'

export const SERIES = {
  precision: { label: 'precision', color: 'var(--c0)', sign: 'triangle' },
  recall: { label: 'recall', color: 'var(--c1)', sign: 'square' },
  f1: { label: 'F1', color: 'var(--c2)', sign: 'circle' },
} as const satisfies Readonly<Record<string, LegendEntry>>

export type Measure = keyof typeof SERIES
export const MEASURES: readonly Measure[] = ['precision', 'recall', 'f1']
export const MEASURE_LEGEND: readonly LegendEntry[] = MEASURES.map(measure => SERIES[measure])

/** Types and labels in charts: longer ones are cut there and whole in the table. */
export const LABEL = 18

/** A fraction with three decimals, `–` where undefined. */
export function three(value: number | null): string {
  return value === null ? '–' : value.toFixed(3)
}
