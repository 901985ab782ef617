import type { Fault } from '../base/errors.js'
import type { Encoding } from './decode.js'
import type { Format } from './format.js'

/** A column by its header name, or by number from 1 (from the right where negative: −1 is the last). */
export type ColumnChoice = number | string

/** How to read a corpus; everything has a default that is guessed where the file is unambiguous. */
export interface ReadOptions {
  readonly format?: Format
  /** Default: UTF-8, or Windows-1252 where the file is plainly in a one-byte Western encoding (told in `onNote`). */
  readonly encoding?: Encoding
  /**
   * `conll` and `csv`. Default: the last column, or the one whose header says so. `'none'` reads words only, in every
   * format: entities then cut no token either.
   */
  readonly tagColumn?: ColumnChoice
  /** `conll` and `csv`. Default: the first column (after running numbers), or the one whose header says so. */
  readonly tokenColumn?: ColumnChoice
  /** `csv`. Default: the one whose header says so. */
  readonly sentenceColumn?: ColumnChoice
  /** One field separator for `csv` (`,` `;` tab), or `tab` or `space` for `conll`. Default: guessed. */
  readonly delimiter?: string
  /** Whether further columns are kept in `Sentence.columns`. Default: true. */
  readonly columns?: boolean
  /** Unit of the offsets in `jsonl` records that do not say themselves. Default: `utf16`. */
  readonly offsets?: OffsetUnit
  /** Takes over faults of single rows: the row or record is left out and reading goes on. Default: they are thrown. */
  readonly onFault?: (fault: Fault) => void
  /** Told what was guessed or left aside, one sentence each. */
  readonly onNote?: (note: string) => void
}

export type OffsetUnit = 'utf16' | 'codepoint'

/** What a format's reader gets beside its lines. */
export interface ReadContext {
  /** The file's name, for messages. */
  readonly source: string
  readonly fault: (fault: Fault) => void
  readonly note: (note: string) => void
}
