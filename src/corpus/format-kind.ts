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
  /** Whether it is a format of bytes, which `BYTE_FORMS` reads, and perhaps writes. */
  readonly bytes?: 'read' | 'written'
  /** Whether a corpus is a folder of files, which `createTarget` writes. */
  readonly isFolder?: boolean
}

/** A format of bytes for the table of formats. */
export function byteFormat(kind: Omit<FormatKind, 'fits' | 'read' | 'write'>): FormatKind {
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
