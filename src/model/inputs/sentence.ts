/** Tokens, with what a corpus says about them. */
export interface SentenceInput {
  readonly tokens: readonly string[]
  /** Further columns by name (`pos`, `column2` …), each as long as `tokens`. */
  readonly columns?: Readonly<Record<string, readonly string[]>>
  /** The text that the tokens are of, and where in it each is, in UTF-16 code units. Both or neither. */
  readonly text?: string
  readonly offsets?: readonly { readonly start: number; readonly end: number }[]
  /** What stands around it in its document, nearest tokens innermost, for a model that reads this (`pretrained.context`). */
  readonly around?: { readonly before: readonly string[]; readonly after: readonly string[] }
}

/** A sentence to be tagged: its tokens, alone or with further columns. */
export type TokenSentence = readonly string[] | SentenceInput

export function toSentence(sentence: TokenSentence): SentenceInput {
  return 'tokens' in sentence ? sentence : { tokens: sentence }
}

export function tokensOf(sentence: TokenSentence): readonly string[] {
  return 'tokens' in sentence ? sentence.tokens : sentence
}
