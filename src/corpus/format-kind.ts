import { option, say } from '../base/fault.js'
import type { Format } from '../base/format-names.js'
import { CorpusError } from './corpus-error.js'
import type { HeadOfFile } from './head-of-file.js'
import type { ReadContext } from './read-context.js'
import type { ReadOptions } from './read-options.js'
import type { Sentence } from './sentence.js'
import type { SentenceWriter, WriteOptions } from './sentence-writer.js'
import type { LineBlock, LinePart } from './split-lines.js'

/** Options of reading that only some formats use. */
export const FORMAT_OPTIONS = [
  'tagColumn',
  'tokenColumn',
  'sentenceColumn',
  'delimiter',
  'offsets',
  'labels',
] as const

/** What a format of text is: how it is called, recognized, read and written. One per folder. */
export interface FormatKind {
  /** What messages call it, with its article: `a Label Studio export`. */
  readonly title: string
  /** Ends of file names that decide for it, in lower case, without the dot. */
  readonly extensions: readonly string[]
  /** The wider format that its files are also in: they have that one's names, and their content decides. */
  readonly within?: Format
  /** Whether the first lines of a file, which has any, show this format. */
  readonly fits: (head: HeadOfFile) => boolean
  /** Those of `FORMAT_OPTIONS` that have an effect. */
  readonly options: readonly (typeof FORMAT_OPTIONS)[number][]
  /** How the names of written files end, without the dot. Default: the first of `extensions`. */
  readonly ending?: string
  /** Options of writing that have an effect. */
  readonly writeOptions?: readonly (keyof WriteOptions)[]
  /** @param blocks lines with their CR, in blocks */
  readonly read: (
    blocks: AsyncIterable<LineBlock | LinePart>,
    options: ReadOptions,
    context: ReadContext,
  ) => AsyncGenerator<Sentence>
  /** Whether what it writes has the further fields of records. */
  readonly keepsFields?: boolean
  /** Absent if it is only read, or if `bytes` writes it. */
  readonly write?: (options: WriteOptions) => SentenceWriter
  /** How a format of bytes is recognized, read and written. Nothing else then reads or writes it. */
  readonly bytes?: ByteForm
}

/** A file of bytes, of which any part can be read. */
export interface ByteSource {
  /** In bytes. */
  readonly size: number
  /** Bytes from `start` up to, but without, `end`, at most to the end of the file. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>
}

export interface ByteForm {
  /** Whether the first bytes of a file, up to `FIRST_BYTES`, show this format. */
  readonly fits: (first: Uint8Array) => boolean | Promise<boolean>
  readonly read: (source: ByteSource, options: ReadOptions, context: ReadContext) => AsyncGenerator<Sentence>
  readonly write?: (options: WriteOptions) => Promise<ByteWriter>
}

/** So many bytes of a file are enough to recognize its format. */
export const FIRST_BYTES = 4096

/** Turns sentences into the bytes of one format. */
export interface ByteWriter extends Pick<SentenceWriter, 'losses'> {
  /** @returns the bytes that are ready; they may be those of earlier sentences */
  readonly write: (sentence: Sentence) => Uint8Array | Promise<Uint8Array>
  /** The bytes that complete the file. */
  readonly end: () => Uint8Array | Promise<Uint8Array>
}

/** A format of bytes for the table of formats. */
export function byteFormat(
  kind: Omit<FormatKind, 'fits' | 'read' | 'write'> & { readonly bytes: ByteForm },
): FormatKind {
  return {
    ...kind,
    fits: () => false,
    read: (_blocks, _options, context) => {
      throw new CorpusError('corpus/format', {
        code: 'not-bytes',
        where: context.at(),
        expected: `${kind.title}, which is not text`,
        got: 'text',
        remedy: say`leave out ${option('format')}`,
      })
    },
  }
}
