import type { OffsetUnit } from './read-options.js'
import { lineOf, type Sentence } from './sentence.js'

export interface WriteOptions {
  /** `jsonl`. `text`: ranges on text, put together from the tokens where there is none. Default: as it came. */
  readonly layout?: 'text' | 'tokens'
  /** `jsonl`: unit of offsets; stored in each record. Default: `utf16`. */
  readonly offsets?: OffsetUnit
}

/** Turns sentences into one format's text, piece by piece. */
export interface SentenceWriter {
  /** @throws CorpusError `corpus/inexpressible` where the format cannot hold a sentence at all */
  readonly write: (sentence: Sentence) => string
  /** What was left out so far. */
  readonly losses: LossLog
}

/** What a format left out of some sentences. */
export interface Loss {
  readonly what: string
  readonly sentences: number
  /** Line of the source where it happened first. */
  readonly firstLine: number
}

/** Counts what a target format cannot hold, for the user to be told. */
export class LossLog {
  private readonly found = new Map<string, { sentences: number; firstLine: number }>()

  add(what: string, sentence: Sentence): void {
    const known = this.found.get(what)
    if (known) known.sentences++
    else this.found.set(what, { sentences: 1, firstLine: lineOf(sentence, 0) })
  }

  list(): Loss[] {
    return [...this.found].map(([what, counts]) => ({ what, ...counts }))
  }
}
