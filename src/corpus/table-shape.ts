import type { Sentence } from './sentence.js'
import { PARTLY_LABELED } from './sentence-text.js'
import { inexpressible, type LossLog } from './sentence-writer.js'

/**
 * What the first sentence of a table decides for all: whether there are tags, and which further columns. Columns that a
 * later sentence has beyond them are dropped, and those that it lacks are written as `_`. Both are losses.
 */
export class TableShape {
  readonly labeled: boolean
  readonly names: readonly string[]

  constructor(
    first: Sentence,
    private readonly losses: LossLog,
  ) {
    this.labeled = first.tags.length > 0
    this.names = Object.keys(first.columns ?? {})
  }

  /**
   * The further columns of one sentence, each as long as the sentence.
   * @throws CorpusError if it has tags and the first one has none, or the reverse
   */
  columnsOf(sentence: Sentence): readonly (readonly string[])[] {
    const { tokens, tags, annotated, columns = {}, text } = sentence
    if (tags.length > 0 !== this.labeled)
      throw inexpressible(sentence, 0, 'sentences that all have tags, or none', tokens.join(' '))
    if (annotated) this.losses.add(...PARTLY_LABELED, sentence)
    if (text !== undefined) this.losses.add('text', 'the text between tokens', sentence)
    const name = (each: string) => `column ${JSON.stringify(each)}`
    for (const each of Object.keys(columns))
      if (!this.names.includes(each))
        this.losses.add('columns', `${name(each)}, which the first sentence does not have`, sentence)
    return this.names.map(each => {
      if (Object.hasOwn(columns, each)) return columns[each]
      this.losses.add('missing-column', `${name(each)}, which is missing and written as _`, sentence)
      return tokens.map(() => '_')
    })
  }
}
