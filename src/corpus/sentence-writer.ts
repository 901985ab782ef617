import { CorpusError } from './corpus-error.js'
import type { OffsetUnit } from './read-options.js'
import { lineOf, type Sentence } from './sentence.js'

export interface WriteOptions {
  /** `jsonl`. `text`: entities as ranges of a text, which is put together from the tokens if there is none. Default: as read. */
  readonly layout?: 'text' | 'tokens'
  /** `jsonl`: unit of offsets, stored in each record. Default: `utf16`. */
  readonly offsets?: OffsetUnit
}

/** Turns sentences into the text of one format, one sentence at a time. */
export interface SentenceWriter {
  /** @throws CorpusError `corpus/inexpressible` if the format cannot hold a sentence at all */
  readonly write: (sentence: Sentence) => string
  /** The text that completes the file, in formats that need one. Nothing is written after it. */
  readonly end?: () => string
  /** What was lost so far. */
  readonly losses: LossLog
}

/** What a format could not keep of some sentences. */
export interface Loss {
  /** Stable name of this kind of loss, such as `columns`. */
  readonly code: string
  readonly what: string
  readonly sentences: number
  /** Line of the source where it happened first. */
  readonly firstLine: number
}

/** Counts what a format could not keep. */
export class LossLog {
  private readonly found = new Map<string, { code: string; sentences: number; firstLine: number }>()

  /** @param what the loss in words; one entry per text */
  add(code: string, what: string, sentence: Sentence): void {
    const known = this.found.get(what)
    if (known) known.sentences++
    else this.found.set(what, { code, sentences: 1, firstLine: lineOf(sentence, 0) })
  }

  list(): Loss[] {
    return [...this.found].map(([what, { code, ...counts }]) => ({ code, what, ...counts }))
  }
}

/** The error for a sentence that a format cannot hold. */
export function inexpressible(sentence: Sentence, token: number, expected: string, got: string): CorpusError {
  return new CorpusError('corpus/inexpressible', {
    where: `line ${lineOf(sentence, Math.max(0, token))} of the source`,
    expected,
    got: JSON.stringify(got.length > 40 ? `${got.slice(0, 40)}…` : got),
    remedy: 'write jsonl, which can hold any token',
  })
}
