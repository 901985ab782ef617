/** URLs and e-mail addresses inside a chunk without white space, found before anything else is split. */
import { classAt, classBefore, isWordClass, MARK } from './characters.js'
import type { TextRange } from './token.js'

/** The limits of RFC 5321, which also bound how far an `@` makes us look. */
const MAX_LOCAL = 64
const MAX_DOMAIN = 255
const MAX_SCHEME = 12

/** Characters that end a URL: quotes, angle and CJK brackets and stops, controls. */
const URL_STOP = /[<>"`“”„«»‹›「」『』【】（）、。，！？\u0000-\u001F\u007F\u200B]/
const TRAILING = /[.,;:!?'’‘…*_~|]/
const PARTNER: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }

/** Endings that make `name.ending/path` a URL without a scheme. */
const TOP_LEVEL = new Set(
  'com org net edu gov mil int info biz io co ly me tv fm am gl gd be us uk eu de fr es it nl at ch se no dk fi pl cz ru ua jp cn in au ca br mx za ie nz kr app dev ai gg to cc ws page blog news'.split(
    ' ',
  ),
)

/** Whether `[start, end)` looks like a domain name with a well-known ending, such as `bit.ly`. */
export function isBareDomain(text: string, start: number, end: number): boolean {
  if (end - start > MAX_DOMAIN) return false
  const word = text.slice(start, end)
  const dot = word.lastIndexOf('.')
  return dot > 0 && /^[A-Za-z0-9.-]+$/.test(word) && TOP_LEVEL.has(word.slice(dot + 1).toLowerCase())
}

/**
 * The end of a URL whose body starts at `from`: the next stop character or `end`, without trailing punctuation and
 * closing brackets that were not opened in it.
 */
export function urlEnd(text: string, from: number, end: number): number {
  let stop = from
  const balance: Record<string, number> = { '(': 0, '[': 0, '{': 0 }
  for (; stop < end; stop++) {
    const character = text[stop]
    if (URL_STOP.test(character)) break
    if (character in balance) balance[character]++
    else if (character in PARTNER) balance[PARTNER[character]]--
  }
  while (stop > from) {
    const character = text[stop - 1]
    const open = PARTNER[character]
    if (open !== undefined && balance[open] < 0) balance[open]++
    else if (character in balance) balance[character]--
    else if (!TRAILING.test(character)) break
    stop--
  }
  return stop
}

/** The start of the scheme that ends at `colon` (`https`, `git+ssh`), or −1. */
function schemeStart(text: string, colon: number, start: number): number {
  let i = colon
  while (i > start && colon - i < MAX_SCHEME && /[A-Za-z0-9+.-]/.test(text[i - 1])) i--
  while (i < colon && !/[A-Za-z]/.test(text[i])) i++
  return i < colon && !isWordClass(classBefore(text, i, start)) ? i : -1
}

function isLocalCharacter(text: string, at: number, end: number): boolean {
  const value = classAt(text, at, end)
  return isWordClass(value) || value === MARK || '._%+-'.includes(text[at])
}

/** The e-mail address around the `@` at an offset, if there is one. */
function emailAround(text: string, at: number, start: number, end: number): TextRange | undefined {
  let from = at
  while (from > start && at - from < MAX_LOCAL && isLocalCharacter(text, from - 1, end)) from--
  while (from < at && !isWordClass(classAt(text, from, end))) from++
  if (from === at || text[at - 1] === '.') return undefined
  let to = at + 1
  let lastDot = -1
  for (const limit = Math.min(end, at + 1 + MAX_DOMAIN); to < limit; to++) {
    const character = text[to]
    if (character === '.') {
      if (!isWordClass(classAt(text, to + 1, end))) break
      lastDot = to
    } else if (character === '-') {
      if (!isWordClass(classAt(text, to + 1, end))) break
    } else if (!/[\p{L}\p{N}]/u.test(character)) break
  }
  return lastDot > at + 1 && /^\.[\p{L}]{2,}/u.test(text.slice(lastDot, to))
    ? { start: from, end: to }
    : undefined
}

/**
 * The URLs (`scheme://…`, `www.…`) and e-mail addresses in `[start, end)`, which has no white space, in order and without
 * overlaps. Linear: a URL's body is read once, and an `@` looks at most 64 characters back and 255 ahead.
 */
export function findWebSpans(text: string, start: number, end: number): TextRange[] {
  const spans: TextRange[] = []
  let free = start
  for (let i = start; i < end; i++) {
    const span = webSpanAround(text, i, free, end)
    if (span === undefined) continue
    spans.push(span)
    free = span.end
    i = span.end - 1
  }
  return spans
}

/** The URL or address that is recognized by its `://`, `www.` or `@` at an offset. It starts at `free` or later. */
function webSpanAround(text: string, at: number, free: number, end: number): TextRange | undefined {
  const unit = text.charCodeAt(at)
  if (unit === 0x40) return emailAround(text, at, free, end)
  let from = -1
  let body = at
  if (unit === 0x3a && text.startsWith('//', at + 1) && at + 3 < end) {
    from = schemeStart(text, at, free)
    body = at + 3
  } else if ((unit | 32) === 0x77 && !isWordClass(classBefore(text, at, free)) && isWww(text, at, end)) {
    from = at
    body = at + 4
  }
  const to = from < 0 ? body : urlEnd(text, body, end)
  return to > body ? { start: from, end: to } : undefined
}

function isWww(text: string, at: number, end: number): boolean {
  return (
    at + 4 < end && text.slice(at, at + 4).toLowerCase() === 'www.' && isWordClass(classAt(text, at + 4, end))
  )
}
