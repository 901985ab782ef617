/** Labeled sentences with their places in the text of a whole file. */
import type { Sentence } from '../corpus/sentence.js'
import type { TokenSpan } from '../tags/span.js'
import { checkScorable } from './check-scorable.js'
import { type VisibleText, visibleText } from './visible-text.js'

/** The sentences of one file, and how their tags are read. */
export interface LabelSource {
  readonly path: string
  readonly sentences: AsyncIterable<Sentence>
  readonly read: (tags: readonly string[]) => readonly TokenSpan[]
}

/** A sentence and its place among the visible characters of the whole file. */
export interface PlacedText extends VisibleText {
  readonly sentence: Sentence
  /** From 1. */
  readonly number: number
  readonly start: number
  readonly end: number
}

/** Reads a file's sentences and counts their visible characters. */
export class TextReader {
  readonly path: string
  /** The last sentence that was read. */
  last: PlacedText | undefined
  private readonly sentences: AsyncIterator<Sentence>

  constructor(private readonly source: LabelSource) {
    this.path = source.path
    this.sentences = source.sentences[Symbol.asyncIterator]()
  }

  /** Visible characters so far. */
  get end(): number {
    return this.last?.end ?? 0
  }

  async next(): Promise<PlacedText | undefined> {
    const { done, value: sentence } = await this.sentences.next()
    if (done) return undefined
    const { path, read } = this.source
    checkScorable(path, sentence)
    const visible = visibleText(sentence, read, path)
    const start = this.end
    const number = (this.last?.number ?? 0) + 1
    this.last = { ...visible, sentence, number, start, end: start + visible.text.length }
    return this.last
  }

  async close(): Promise<void> {
    await this.sentences.return?.()
  }
}
