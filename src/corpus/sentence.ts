/** A half-open range of UTF-16 code units. */
export interface Offsets {
  readonly start: number
  readonly end: number
}

/**
 * One sentence of a labeled corpus, as it was read: tokens and tags in parallel, tags in the corpus's own scheme.
 * Sentences are streamed; `document` counts up where the source marks documents.
 */
export interface Sentence {
  readonly tokens: readonly string[]
  /** Same length as `tokens`; `O`, or a prefix and a type such as `B-PER`. Empty array for unlabeled text. */
  readonly tags: readonly string[]
  /** Further columns by name (`pos`, `chunk`, `column2` …), each as long as `tokens`. */
  readonly columns?: Readonly<Record<string, readonly string[]>>
  /** Running number of the document this sentence belongs to, from 0; absent where the format marks none. */
  readonly document?: number
  /** The document's name, where the source gives it one; the same number always has the same name. */
  readonly documentName?: string | number
  /** The sentence's original text and each token's place in it, where the source was text. */
  readonly text?: string
  readonly offsets?: readonly Offsets[]
  /** Lines of the source file, from 1: of each token where the format has a token a line, else of the record. */
  readonly lines: readonly number[]
}

/** The 1-based line a token came from. */
export function lineOf(sentence: Sentence, token: number): number {
  return sentence.lines[Math.min(token, sentence.lines.length - 1)]
}
