import { type Prefix, SCHEMES, type Scheme, TagError } from './scheme.js'
import type { TokenSpan } from './span.js'

/**
 * Writes spans as tags, one per token. Spans may come in any order but must not overlap.
 * @param length tokens in the sentence
 * @throws TagError `tags/spans` for an empty or overlapping span, one outside the sentence, or an empty type;
 *   `tags/inexpressible` if neighbors of the same type would become one entity (IO)
 *
 * @example
 * encodeSpans([{ start: 0, end: 2, type: 'PER' }], 3, 'IOBES') // ['B-PER', 'E-PER', 'O']
 */
export function encodeSpans(spans: readonly TokenSpan[], length: number, scheme: Scheme): string[] {
  const { write } = SCHEMES[scheme]
  const tags = new Array<string>(length).fill('O')
  const sorted = [...spans].sort((a, b) => a.start - b.start)
  let previous: TokenSpan = { start: 0, end: 0, type: '' }
  for (const span of sorted) {
    checkSpan(span, previous.end, length)
    const { start, end, type } = span
    let first: Prefix = end - start === 1 ? write.single : write.first
    if (start > 0 && start === previous.end && type === previous.type) {
      if (!write.neighbor)
        throw new TagError('tags/inexpressible', {
          where: `tokens ${previous.start} to ${end - 1}`,
          expected: `no two neighboring entities of the same type in scheme ${scheme}`,
          got: `two ${type} side by side`,
          remedy: 'use a scheme with B- tags, such as BIO',
        })
      first = end - start === 1 ? write.neighbor.single : write.neighbor.first
    }
    tags[start] = `${first}-${type}`
    for (let i = start + 1; i < end; i++) tags[i] = `${i === end - 1 ? write.last : write.middle}-${type}`
    previous = span
  }
  return tags
}

function checkSpan(span: TokenSpan, from: number, length: number): void {
  const { start, end, type } = span
  const whole = Number.isInteger(start) && Number.isInteger(end)
  if (whole && start >= from && start < end && end <= length && type !== '') return
  const overlaps = whole && start >= 0 && start < from && start < end
  throw new TagError('tags/spans', {
    where: `span [${start}, ${end}) of type ${JSON.stringify(type)}`,
    expected: overlaps
      ? 'spans that do not overlap'
      : `a type and 0 ≤ start < end ≤ ${length} in whole tokens`,
    got: overlaps ? `one that starts before token ${from}, where another ends` : 'this span',
  })
}
