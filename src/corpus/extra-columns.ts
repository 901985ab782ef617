import type { Sentence } from './sentence.js'
import type { LossLog } from './write-options.js'

const NONE: Readonly<Record<string, readonly string[]>> = Object.freeze({})

/**
 * The further columns of a table, fixed by its first sentence. What a later one has beyond them is left out, what it
 * lacks is written as `_`; both are noted.
 */
export class ExtraColumns {
  constructor(
    readonly names: readonly string[],
    private readonly losses: LossLog,
  ) {}

  static of(first: Sentence, losses: LossLog): ExtraColumns {
    return new ExtraColumns(Object.keys(first.columns ?? NONE), losses)
  }

  /** The values of one sentence: a list of columns, each as long as the sentence. */
  of(sentence: Sentence): readonly (readonly string[])[] {
    const columns = sentence.columns ?? NONE
    for (const name of Object.keys(columns))
      if (!this.names.includes(name))
        this.losses.add(
          `column ${JSON.stringify(name)}, which the first sentence lacks, is left out`,
          sentence,
        )
    return this.names.map(name => {
      if (Object.hasOwn(columns, name)) return columns[name]
      this.losses.add(`column ${JSON.stringify(name)} is missing and written as _`, sentence)
      return sentence.tokens.map(() => '_')
    })
  }
}
