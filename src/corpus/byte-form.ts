import type { ReadContext } from './read-context.js'
import type { ReadOptions } from './read-options.js'
import type { Sentence } from './sentence.js'
import type { SentenceWriter, WriteOptions } from './sentence-writer.js'

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
