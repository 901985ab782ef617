import type { Offsets } from '../corpus/sentence.js'

const WORD = /[\p{L}\p{N}\p{M}_]/u

/**
 * Where else a string stands in a text, as whole words, in order and without overlaps. The case must be the same.
 * @param most places that are returned at most
 * @example
 * sameString('Ada met Ada, not Adam.', 'Ada') // [{ start: 0, end: 3 }, { start: 8, end: 11 }]
 */
export function sameString(text: string, wanted: string, most = Number.POSITIVE_INFINITY): Offsets[] {
  const found: Offsets[] = []
  if (wanted.trim() === '') return found
  for (let at = text.indexOf(wanted); at >= 0 && found.length < most; ) {
    const end = at + wanted.length
    const isWhole = !joins(text, at) && !joins(text, end)
    if (isWhole) found.push({ start: at, end })
    at = text.indexOf(wanted, isWhole ? end : at + 1)
  }
  return found
}

/** Whether a word goes on across a place. */
function joins(text: string, at: number): boolean {
  if (at <= 0 || at >= text.length) return false
  const before = String.fromCodePoint(text.codePointAt(at - (isLow(text, at - 1) ? 2 : 1)) ?? 32)
  const after = String.fromCodePoint(text.codePointAt(at) ?? 32)
  return WORD.test(before) && WORD.test(after)
}

function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff
}
