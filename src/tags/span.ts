/** An entity over tokens: half-open token indices `[start, end)` within one sentence, and a type such as `PER`. */
export interface TokenSpan {
  readonly start: number
  readonly end: number
  readonly type: string
}
