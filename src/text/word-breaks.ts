/** Words of scripts without spaces, by the dictionary of the JavaScript engine (`Intl.Segmenter`). */
import { InputError } from '../base/errors.js'

/** The engine's time grows with the square of a run's length, so a long run is read in parts. */
const WINDOW = 512
/** Words that end after this are decided with the next part, which has the characters after them too. */
const DECIDED = 448

let segmenter: Intl.Segmenter | undefined

/**
 * Where the words of a run of characters end, in order; the last is `end`. The same characters are always cut in the same
 * way, whatever is around them.
 *
 * @throws InputError `text/segmenter` where the JavaScript engine has no `Intl.Segmenter`
 */
export function wordEnds(text: string, start: number, end: number): number[] {
  segmenter ??= createSegmenter()
  const ends: number[] = []
  for (let from = start; from < end; from = ends[ends.length - 1]) {
    const isLast = end - from <= WINDOW
    const part = text.slice(from, isLast ? end : from + WINDOW - (splitsPair(text, from + WINDOW) ? 1 : 0))
    const before = ends.length
    for (const { index, segment } of segmenter.segment(part)) {
      const to = index + segment.length
      if (!isLast && to > DECIDED && ends.length > before) break
      ends.push(from + to)
    }
  }
  return ends
}

function splitsPair(text: string, at: number): boolean {
  return (text.codePointAt(at - 1) ?? 0) > 0xffff
}

function createSegmenter(): Intl.Segmenter {
  if (typeof Intl === 'undefined' || !('Segmenter' in Intl))
    throw new InputError('text/segmenter', {
      where: 'this JavaScript engine',
      expected: 'Intl.Segmenter, which cuts Chinese, Japanese, Thai and similar text into words',
      got: 'none',
      remedy: 'use a newer browser or Node.js',
    })
  // Any locale has the same dictionaries; a fixed one keeps the machine's own out of it.
  return new Intl.Segmenter('en', { granularity: 'word' })
}
