/** Tells intended line breaks from those that only wrap a long line. */
import { classAt, LOWER, SPACE } from './characters.js'

const BREAK = /\r\n|[\n\r\u0085\u2028]/g

export interface LineLayout {
  /**
   * Whether the break that ends the line of offset `before` was intended: the first word of the next line, at `next`,
   * would have fit into the width of the paragraph's longest line. Where that is true of half of a paragraph's breaks, it
   * was not wrapped at all, and all of them are intended. A break before a word in lower case is no evidence.
   */
  readonly isIntended: (before: number, next: number) => boolean
}

/** Measures the text's lines once, in linear time. Paragraphs are separated by blank lines. */
export function lineLayout(text: string): LineLayout {
  const starts: number[] = []
  const lengths: number[] = []
  const firstWords: number[] = []
  const widths: number[] = []
  const ragged: boolean[] = []
  let paragraph = 0
  let widest = 0
  const close = () => {
    const last = lengths.length - 1
    let [breaks, fitting] = [0, 0]
    for (let line = paragraph; line < last; line++) {
      if (lengths[line + 1] === 0) continue
      breaks++
      if (firstWords[line + 1] < widest - lengths[line]) fitting++
    }
    const isRagged = breaks > 1 && fitting * 2 >= breaks
    for (; paragraph < lengths.length; paragraph++) {
      widths.push(widest)
      ragged.push(isRagged)
    }
    widest = 0
  }
  const add = (start: number, end: number) => {
    let last = end
    while (last > start && classAt(text, last - 1, end) === SPACE) last--
    let word = start
    while (word < last && classAt(text, word, last) === SPACE) word++
    let wordEnd = word
    while (wordEnd < last && classAt(text, wordEnd, last) !== SPACE) wordEnd++
    starts.push(start)
    lengths.push(last - start)
    // A line that goes on in lower case was wrapped, wherever it could have been.
    firstWords.push(classAt(text, word, last) === LOWER ? Number.POSITIVE_INFINITY : wordEnd - word)
    widest = Math.max(widest, last - start)
    if (last === start) close()
  }
  let start = 0
  for (const match of text.matchAll(BREAK)) {
    add(start, match.index)
    start = match.index + match[0].length
  }
  add(start, text.length)
  close()
  const lineOf = (offset: number) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle] <= offset) low = middle
      else high = middle - 1
    }
    return low
  }
  return {
    isIntended: (before, next) => {
      const line = lineOf(before)
      if (ragged[line]) return true
      const room = widths[line] - lengths[line] - 1
      let end = next
      while (end < text.length && end - next <= room && classAt(text, end, text.length) !== SPACE) end++
      return end - next <= room
    },
  }
}
