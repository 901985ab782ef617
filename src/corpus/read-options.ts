import { type Fault, type Message, type Note, option, say } from '../base/fault.js'
import type { Format } from '../base/format-names.js'
import type { Encoding } from './decode.js'

/** A column by its header, or by its number from 1 (from the right if negative: −1 is the last). */
export type ColumnChoice = number | string

/** How to read a corpus. What is not set is guessed from the file. */
export interface ReadOptions {
  readonly format?: Format
  /** Default: UTF-8, or Windows-1252 for a file that is clearly in a one-byte Western encoding (with a note). */
  readonly encoding?: Encoding
  /**
   * `conll` and `csv`. Default: the last column, or the one with a header such as `Tag`. `'none'` reads only the words,
   * in every format.
   */
  readonly tagColumn?: ColumnChoice
  /** `conll` and `csv`. Default: the first column (after token numbers), or the one with a header such as `Word`. */
  readonly tokenColumn?: ColumnChoice
  /** `csv`. Default: the column with a header such as `Sentence #`. */
  readonly sentenceColumn?: ColumnChoice
  /** The field separator: one character for `csv` (`,` `;` tab), `tab` or `space` for `conll`. Default: guessed. */
  readonly delimiter?: string
  /** Whether further columns are kept in `Sentence.columns`. Default: true. */
  readonly columns?: boolean
  /**
   * `jsonl` and tables of sentences. Whether what a record has besides its text and labels (`id`, `meta` …) is kept in
   * `Sentence.fields`. Default: false.
   */
  readonly fields?: boolean
  /**
   * Unit of the offsets in `jsonl` records that do not name one. Default: what the record itself decides (see
   * `offsetUnit`); a record that could be read in two ways is refused.
   */
  readonly offsets?: ReadingUnit
  /** Names of the tags, in the order of their numbers, for `parquet` and `arrow` files that hold only the numbers. */
  readonly labels?: readonly string[]
  /**
   * `own`: the corpus is read as running text in the tokens that a tagger finds in it, whatever tokens it has; see
   * `inOwnTokens`. Default: `given`, its own tokens if it has any.
   */
  readonly tokens?: 'given' | 'own'
  /** Whether the caller needs tags: no message then suggests to read only the words. Default: false. */
  readonly needsTags?: boolean
  /** Receives faults of single rows; the row or record is skipped and reading continues. Default: they are thrown. */
  readonly onFault?: (fault: Fault) => void
  /** Receives what was guessed or left out. */
  readonly onNote?: (note: Note) => void
}

/** Reading as a configuration says it: `auto` and `null` leave it to the file. */
export interface ReadSettings {
  readonly format: Format | 'auto'
  readonly encoding: Encoding | 'auto'
  readonly tokenColumn: ColumnChoice | null
  readonly tagColumn: ColumnChoice | null
  readonly offsets: ReadingUnit | 'auto'
  readonly labels: readonly string[] | null
  readonly tokens: 'given' | 'own'
}

/**
 * The options that settings stand for.
 * @param own what is said of one file: `null` is what the settings say of all
 */
export function readOptions(
  settings: ReadSettings,
  own: { readonly [Key in keyof Omit<ReadSettings, 'tokens'>]?: ReadSettings[Key] | null } = {},
): Pick<ReadOptions, keyof ReadSettings> {
  const format = own.format ?? settings.format
  const encoding = own.encoding ?? settings.encoding
  const tokenColumn = own.tokenColumn ?? settings.tokenColumn
  const tagColumn = own.tagColumn ?? settings.tagColumn
  const offsets = own.offsets ?? settings.offsets
  const labels = own.labels ?? settings.labels
  return {
    ...(format !== 'auto' && { format }),
    ...(encoding !== 'auto' && { encoding }),
    ...(tokenColumn !== null && { tokenColumn }),
    ...(tagColumn !== null && { tagColumn }),
    ...(offsets !== 'auto' && { offsets }),
    ...(labels !== null && { labels }),
    ...(settings.tokens === 'own' && { tokens: settings.tokens }),
  }
}

export type OffsetUnit = 'utf16' | 'codepoint'

/** Units that are read; bytes are those of UTF-8. */
export type ReadingUnit = OffsetUnit | 'byte'

/** What to do when the tag column is not the right one. */
export function tagColumnAdvice({ needsTags = false }: ReadOptions): Message {
  const choose = say`choose the column of tags with ${option('tagColumn')}`
  return needsTags ? choose : say`${choose}, or read only the words with ${option('tagColumn', 'none')}`
}
