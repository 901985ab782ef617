import { type Prefix, parseTag, type Tag } from './scheme.js'
import type { TokenSpan } from './span.js'

export type Letter = Prefix | 'O'

const LETTERS: readonly Letter[] = ['O', 'B', 'I', 'E', 'S', 'L', 'U']
const CODES = Object.fromEntries(LETTERS.map((letter, code) => [letter, code])) as Record<Letter, number>

/** Two neighboring tags: how tags are read, and whether they are well formed, depends on such pairs alone. */
export interface TagPair {
  /** `O` stands for the sentence's edges too. */
  readonly previous: Letter
  readonly next: Letter
  readonly sameType: boolean
}

/** Every pair; `pairIndex` gives the place of one. */
export const TAG_PAIRS: readonly TagPair[] = LETTERS.flatMap(previous =>
  LETTERS.flatMap(next => [false, true].map(sameType => ({ previous, next, sameType }))),
)

export function pairIndex(previous: Tag, next: Tag): number {
  const pair = CODES[previous.prefix] * LETTERS.length + CODES[next.prefix]
  return pair * 2 + (previous.type === next.type ? 1 : 0)
}

/** What happens between two tags: to the entity that is open, if one is, and at the next token. */
export interface ReadingStep {
  /** `drop`: the entity breaks off where it may not end, so it does not count. */
  readonly open: 'goes on' | 'ends' | 'drop'
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
