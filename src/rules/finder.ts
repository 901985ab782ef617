import type { TextRange } from '../text/token.js'

/** What a finder found: `[start, end)` in UTF-16 code units of the text. */
export interface FoundRange extends TextRange {
  readonly type: string
  /** In (0, 1]: how sure the finder is. 1 where a check digit or an unmistakable form proves it. */
  readonly score: number
}

/**
 * Finds ranges in text by rules alone: a pattern, a list of names, a check. It knows nothing of tokens; whatever tags
 * sentences with it decides what to do with a range that begins or ends inside a token.
 *
 * A finder keeps nothing between calls and takes time linear in the text, whatever the text is.
 */
export interface Finder {
  /** The types that it can find. */
  readonly types: readonly string[]
  /** What it finds, in the order of the text, without overlaps. */
  find(text: string): readonly FoundRange[]
  /** Of a finder that chooses among what others find: all of it, in any order. */
  findAll?(text: string): readonly FoundRange[]
}

/**
 * Chooses among ranges that overlap: the higher score first, then the longer range, then the one that comes first in
 * `ranges`. Linear in the lengths of the text and of all ranges, apart from sorting them.
 * @returns the chosen ranges, in the order of the text
 * @example
 * withoutOverlaps([{ start: 0, end: 4, type: 'A', score: 0.5 }, { start: 2, end: 9, type: 'B', score: 0.9 }]) // B's
 */
export function withoutOverlaps<Range extends FoundRange>(ranges: readonly Range[]): Range[] {
  const length = ranges.reduce((most, { end }) => Math.max(most, end), 0)
  const isTaken = new Uint8Array(length)
  const best = [...ranges].sort((a, b) => b.score - a.score || b.end - b.start - (a.end - a.start))
  return best
    .filter(({ start, end }) => {
      if (isTaken.subarray(start, end).includes(1)) return false
      isTaken.fill(1, start, end)
      return true
    })
    .sort((a, b) => a.start - b.start)
}

/** One finder made of several: what each finds, without overlaps (`withoutOverlaps`, earlier finders first). */
export function joinFinders(finders: readonly Finder[]): Finder {
  const findAll = (text: string) => finders.flatMap(finder => finder.find(text))
  return {
    types: [...new Set(finders.flatMap(({ types }) => types))],
    find: text => withoutOverlaps(findAll(text)),
    findAll,
  }
}
