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
 * punctuation. Straight quotes open and close in turn. Tokens are not changed. The original spacing cannot be known: the
 * result only reads well and has exact offsets.
 *
 * @example
 * detokenize(['It', 'did', "n't", 'cost', '$', '5', '(', 'or', 'so', ')', '.']).text // "It didn't cost $5 (or so)."
 */
export function detokenize(tokens: readonly string[]): Detokenized {
  const parts: string[] = []
  const offsets: TextRange[] = []
  const open = { '"': false, "'": false }
  let length = 0
  let glue = true
  for (const [i, token] of tokens.entries()) {
    const closes = (token === '"' || token === "'") && open[token]
    const isPossessive =
      token === "'" && !open["'"] && /s$/i.test(tokens[i - 1] ?? '') && !isQuoteAhead(tokens, i)
    const noSpace =
      glue ||
      closes ||
      isPossessive ||
      BEFORE.test(token) ||
      (UNSPACED_START.test(token) && UNSPACED_END.test(tokens[i - 1]))
    if (!noSpace) {
      parts.push(' ')
      length++
    }
    parts.push(token)
    offsets.push({ start: length, end: length + token.length })
    length += token.length
    glue = AFTER.test(token) || (CURRENCY.test(token) && /^[\d.]/.test(tokens[i + 1] ?? ''))
    if ((token === '"' || token === "'") && !isPossessive) {
      open[token] = !closes
      glue = !closes
    }
  }
  return { text: parts.join(''), offsets }
}

/** Whether another straight single quote is among the next tokens. */
function isQuoteAhead(tokens: readonly string[], at: number): boolean {
  return tokens.slice(at + 1, at + 40).includes("'")
}
