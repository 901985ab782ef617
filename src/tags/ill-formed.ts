import { type Prefix, parseTag, SCHEMES, type Scheme, type Tag } from './scheme.js'

/**
 * Why a tag breaks its scheme.
 * `foreign-prefix`: the scheme has no such prefix. `inside-without-begin`: `I-`, `M-`, `E-` or `L-` with no entity
 * of its type to continue. `superfluous-begin`: `B-` in IOB1 with no entity of its type right before. `unfinished`: an
 * entity without its last token, in a scheme that marks it.
 */
export type IllFormedKind = 'foreign-prefix' | 'inside-without-begin' | 'superfluous-begin' | 'unfinished'

export const ILL_FORMED_KINDS: readonly IllFormedKind[] = [
  'foreign-prefix',
  'inside-without-begin',
  'superfluous-begin',
  'unfinished',
]

export interface IllFormedTag {
  /** Token index within the sentence. */
  readonly index: number
  readonly tag: string
  readonly kind: IllFormedKind
}

/** What is wrong with `next` after `previous` (`O` for the sentence's start), if anything. */
export function faultOfTag(
  scheme: Scheme,
  previous: Prefix | 'O',
  next: Prefix | 'O',
  sameType: boolean,
): IllFormedKind | undefined {
  const table = SCHEMES[scheme]
  if (next === 'O') return undefined
  if (!table.prefixes.includes(next)) return 'foreign-prefix'
  const after = previous === 'O' ? undefined : table.after[previous]
  if (after && (sameType ? after.same : after.other)[next]) return undefined
  if (table.opening.includes(next)) return undefined
  return next === 'B' ? 'superfluous-begin' : 'inside-without-begin'
}

/** Whether `previous` leaves an entity open that `next` (`O` for the sentence's end) does not continue. */
export function isUnfinished(
  scheme: Scheme,
  previous: Prefix | 'O',
  next: Prefix | 'O',
  sameType: boolean,
): boolean {
  const after = previous === 'O' ? undefined : SCHEMES[scheme].after[previous]
  return after !== undefined && !after.last && !(next !== 'O' && sameType && after.same[next] === 'inside')
}

/**
 * Every fault of one sentence's tags under a scheme, in order; a tag may have two (badly begun and unfinished).
 * @throws TagError `tags/malformed`
 *
 * @example
 * findIllFormed(['O', 'I-PER'], 'BIO') // [{ index: 1, tag: 'I-PER', kind: 'inside-without-begin' }]
 */
export function findIllFormed(tags: readonly string[], scheme: Scheme): IllFormedTag[] {
  const faults: IllFormedTag[] = []
  let previous: Tag = parseTag('O')
  for (let index = 0; index <= tags.length; index++) {
    const tag: Tag = parseTag(index < tags.length ? tags[index] : 'O')
    const same = tag.type === previous.type
    if (isUnfinished(scheme, previous.prefix, tag.prefix, same))
      faults.push({ index: index - 1, tag: tags[index - 1], kind: 'unfinished' })
    const kind = faultOfTag(scheme, previous.prefix, tag.prefix, same)
    if (kind) faults.push({ index, tag: tags[index], kind })
    previous = tag
  }
  return faults
}
