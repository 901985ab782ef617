import type { TextRange } from './token.js'

export interface Detokenized {
  readonly text: string
  /** Where each token is in `text`, in UTF-16 code units: `text.slice(start, end)` is the token. */
  readonly offsets: readonly TextRange[]
}

/** No space before these. */
const BEFORE =
  /^(?:[,;:.!?%‰)\]}»”’…]|[.!?]{2,}|n['’]t|['’](?:s|m|d|ll|re|ve|S|M|D|LL|RE|VE)|''|-RRB-|-RSB-|-RCB-)$/i
/** No space after these. */
const AFTER = /^(?:[([{«“‘„¿¡]|``|-LRB-|-LSB-|-LCB-)$/
const CURRENCY = /^(?:[A-Z]{0,3}\$|[£€¥₹₽₩])$/
/** Characters of scripts without spaces, and their punctuation. */
const UNSPACED =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}ー、。「」『』【】！？，（）：；]'
const UNSPACED_END = new RegExp(`${UNSPACED}$`, 'u')
const UNSPACED_START = new RegExp(`^${UNSPACED}`, 'u')

/**
 * Joins tokens without their original text (a CoNLL sentence) into plausible running text, by the spacing rules of English
 * punctuation. Straight quotes open and close in turn, and one at the end closes. Tokens are not changed. The original spacing cannot be known: the
 * result only reads well and has exact offsets.
 *
 * @example
 * detokenize(['It', 'did', "n't", 'cost', '$', '5', '(', 'or', 'so', ')', '.']).text // "It didn't cost $5 (or so)."
 */
export function detokenize(tokens: readonly string[]): Detokenized {
  const parts: string[] = []
  const offsets: TextRange[] = []
  const open = { '"': false, "'": false }
  const quotes = new CurlyQuotes()
  let length = 0
  let glue = true
  for (const [i, token] of tokens.entries()) {
    const isStraight = token === '"' || token === "'"
    const isPossessive =
      token === "'" && !open["'"] && /s$/i.test(tokens[i - 1] ?? '') && !isQuoteAhead(tokens, i)
    const isClosing = isStraight && !isPossessive && (open[token] || (i > 0 && endsHere(tokens, i)))
    const curly = quotes.next(token, i > 0 && endsHere(tokens, i))
    const noSpace =
      glue ||
      isClosing ||
      isPossessive ||
      curly === 'close' ||
      (curly === undefined && BEFORE.test(token) && !isDutchArticle(tokens, i)) ||
      (UNSPACED_START.test(token) && UNSPACED_END.test(tokens[i - 1]))
    if (!noSpace) {
      parts.push(' ')
      length++
    }
    parts.push(token)
    offsets.push({ start: length, end: length + token.length })
    length += token.length
    glue =
      curly === undefined
        ? AFTER.test(token) || (CURRENCY.test(token) && /^[\d.]/.test(tokens[i + 1] ?? ''))
        : curly === 'open'
    if (isStraight && !isPossessive) {
      open[token] = !isClosing
      glue = !isClosing
    }
  }
  return { text: parts.join(''), offsets }
}

/** Whether another straight single quote is among the next tokens. */
function isQuoteAhead(tokens: readonly string[], at: number): boolean {
  return tokens.slice(at + 1, at + 40).includes("'")
}

/** Whether nothing follows that a quote could open for. */
function endsHere(tokens: readonly string[], at: number): boolean {
  return at + 1 === tokens.length || (at + 2 === tokens.length && /^[.!?]$/.test(tokens[at + 1]))
}

/** Dutch `'s nachts`, which is no genitive. */
function isDutchArticle(tokens: readonly string[], at: number): boolean {
  return (
    /^['’]s$/.test(tokens[at]) &&
    /^(?:nachts|avonds|morgens|middags|ochtends|zomers|winters|lands|werelds)$/.test(tokens[at + 1] ?? '')
  )
}

/** German and others close with quotes that open in English or French: „Gut“, »Gut«, ‚so‘. */
class CurlyQuotes {
  private readonly expected: string[] = []

  /**
   * Whether a token opens or closes a quotation; `undefined` where its form alone tells.
   * @param isLast whether nothing follows that it could open for
   */
  next(token: string, isLast: boolean): 'open' | 'close' | undefined {
    if (this.expected.at(-1)?.includes(token)) {
      this.expected.pop()
      return 'close'
    }
    const closers = CLOSERS.get(token)
    if (closers === undefined) return undefined
    if (isLast) return 'close'
    this.expected.push(closers)
    return 'open'
  }
}

/** What may close a quotation, by what opens it; only pairs whose closing quote can open elsewhere. */
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['„', '“”'],
  ['‚', '‘’'],
  ['»', '«'],
  ['›', '‹'],
  ['«', '»'],
])
