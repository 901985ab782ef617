import type { FilePlace } from '../../base/fault.js'
import type { Scheme } from '../../tags/scheme.js'
import type { TokenSpan } from '../../tags/span.js'
import type { Offsets, Sentence } from '../sentence.js'
import type { FindingKind, FindingLog } from './finding.js'

/**
 * A sentence on its way through the checks, with what several of them need. Its tokens are cut where an entity begins or
 * ends inside one, so that its spans are exact.
 */
export interface CheckedSentence {
  readonly tokens: readonly string[]
  readonly tags: readonly string[]
  readonly text: string | undefined
  readonly offsets: readonly Offsets[] | undefined
  /** The same as a sentence. */
  readonly exact: Sentence
  /** Index of its file. */
  readonly file: number
  /** The sentence as it was read. */
  readonly source: Sentence
  /** Its entities, read as conlleval reads them. */
  readonly spans: readonly TokenSpan[]
  /** A number for each token, from 0; the same for the same token. */
  readonly words: readonly number[]
  /** Where a token is. Default: the first. */
  readonly at: (token?: number) => FilePlace
}

export interface FileSummary {
  readonly file: string
  readonly sentences: number
  readonly tokens: number
  readonly entities: number
  /** `null` if the file has no entities. */
  readonly scheme: Scheme | null
  readonly illFormed: number
}

/** One check of one corpus. It keeps no sentences. */
export interface Check {
  add?(sentence: CheckedSentence): void
  /** Called after the last sentence of a file, unless the file could not be read to its end. */
  endFile?(summary: FileSummary, file: number): void
  /** Called after the last file. */
  end?(): void
}

export interface CheckContext {
  /** The training file first. */
  readonly files: readonly string[]
  readonly log: FindingLog
}

/** One entry of the table of checks. */
export interface CheckKind {
  /** Everything that it can find. */
  readonly finds: readonly FindingKind[]
  readonly create: (context: CheckContext) => Check
}
