import { isBareDomain, urlEnd } from '../../text/web-tokens.js'
import { bounded } from '../bounded-regexp.js'
import type { Finder, FoundRange } from '../finder.js'

const SCHEME = bounded(
  /(?<![\p{L}\p{N}+.-])(?:https?|ftps?|sftp|ssh|git|svn|wss?|ldaps?|rtsp|irc|ipfs|s3|gs|file|magnet|jdbc|postgres|postgresql|mysql|mongodb|redis):\/\/\/?(?=[^\s\p{P}]|\[|%|_)/giu,
)
const WWW = bounded(/(?<![\p{L}\p{N}@._-])www\d?\.(?=[\p{L}\p{N}])/giu)
/** A domain without a scheme. */
const BARE = bounded(
  /(?<![\p{L}\p{N}@._/:\\$-])(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,6}[A-Za-z]{2,6}(?![\p{L}\p{N}_@-]|\.[\p{L}\p{N}])/gu,
)
/** Top levels that are words, or that a full stop without a space before a sentence makes: they need a path. */
const WORDLIKE =
  /\.(?:is|it|in|at|be|so|no|to|me|us|my|am|do|as|by|de|es|se|la|info|news|page|blog|app|ai|ch|dk|pl|ie|fm|tv|cc|gg|ly|gl|gd|ws)$/i

/** Addresses of the web: with a scheme (RFC 3986), with `www.`, and bare domains under a well-known top level. */
export const urlFinder: Finder = {
  types: ['URL'],
  find: text => {
    const found: FoundRange[] = []
    const add = (start: number, body: number, score: number) => {
      const end = urlEnd(text, body, chunkEnd(text, body))
      if (end > body) found.push({ start, end, type: 'URL', score })
    }
    let free = 0
    for (const { index, 0: match } of text.matchAll(SCHEME))
      if (index >= free) {
        add(index, index + match.length, 1)
        free = found.at(-1)?.end ?? 0
      }
    for (const { index, 0: match } of text.matchAll(WWW)) add(index, index + match.length, 1)
    for (const { index, 0: match } of text.matchAll(BARE)) {
      const end = index + match.length
      const path = pathOf(text, index, match)
      if (path === 'none') found.push({ start: index, end, type: 'URL', score: 0.8 })
      else if (path === 'some') add(index, end + 1, 0.95)
    }
    return outermost(found)
  },
}

/** Whether a bare domain has a path after it; `undefined` for what is no domain of an address. */
function pathOf(text: string, start: number, domain: string): 'some' | 'none' | undefined {
  const end = start + domain.length
  const top = domain.slice(domain.lastIndexOf('.') + 1)
  const isOneCase = top === top.toLowerCase() || domain === domain.toUpperCase()
  if (!isOneCase || !isBareDomain(text, start, end)) return undefined
  if (/^(?::\d{2,5})?\/[\p{L}\p{N}_~-]/u.test(text.slice(end, end + 8))) return 'some'
  return WORDLIKE.test(domain) || /^[A-Za-z]\.[a-z]{2}$/.test(domain) ? undefined : 'none'
}

/** Where white space is next; no URL is longer than 2,083 units. */
function chunkEnd(text: string, from: number): number {
  const rest = text.slice(from, from + 2083).search(/[\s\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/)
  return rest < 0 ? Math.min(text.length, from + 2083) : from + rest
}

/** Ranges without those that lie in another one, in order. */
function outermost(ranges: readonly FoundRange[]): FoundRange[] {
  const sorted = [...ranges].sort((a, b) => a.start - b.start || b.end - a.end)
  let end = 0
  return sorted.filter(range => {
    const isInside = range.start < end
    if (!isInside) end = range.end
    return !isInside
  })
}
