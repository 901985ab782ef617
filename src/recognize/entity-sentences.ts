import { edgesOf } from '../corpus/refine-tokens.js'
import { splitRanges } from '../corpus/text-tokens.js'
import { encodeSpans } from '../tags/encode-spans.js'
import type { TokenSpan } from '../tags/span.js'
import type { TextSentence } from '../text/sentences.js'
import type { TextRange, TextToken } from '../text/token.js'
import type { AnnotatedSentence, AnnotatedText, Entity } from './annotated-text.js'

/** A text with entities at any offsets, in order and without overlaps. */
export function annotatedWith(
  text: string,
  sentences: readonly TextSentence[],
  found: readonly Omit<Entity, 'text'>[],
): AnnotatedText {
  const entities = found.map(({ start, end, type, score, source }): Entity => {
    const own = { start, end, type, text: text.slice(start, end), score }
    return source === undefined ? own : { ...own, source }
  })
  return { text, entities, sentences: entitySentences(text, sentences, entities) }
}

/**
 * Sentences whose tags (BIO) say exactly what the entities say: tokens are cut where an entity begins or ends inside them,
 * and sentences that an entity crosses are joined.
 */
function entitySentences(
  text: string,
  sentences: readonly TextSentence[],
  entities: readonly Entity[],
): AnnotatedSentence[] {
  const found: AnnotatedSentence[] = []
  let next = 0
  let at = 0
  while (at < sentences.length) {
    const first = at++
    const own = next
    let { end } = sentences[first]
    for (;;) {
      while (next < entities.length && entities[next].start < end) next++
      const crossing = next > own ? entities[next - 1].end : 0
      if (at === sentences.length || sentences[at].start >= crossing) break
      end = sentences[at++].end
    }
    found.push(taggedSentence(text, sentences.slice(first, at), entities.slice(own, next)))
  }
  return found
}

function taggedSentence(
  text: string,
  parts: readonly TextSentence[],
  entities: readonly Entity[],
): AnnotatedSentence {
  const all = parts.flatMap(({ tokens }) => tokens)
  const tokens: readonly TextToken[] =
    entities.length === 0
      ? all
      : splitRanges(all, edgesOf(entities)).map(({ start, end }) => ({
          start,
          end,
          text: text.slice(start, end),
        }))
  const spans = coveredTokens(tokens, entities)
  return {
    start: parts[0].start,
    end: parts[parts.length - 1].end,
    tokens,
    tags: encodeSpans(spans, tokens.length, 'BIO'),
  }
}

/**
 * Ranges of a text as spans of the tokens that they touch. Where two ranges touch the same token, the second span begins
 * after it; a range without a token of its own has no span.
 */
export function coveredTokens<Range extends TextRange & { readonly type: string }>(
  tokens: readonly TextRange[],
  ranges: readonly Range[],
): (TokenSpan & Range)[] {
  let first = 0
  return ranges.flatMap(range => {
    while (first < tokens.length && tokens[first].end <= range.start) first++
    let end = first
    while (end < tokens.length && tokens[end].start < range.end) end++
    const span = { ...range, start: first, end }
    first = end
    return span.end > span.start ? [span] : []
  })
}
