/** A half-open range `[start, end)` of UTF-16 code units of a text. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** A token of running text: `text` is exactly the input's `[start, end)`, in UTF-16 code units. */
export interface TextToken extends TextRange {
  readonly text: string
}
