import { encodeSpans } from './encode-spans.js'
import { findIllFormed, ILL_FORMED_KINDS, type IllFormedKind } from './ill-formed.js'
import { lenientSpans } from './lenient-spans.js'
import type { Scheme } from './scheme.js'

export interface RepairedTags {
  readonly tags: readonly string[]
  readonly repairs: Readonly<Repairs>
}

/** Faults fixed, by kind, and how many tags changed. */
export type Repairs = Record<IllFormedKind | 'changedTags', number>

export const NO_REPAIRS: Readonly<Repairs> = Object.freeze(
  Object.fromEntries([...ILL_FORMED_KINDS, 'changedTags'].map(kind => [kind, 0])) as Repairs,
)

/**
 * Rewrites ill-formed tags in their scheme, keeping every token's type: entities are read by `lenientSpans`. Well-formed
 * tags are returned as they are. Add up the counts with `addRepairs` and report them to the user.
 * @throws TagError `tags/malformed`; `tags/inexpressible` if IO cannot express the entities
 *
 * @example
 * repairTags(['O', 'I-PER'], 'BIO').tags // ['O', 'B-PER']
 */
export function repairTags(tags: readonly string[], scheme: Scheme): RepairedTags {
  const faults = findIllFormed(tags, scheme)
  if (faults.length === 0) return { tags, repairs: NO_REPAIRS }
  const repaired = encodeSpans(lenientSpans(tags), tags.length, scheme)
  const repairs = { ...NO_REPAIRS }
  for (const { kind } of faults) repairs[kind]++
  repairs.changedTags = repaired.filter((tag, i) => tag !== tags[i]).length
  return { tags: repaired, repairs }
}

export function addRepairs(a: Readonly<Repairs>, b: Readonly<Repairs>): Repairs {
  const sum = { ...a }
  for (const kind of Object.keys(sum) as (keyof Repairs)[]) sum[kind] += b[kind]
  return sum
}
