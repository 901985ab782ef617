import { parseTag } from '../tags/scheme.js'
import { projectEntities, taggedText } from './project-entities.js'
import { lineOf, type Sentence } from './sentence.js'
import { sliceAll, splitRanges } from './text-tokens.js'

/**
 * A sentence with its tokens split further at some places of its text. Entities stay the same; further columns are
 * repeated. With it, two annotations of one text can be compared if their entities split tokens in different places.
 * @param places offsets into the text in UTF-16 code units, in any order
 * @throws TypeError for a sentence without text and offsets
 *
 * @example
 * refineTokens(sentence, [3]) // 'London-based' from 0: 'Lon', 'don-based'
 */
export function refineTokens(sentence: Sentence, places: Iterable<number>): Sentence {
  const { text, offsets, tags, annotated, columns, entities, document, documentName, file } = sentence
  if (text === undefined || offsets === undefined) throw new TypeError('the sentence has no text')
  const ranges = splitRanges(offsets, places)
  const newTags: string[] = []
  const lines: number[] = []
  /** The token that each part is of. */
  const origin: number[] = []
  let part = 0
  const middle = tags.some(tag => tag[0] === 'M' || tag[0] === 'W') ? 'M' : 'I'
  offsets.forEach(({ end }, i) => {
    const first = part
    while (ranges[part].end < end) part++
    part++
    for (let k = first; k < part; k++) {
      if (tags.length > 0) newTags.push(tagOfPart(tags[i], { part: k - first, parts: part - first, middle }))
      lines.push(lineOf(sentence, i))
      origin.push(i)
    }
  })
  return {
    tokens: sliceAll(text, ranges),
    tags: newTags,
    ...(annotated && {
      annotated: {
        ...annotated,
        ...(annotated.tokens && { tokens: origin.map(i => annotated.tokens?.[i] ?? true) }),
      },
    }),
    ...(columns && {
      columns: Object.fromEntries(
        Object.entries(columns).map(([name, column]) => [name, origin.map(i => column[i])]),
      ),
    }),
    ...(document !== undefined && { document }),
    ...(documentName !== undefined && { documentName }),
    ...(file !== undefined && { file }),
    text,
    offsets: ranges,
    lines,
    ...(entities && taggedText(text, ranges, projectEntities(entities, ranges))),
  }
}

/**
 * A sentence whose tags say everything: tokens are cut where an entity begins or ends inside them. The sentence itself if
 * there is no such entity.
 */
export function exactTokens(sentence: Sentence): Sentence {
  const { entities } = sentence
  return entities === undefined ? sentence : refineTokens(sentence, edgesOf(entities))
}

/** Where entities begin and end. */
export function edgesOf(entities: readonly { readonly start: number; readonly end: number }[]): number[] {
  return entities.flatMap(({ start, end }) => [start, end])
}

/** The tag of one part of a split token: opening prefixes stay on the first part, closing ones on the last. */
function tagOfPart(
  tag: string,
  { part, parts, middle }: { readonly part: number; readonly parts: number; readonly middle: 'I' | 'M' },
): string {
  const { prefix, type } = parseTag(tag)
  if (prefix === 'O' || prefix === 'I' || prefix === 'M' || parts === 1) return tag
  const opens = prefix !== 'E' && prefix !== 'L'
  const closing = { S: 'E', W: 'E', E: 'E', U: 'L', L: 'L', B: middle }[prefix]
  if (opens && part === 0) return `B-${type}`
  return `${part === parts - 1 ? closing : middle}-${type}`
}
