import { isVectorWord } from './fixed-vectors.js'
import { findVector, type WordVectors } from './word-vectors.js'

export interface ChosenWords {
  /** In the order of the vectors. */
  readonly words: readonly string[]
  /** How many of them stand for words of the texts. */
  readonly ofTexts: number
  /** Words of the texts that have a vector and found no place. */
  readonly leftOut: number
  /** Entries with white space in them, which no token has. */
  readonly withSpaces: number
}

/**
 * Chooses which vectors are worth their space: first those of the words of some texts, the most frequent of them if
 * there are too many, then those that come first, since vector files begin with the most frequent words.
 *
 * @param counts how often each word occurs in the texts
 * @param most words to choose
 */
export function chooseWords(
  vectors: Pick<WordVectors, 'rows'>,
  counts: ReadonlyMap<string, number>,
  most: number,
): ChosenWords {
  const byRow = [...vectors.rows.keys()]
  const uses = new Map<string, number>()
  for (const [word, count] of counts) {
    const row = findVector(word, vectors)?.row
    if (row !== undefined && isVectorWord(byRow[row]))
      uses.set(byRow[row], (uses.get(byRow[row]) ?? 0) + count)
  }
  const order = new Map(byRow.map((word, row) => [word, row]))
  const wanted = [...uses]
    .sort(([a, x], [b, y]) => y - x || (order.get(a) ?? 0) - (order.get(b) ?? 0))
    .slice(0, most)
  const chosen = new Set(wanted.map(([word]) => word))
  let withSpaces = 0
  for (const word of byRow) {
    if (!isVectorWord(word)) withSpaces++
    else if (chosen.size < most) chosen.add(word)
  }
  return {
    words: byRow.filter(word => chosen.has(word)),
    ofTexts: wanted.length,
    leftOut: uses.size - wanted.length,
    withSpaces,
  }
}
