/** A chart as the report shows it: picture, description and the numbers behind it. */
export interface Figure {
  /** Can be an element's id. */
  readonly id: string
  readonly title: string
  /** What is drawn and what it says, in a sentence or two. */
  readonly description: string
  readonly svg: string
  readonly table: FigureTable
  /** What the colors and signs mean, if there is more than one. */
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
