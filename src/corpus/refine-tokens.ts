import { parseTag } from '../tags/scheme.js'
import { lineOf, type Offsets, type Sentence } from './sentence.js'

/**
 * A sentence with its tokens cut further at some places of its text; the entities stay the same. Further columns are
 * left out. With it, two labelings of one text can be compared whose entities cut tokens in different places.
 * @param cuts offsets into the text in UTF-16 code units, in any order
 * @throws TypeError for a sentence without text and offsets
 *
 * @example
 * refineTokens(sentence, [3]) // 'London-based' from 0: 'Lon', 'don-based'
 */
export function refineTokens(sentence: Sentence, cuts: Iterable<number>): Sentence {
  const { text, offsets, tags } = sentence
  if (text === undefined || offsets === undefined) throw new TypeError('a sentence with its text is needed')
  const places = [...new Set(cuts)].sort((a, b) => a - b)
  const ranges: Offsets[] = []
  const newTags: string[] = []
  const lines: number[] = []
  let next = 0
  offsets.forEach(({ start, end }, i) => {
    while (next < places.length && places[next] <= start) next++
    const bounds = [start]
    while (next < places.length && places[next] < end) bounds.push(places[next++])
    bounds.push(end)
    const parts = bounds.length - 1
    for (let part = 0; part < parts; part++) {
      ranges.push({ start: bounds[part], end: bounds[part + 1] })
      if (tags.length > 0) newTags.push(tagOfPart(tags[i], part, parts))
      lines.push(lineOf(sentence, i))
    }
  })
  const { document } = sentence
  return {
    tokens: ranges.map(({ start, end }) => text.slice(start, end)),
    tags: newTags,
    ...(document !== undefined && { document }),
    text,
    offsets: ranges,
    lines,
  }
}

/** The tag of one part of a token that is cut: opening prefixes stay on the first, closing ones on the last. */
function tagOfPart(tag: string, part: number, parts: number): string {
  const { prefix, type } = parseTag(tag)
  if (prefix === 'O' || prefix === 'I' || parts === 1) return tag
  const opens = prefix === 'B' || prefix === 'S' || prefix === 'U'
  const closing = { S: 'E', E: 'E', U: 'L', L: 'L', B: 'I' }[prefix]
  if (opens && part === 0) return `B-${type}`
  return `${part === parts - 1 ? closing : 'I'}-${type}`
}
