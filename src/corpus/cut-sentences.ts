/**
 * A record of a corpus that was text may hold several sentences. New text is cut into sentences before it is tagged, so
 * a tagger learns from, and is measured on, text that is cut in the same way. What was tokens in the source stays as it
 * is: its sentences are what the source says.
 */
import { splitSentences } from '../text/sentences.js'
import type { Offsets, Sentence, TextSpan } from './sentence.js'
import { spansOf } from './sentence-text.js'
import { surroundingsOfPart } from './surroundings.js'

/** Sentences cut into parts, and the way back. @typeParam Part a part as it was cut, or encoded */
export interface CutSentences<Part = Sentence> {
  /** The parts of all sentences, in order; a sentence with nothing to cut is its own only part. */
  readonly parts: readonly Part[]
  /** Whatever was found for each part, gathered into one list per sentence. */
  readonly gather: <Found>(found: readonly Found[]) => Found[][]
}

/**
 * Cuts records of running text into sentences as a tagger does, without a look at their tags.
 *
 * @example
 * cutSentences([{ text: 'Ada wrote. He paid.', ... }]).parts.map(part => part.text) // ['Ada wrote.', 'He paid.']
 */
export function cutSentences(sentences: readonly Sentence[]): CutSentences {
  const parts: Sentence[] = []
  const counts = sentences.map(sentence => {
    const own = cutAt(sentence, beginnings(sentence))
    parts.push(...own)
    return own.length
  })
  const gather = <Found>(found: readonly Found[]) => {
    let next = 0
    return counts.map(count => {
      next += count
      return found.slice(next - count, next)
    })
  }
  return { parts, gather }
}

/** As `cutSentences`, for learning: sentences that share an entity stay together. */
export function cutLabeled(sentences: readonly Sentence[]): Sentence[] {
  return sentences.flatMap(sentence => {
    const spans = spansOf(sentence)
    let next = 0
    const free = beginnings(sentence).filter(at => {
      while (next < spans.length && spans[next].end <= at) next++
      return next === spans.length || at <= spans[next].start
    })
    return cutAt(sentence, free)
  })
}

/** The tokens that begin a sentence of the text, besides the first. None for tokens without a text. */
export function beginnings({ text, offsets }: Sentence): number[] {
  if (text === undefined || offsets === undefined) return []
  const found: number[] = []
  let token = 0
  for (const { start } of splitSentences(text)) {
    while (token < offsets.length && offsets[token].start < start) token++
    if (token > (found.at(-1) ?? 0) && token < offsets.length) found.push(token)
  }
  return found
}

function cutAt(sentence: Sentence, places: readonly number[]): Sentence[] {
  if (places.length === 0) return [sentence]
  const edges = [0, ...places, sentence.tokens.length]
  return edges.slice(1).map((to, i) => slice(sentence, edges[i], to))
}

function slice(sentence: Sentence, from: number, to: number): Sentence {
  const { tokens, tags, annotated, columns, text, offsets, lines, entities, around, soft } = sentence
  const own = <Item>(items: readonly Item[]) => items.slice(from, to)
  return {
    ...sentence,
    tokens: own(tokens),
    tags: own(tags),
    ...(soft && { soft: own(soft) }),
    ...(annotated?.tokens && { annotated: { ...annotated, tokens: own(annotated.tokens) } }),
    ...(columns && {
      columns: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, own(column)])),
    }),
    ...(text !== undefined && offsets !== undefined && placed(text, own(offsets), entities)),
    ...(around && { around: surroundingsOfPart(around, tokens, { from, to }) }),
    lines: lines.length === tokens.length ? own(lines) : lines,
  }
}

function placed(
  text: string,
  offsets: readonly Offsets[],
  entities?: readonly TextSpan[],
): Pick<Sentence, 'text' | 'offsets' | 'entities'> {
  const from = offsets[0].start
  const to = offsets[offsets.length - 1].end
  const shifted = <Range extends Offsets>(range: Range): Range => ({
    ...range,
    start: range.start - from,
    end: range.end - from,
  })
  return {
    text: text.slice(from, to),
    offsets: offsets.map(shifted),
    ...(entities && {
      entities: entities.filter(({ start, end }) => start >= from && end <= to).map(shifted),
    }),
  }
}
