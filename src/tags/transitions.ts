import { faultOfTag, isUnfinished } from './ill-formed.js'
import { parseTag, type Scheme } from './scheme.js'

/** Which tags a well-formed sentence may start and end with, and which may follow which. */
export interface Transitions {
  /** [tag] */
  readonly start: readonly boolean[]
  /** [tag] */
  readonly end: readonly boolean[]
  /** [tag][next tag] */
  readonly allowed: readonly (readonly boolean[])[]
}

/**
 * The legal steps between tags, for constrained decoding: the sequences that they allow are exactly those without a fault
 * under the scheme.
 * @param tagList tags in the order of their ids, with or without `O`
 * @throws TagError `tags/malformed`
 *
 * @example
 * transitions(['O', 'B-PER', 'I-PER'], 'BIO').allowed[0] // [true, true, false]
 */
export function transitions(tagList: readonly string[], scheme: Scheme): Transitions {
  const tags = tagList.map(parseTag)
  const outside = parseTag('O')
  const isAllowed = (previous: typeof outside, next: typeof outside) => {
    const same = previous.type === next.type
    return (
      faultOfTag(scheme, previous.prefix, next.prefix, same) === undefined &&
      !isUnfinished(scheme, previous.prefix, next.prefix, same)
    )
  }
  return {
    start: tags.map(tag => isAllowed(outside, tag)),
    end: tags.map(tag => isAllowed(tag, outside)),
    allowed: tags.map(previous => tags.map(next => isAllowed(previous, next))),
  }
}
