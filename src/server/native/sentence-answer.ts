import type { AnalyzedSentence } from '../../recognize/analyzed-text.js'
import type { Reading } from '../../recognize/annotated-text.js'
import type { TextRange, TextToken } from '../../text/token.js'
import { inUnit, type OffsetUnit } from './in-unit.js'

/** A sentence in an answer: plain JSON, rows as arrays. */
export interface SentenceAnswer extends TextRange {
  readonly tokens: readonly TextToken[]
  readonly tags: readonly string[]
  readonly readings?: readonly Reading[]
  readonly probabilities?: readonly (readonly number[])[]
  readonly attention?: readonly { readonly name: string; readonly weights: readonly (readonly number[])[] }[]
}

/** @param width tags of the model: columns of `probabilities` */
export function sentenceAnswer(
  text: string,
  { start, end, tokens, tags, readings, probabilities, attention }: AnalyzedSentence,
  { offsets, width }: { readonly offsets: OffsetUnit; readonly width: number },
): SentenceAnswer {
  const [range] = inUnit(text, [{ start, end }], offsets)
  return {
    ...range,
    tokens: inUnit(text, tokens, offsets).map(({ start, end, text }) => ({ start, end, text })),
    tags,
    ...(readings && {
      readings: readings.map(reading => ({ ...reading, entities: inUnit(text, reading.entities, offsets) })),
    }),
    ...(probabilities && { probabilities: rows(probabilities, width) }),
    ...(attention && {
      attention: attention.map(({ name, weights }) => ({ name, weights: rows(weights, tokens.length) })),
    }),
  }
}

/** The rows of a matrix, for JSON. */
function rows(numbers: Float64Array | Float32Array, width: number): number[][] {
  const all = Array.from(numbers)
  return Array.from({ length: width === 0 ? 0 : all.length / width }, (_, row) =>
    all.slice(row * width, (row + 1) * width),
  )
}
