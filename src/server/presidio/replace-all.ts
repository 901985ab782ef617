import { Problem } from '../problem.js'

/** What takes the place of an entity. */
interface Replacement {
  readonly operator: string
  readonly text: string
}

interface Place {
  readonly start: number
  readonly end: number
  readonly entity_type: string
  readonly score?: number
}

/** Where a replacement is in the new text. */
interface Item extends Place, Replacement {}

/** How often the longest text may be what is taken out, and what takes its place: a short request could ask for gigabytes. */
export const MOST_TIMES = 4

/** @throws Problem 422 for places that are not in the text */
export function checkPlaces(points: readonly string[], places: readonly Place[], where: string): void {
  for (const { start, end } of places)
    if (start > end || end > points.length)
      throw new Problem(
        422,
        'presidio/result',
        `${where}: expected places in a text of ${points.length} code points, got ${start} to ${end}`,
      )
}

/**
 * Replaces places of a text, from its end to its start, by the rules of presidio-anonymizer 2.2.366.
 * @param points the text's code points
 * @param places the last first; where they overlap, a later one in the text keeps what it covers
 * @param most code points that are taken out, and characters that take their place
 * @throws Problem 413 for more than `most`; what `operate` throws
 */
export async function replaceAll<Own extends Place>(
  points: readonly string[],
  places: readonly Own[],
  operate: (place: Own) => Promise<Replacement>,
  most: number,
): Promise<{ text: string; items: (Item & Pick<Own, 'score'>)[] }> {
  const parts: string[] = []
  const items: { readonly item: Item & Pick<Own, 'score'>; readonly fromEnd: number }[] = []
  let rest = points.length
  /** Code points of all that is behind. */
  let behind = 0
  let taken = 0
  let made = 0
  for (const place of places) {
    const { start, end, entity_type, score } = place
    // Results that overlap may take the same text many times.
    taken += end - start
    if (taken > most) throw tooMuch(most)
    const { operator, text } = await operate(place)
    made += text.length
    if (made > most) throw tooMuch(most)
    // What a later one covers is left to it.
    const after = points.slice(Math.min(end, rest), rest)
    parts.push(after.join(''), text)
    const length = [...text].length
    behind += after.length + length
    items.push({
      item: {
        ...{ start: 0, end: length, entity_type, text, operator },
        ...(score !== undefined && { score }),
      },
      fromEnd: behind,
    })
    rest = start
  }
  const total = rest + behind
  return {
    text: points.slice(0, rest).join('') + parts.reverse().join(''),
    items: items.map(({ item, fromEnd }) => {
      const start = total - fromEnd
      return { ...item, start, end: start + item.end }
    }),
  }
}

function tooMuch(most: number): Problem {
  return new Problem(
    413,
    'limit/anonymize',
    `expected at most ${most} characters that are taken out, and as many in their place, got more`,
  )
}
