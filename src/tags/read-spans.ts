import { type Prefix, parseTag, type Tag } from './scheme.js'
import type { TokenSpan } from './span.js'

export type Letter = Prefix | 'O'

const LETTERS: readonly Letter[] = ['O', 'B', 'I', 'E', 'S', 'L', 'U', 'M', 'W']
/** A letter's index in `LETTERS` by its character code. */
const CODES = new Uint8Array(128)
for (const [code, letter] of LETTERS.entries()) CODES[letter.charCodeAt(0)] = code

/** Two neighboring tags. How tags are read and whether they are well formed depends only on such pairs. */
export interface TagPair {
  /** The edges of a sentence count as `O`. */
  readonly previous: Letter
  readonly next: Letter
  readonly sameType: boolean
}

/** All pairs. `pairIndex` returns the index of one. */
export const TAG_PAIRS: readonly TagPair[] = LETTERS.flatMap(previous =>
  LETTERS.flatMap(next => [false, true].map(sameType => ({ previous, next, sameType }))),
)

export function pairIndex(previous: Tag, next: Tag): number {
  const pair = codeOf(previous) * LETTERS.length + codeOf(next)
  return pair * 2 + (previous.type === next.type ? 1 : 0)
}

function codeOf({ prefix }: Tag): number {
  return CODES[prefix.charCodeAt(0)]
}

/** What happens between two tags: to the open entity, if there is one, and at the next token. */
export interface ReadingStep {
  /** `drop`: the entity stops where it may not end, so it does not count. */
  readonly open: 'continues' | 'ends' | 'drop'
  readonly starts: boolean
}

/** Bits of a compiled step. */
const START = 1
const END = 2
const DROP = 4
const OUTSIDE = parseTag('O')

/** Compiles a rule into a function that reads a sentence's entities, which throws TagError `tags/malformed`. */
export function createSpanReader(
  rule: (pair: TagPair) => ReadingStep,
): (tags: readonly string[]) => TokenSpan[] {
  const steps = Uint8Array.from(TAG_PAIRS, pair => {
    const { open, starts } = rule(pair)
    return (starts ? START : 0) | (open === 'ends' ? END : open === 'drop' ? DROP : 0)
  })
  return tags => {
    const spans: TokenSpan[] = []
    let previous = OUTSIDE
    let start = -1
    for (let i = 0; i <= tags.length; i++) {
      const next = i < tags.length ? parseTag(tags[i]) : OUTSIDE
      if (next === OUTSIDE && previous === OUTSIDE) continue
      const step = steps[pairIndex(previous, next)]
      if (start >= 0 && (step & (END | DROP)) !== 0) {
        if ((step & END) !== 0) spans.push({ start, end: i, type: previous.type })
        start = -1
      }
      if ((step & START) !== 0) start = i
      previous = next
    }
    return spans
  }
}
