import type { TextRange, TextToken } from '../text/token.js'

/** A sentence of a text: its tokens, with offsets into the text, and their columns. */
export interface SentenceTokens {
  readonly tokens: readonly TextToken[]
  readonly columns?: Readonly<Record<string, readonly string[]>>
}

/** The tokens of a text in one list, with the sentences that they are in. */
export class TextTokens {
  readonly tokens: readonly TextToken[]
  /** The first token of each sentence, and the number of all tokens. */
  readonly firsts: readonly number[]

  constructor(
    readonly text: string,
    readonly sentences: readonly SentenceTokens[],
  ) {
    this.tokens = sentences.length === 1 ? sentences[0].tokens : sentences.flatMap(({ tokens }) => tokens)
    const firsts = [0]
    for (const { tokens } of sentences) firsts.push(firsts[firsts.length - 1] + tokens.length)
    this.firsts = firsts
  }

  /** The half-open range of the tokens that a range of the text touches; `undefined` if it touches none. */
  tokensIn({ start, end }: TextRange): readonly [first: number, last: number] | undefined {
    const first = search(this.tokens.length, i => this.tokens[i].end > start)
    const last = search(this.tokens.length, i => this.tokens[i].start >= end)
    return first < last ? [first, last] : undefined
  }

  /** The sentence that a token is in. */
  sentenceOf(token: number): number {
    return search(this.sentences.length, i => this.firsts[i + 1] > token)
  }
}

/** The first number below a limit for which a test, which holds for all later ones, holds; the limit if there is none. */
function search(limit: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, limit]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
