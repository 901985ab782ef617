/** An entity of a sentence: half-open token indices `[start, end)` and a type such as `PER`. */
export interface TokenSpan {
  readonly start: number
  readonly end: number
  readonly type: string
}
