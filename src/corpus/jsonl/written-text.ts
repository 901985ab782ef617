import { toCodePointOffsets } from '../../text/offsets.js'
import { tokenize } from '../../text/tokenize.js'
import type { OffsetUnit } from '../read-options.js'
import { edgesOf } from '../refine-tokens.js'
import type { Offsets, Sentence, TextSpan } from '../sentence.js'
import {
  CUT_TOKENS,
  GUESSED_SPACES,
  isReadBack,
  PARTLY_LABELED,
  REWRITTEN,
  textEntities,
  textOf,
} from '../sentence-text.js'
import type { LossLog } from '../sentence-writer.js'
import { splitRanges } from '../text-tokens.js'

/** A sentence as formats of other tools hold it. */
export interface WrittenText {
  readonly text: string
  /** In the chosen unit. `undefined` for unlabeled text. */
  readonly entities: readonly TextSpan[] | undefined
}

/** What a text with entities does not hold of a sentence. @param offsets of its tokens */
export function addTextLosses(sentence: Sentence, offsets: readonly Offsets[], losses: LossLog): void {
  const text = textOf(sentence).text
  if (!isReadBack(sentence)) losses.add(...REWRITTEN, sentence)
  if (sentence.text === undefined) losses.add(...GUESSED_SPACES, sentence)
  if (!sameRanges(offsets, tokenize(text))) losses.add('tokens', 'how it was split into tokens', sentence)
  if (sentence.columns && Object.keys(sentence.columns).length > 0)
    losses.add('columns', 'further columns', sentence)
}

export function sameRanges(a: readonly Offsets[], b: readonly Offsets[]): boolean {
  return a.length === b.length && a.every(({ start, end }, i) => start === b[i].start && end === b[i].end)
}

/** The text of a sentence with its entities. What it cannot hold is a loss. @param unit of its offsets */
export function writtenText(sentence: Sentence, unit: OffsetUnit, losses: LossLog): WrittenText {
  const { text, offsets } = textOf(sentence)
  const entities = textEntities(sentence, { text, offsets })
  addTextLosses(sentence, offsets, losses)
  if (sentence.annotated) losses.add(...PARTLY_LABELED, sentence)
  if (sentence.document !== undefined) losses.add('documents', 'which document it belongs to', sentence)
  const inUnit = (ranges: readonly Offsets[]) =>
    unit === 'codepoint' ? toCodePointOffsets(text, ranges) : ranges
  const ranges = inUnit(entities)
  return {
    text,
    entities:
      sentence.tags.length === 0
        ? undefined
        : ranges.map(({ start, end }, i) => ({ start, end, type: entities[i].type })),
  }
}

/** A token as spaCy and Prodigy write it. Offsets count code points. */
export interface WrittenToken extends Offsets {
  readonly text: string
  /** Whether a space follows. */
  readonly ws: boolean
}

/**
 * Tokens that fit the entities, as spaCy and Prodigy want them: cut where an entity begins or ends inside one. One space
 * belongs to the token before it, and other white space is a token of its own.
 */
export function cutTokens(sentence: Sentence, losses: LossLog): WrittenToken[] {
  if (sentence.entities) losses.add(...CUT_TOKENS, sentence)
  const place = textOf(sentence)
  const { text } = place
  const ranges: Offsets[] = []
  let at = 0
  const fill = (end: number) => {
    const start = ranges.length > 0 && text[at] === ' ' ? at + 1 : at
    if (start < end) ranges.push({ start, end })
  }
  for (const range of splitRanges(place.offsets, edgesOf(textEntities(sentence, place)))) {
    fill(range.start)
    ranges.push(range)
    at = range.end
  }
  fill(text.length)
  return toCodePointOffsets(text, ranges).map(({ start, end }, i) => ({
    text: text.slice(ranges[i].start, ranges[i].end),
    start,
    end,
    ws: text[ranges[i].end] === ' ' && ranges[i + 1]?.start !== ranges[i].end,
  }))
}
