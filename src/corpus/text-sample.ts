import { TextCollector } from './running-text.js'
import type { Sentence } from './sentence.js'

interface SampledText {
  readonly index: number
  readonly sentences: readonly Sentence[]
  readonly tokens: number
}

/** Tokens of a sample; more hardly change a share. */
const ENOUGH = 100_000

/**
 * Texts of a corpus (see `runningTexts`), spread evenly over it: all of a small one, every second, fourth, eighth … of a
 * larger one. The same corpus always gives the same sample.
 */
export class TextSample {
  private readonly collector = new TextCollector()
  private kept: readonly SampledText[] = []
  private tokens = 0
  private every = 1
  private seen = 0
  /** Of the whole corpus. */
  sentences = 0

  /** @param enough no text is left out up to so many tokens */
  constructor(private readonly enough = ENOUGH) {}

  add(sentence: Sentence): void {
    this.sentences++
    this.keep(this.collector.add(sentence))
  }

  /** The sentences of each text. Call it after the last sentence. */
  texts(): (readonly Sentence[])[] {
    this.keep(this.collector.take())
    return this.kept.map(({ sentences }) => sentences)
  }

  private keep(sentences: readonly Sentence[] | undefined): void {
    if (sentences === undefined) return
    const index = this.seen++
    if (index % this.every !== 0) return
    const tokens = sentences.reduce((sum, each) => sum + each.tokens.length, 0)
    this.kept = [...this.kept, { index, sentences, tokens }]
    this.tokens += tokens
    while (this.tokens > this.enough && this.kept.length > 1) {
      this.every *= 2
      this.kept = this.kept.filter(text => text.index % this.every === 0)
      this.tokens = this.kept.reduce((sum, text) => sum + text.tokens, 0)
    }
  }
}
