import type { FoundSpan } from './span-windows.js'

/** What a span model is asked for: types, and the score that counts must be above. */
export interface SpanRequest {
  readonly types: readonly string[]
  readonly threshold: number
}

/** Finds spans of words. */
export interface SpanFinder {
  /** In order and without overlaps. @throws InputError `predict/types` for more types than there is room for */
  find(words: readonly string[], request: SpanRequest): Promise<FoundSpan[]>
  release(): Promise<void>
}
