/** Runs of ! and ?, arrows, `+/-`, `>=`, runs of one symbol, Penn's quotes, or any other single character. */
const SYMBOLS = /[!?！？‽⁉‼]+|<(?:-+|=+)>?|(?:-+|=+)>?|\+\/-|>=|([.*_~#+|:<>/\\^–—―…])\1*|``|''|./suy

/** The end of the punctuation or symbol token at an offset. */
export function scanSymbols(text: string, at: number, end: number): number {
  // The most frequent ones, without a regular expression.
  if (',.;()"'.includes(text[at]) && text[at + 1] !== text[at]) return at + 1
  SYMBOLS.lastIndex = at
  return SYMBOLS.test(text) ? Math.min(SYMBOLS.lastIndex, end) : at
}
