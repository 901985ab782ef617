import { bounded } from '../bounded-regexp.js'
import type { Finder, FoundRange } from '../finder.js'

/** RFC 5321's limits in UTF-16 units. */
const MAX_LOCAL = 64
const MAX_DOMAIN = 253
/** RFC 5322's atext without `'` and the back quote at the edges of words, and letters of any script (RFC 6531). */
const LOCAL = /[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~.-]/u
/** A local part begins with none of these, though RFC 5322 lets it: text has them as marks around an address. */
const NOT_FIRST = /[.'`{|*=/?!~-]/
const DOMAIN = bounded(
  /(?:[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,62})\.){1,8}(?:\p{L}[\p{L}\p{M}]{1,24}|xn--[a-z0-9-]{2,59})/uy,
)
/** What follows `@2x` and the like is the name of a file. */
const FILE_ENDING = /\.(?:png|jpe?g|gif|svg|webp|css|js|ts|json|html?|pdf|txt|md|exe|dll)$/i

/** E-mail addresses in the dot-atom form of RFC 5322, with a domain that has a top level. */
export const emailFinder: Finder = {
  types: ['EMAIL'],
  find: text => {
    const found: FoundRange[] = []
    let free = 0
    for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', Math.max(at + 1, free))) {
      const start = localStart(text, at, free)
      const end = start < at ? domainEnd(text, at + 1) : -1
      if (end < 0) continue
      found.push({ start, end, type: 'EMAIL', score: 1 })
      free = end
    }
    return found
  },
}

/** Where the local part before an `@` begins; the `@` itself if there is none. */
function localStart(text: string, at: number, free: number): number {
  let start = at
  while (start > free && at - start < MAX_LOCAL) {
    const width = start - 2 >= free && /[\uDC00-\uDFFF]/.test(text[start - 1]) ? 2 : 1
    const character = text.slice(start - width, start)
    if (!LOCAL.test(character) || (character === '.' && text[start] === '.')) break
    start -= width
  }
  // mailto:, or what a query or a list puts before an address
  const local = text.slice(start, at)
  start += Math.max(local.lastIndexOf('='), local.lastIndexOf('|'), local.lastIndexOf('/')) + 1
  while (start < at && NOT_FIRST.test(text[start])) start++
  return text[at - 1] === '.' ? at : start
}

function domainEnd(text: string, from: number): number {
  DOMAIN.lastIndex = from
  const match = DOMAIN.exec(text)
  if (match === null) return -1
  const end = from + match[0].length
  // The top level ends where its letters end; a digit or a hyphen after it makes it another label.
  if (/[\p{N}_@]|-[\p{L}\p{N}]/uy.test(text.slice(end, end + 2))) return -1
  const name = match[0]
  if (name.length > MAX_DOMAIN || FILE_ENDING.test(name) || /-\.|--\.|\.-/.test(name)) return -1
  return end
}
