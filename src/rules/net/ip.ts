import { bounded } from '../bounded-regexp.js'
import type { Finder, FoundRange } from '../finder.js'

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const V4 = bounded(
  new RegExp(
    `(?<![\\p{L}\\p{N}_.]|\\p{N}-)(?<!(?<![\\d.])\\d{1,3},)(?:${OCTET}\\.){3}${OCTET}(?![\\p{L}\\p{N}_]|\\.\\p{N}|-[\\p{L}\\p{N}])`,
    'gu',
  ),
)
const V6 = bounded(
  /(?<![\p{L}\p{N}_.:])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:])[0-9A-Fa-f:]{2,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?:%[A-Za-z0-9]{1,16})?(?![\p{L}\p{N}_]|[.:][\p{L}\p{N}])/gu,
)
/** A word before four numbers that makes them a version or the number of a section. */
const NO_ADDRESS = /(?:\bv|\bver\.?|version|release|build|firmware|section|chapter|§|update|sec\.) ?$/i

/** IP addresses, version 4 in dotted decimals (RFC 6943 3.1.1, strict) and version 6 (RFC 4291 2.2, RFC 4007 zones). */
export const ipFinder: Finder = {
  types: ['IP'],
  find: text => {
    const found: FoundRange[] = []
    for (const { index: start, 0: match } of text.matchAll(V6)) {
      const address = trimmed(match)
      if (isIpv6(address)) found.push({ start, end: start + address.length, type: 'IP', score: 1 })
    }
    for (const { index: start, 0: match } of text.matchAll(V4))
      if (!NO_ADDRESS.test(text.slice(Math.max(0, start - 12), start)))
        found.push({ start, end: start + match.length, type: 'IP', score: 0.95 })
    found.sort((a, b) => a.start - b.start)
    return found.filter(({ start }, i) => i === 0 || start >= found[i - 1].end)
  },
}

/** Without the colon of a sentence after it. */
function trimmed(address: string): string {
  return /[^:]:$/.test(address) ? address.slice(0, -1) : address
}

/** Whether a text is an address of version 6 that no other notation has: with a digit or at least four groups. */
export function isIpv6(text: string): boolean {
  const [address] = text.split('%')
  const halves = address.split('::')
  if (halves.length > 2 || address === '::') return false
  const groups = halves.map(half => (half === '' ? [] : half.split(':')))
  const all = groups.flat()
  const last = all.at(-1) ?? ''
  const isEmbedded = last.includes('.')
  if (isEmbedded && !new RegExp(`^(?:${OCTET}\\.){3}${OCTET}$`).test(last)) return false
  const hex = isEmbedded ? all.slice(0, -1) : all
  if (!hex.every(group => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false
  const count = hex.length + (isEmbedded ? 2 : 0)
  if (halves.length === 2 ? count > 7 : count !== 8) return false
  return halves.length === 1 || /\d/.test(address) || all.length > 3
}
