import type { OffsetUnit } from '../corpus/read-options.js'
import type { Sentence } from '../corpus/sentence.js'
import type { AnnotatedText, Entity, TextReadings } from '../recognize/annotated-text.js'
import { encodeSpans } from '../tags/encode-spans.js'
import type { Scheme } from '../tags/scheme.js'
import { expressibleSpans } from '../tags/tagging.js'
import { toCodePointOffsets } from '../text/offsets.js'
import type { TextToken } from '../text/token.js'

/** A tagged text, and the sentence that it was if a corpus file was tagged. */
export interface Prediction {
  readonly annotated: AnnotatedText | TextReadings
  readonly source?: Sentence
  /** The file that it comes from, where there may be several. */
  readonly file?: string
}

/** What `predict --json` prints of a text. @param withReadings whether to list the readings of each sentence */
export function predictionRecord(
  { annotated: { text, entities, sentences }, source, file }: Prediction,
  unit: OffsetUnit,
  withReadings: boolean,
) {
  const placed = <Place extends { readonly start: number; readonly end: number }>(
    places: readonly Place[],
  ) =>
    unit === 'utf16'
      ? places
      : toCodePointOffsets(text, places).map((place, i) => ({ ...places[i], ...place }))
  const record = {
    ...source?.fields,
    ...(source?.documentName !== undefined && { document: source.documentName }),
    ...(file !== undefined && { file }),
    text,
    offsets: unit,
    entities: placed(entities),
  }
  if (!withReadings) return record
  const places = placed(sentences.map(({ start, end }) => ({ start, end })))
  return {
    ...record,
    sentences: sentences.map((sentence, i) => ({
      ...places[i],
      readings: ('readings' in sentence ? sentence.readings : []).map(reading => ({
        probability: reading.probability,
        logProbability: reading.logProbability,
        entities: placed(reading.entities),
      })),
    })),
  }
}

/** A prediction's sentences as a corpus has them. @param line of the sentences that come from no corpus */
export function predictedSentences(
  { annotated: { text, entities, sentences }, source }: Prediction,
  scheme: Scheme,
  line: number,
): Sentence[] {
  // Sentences and entities are both in the order of the text.
  let next = 0
  return sentences.map(({ start, end, tokens }) => {
    const first = next
    while (next < entities.length && entities[next].start < end) next++
    return {
      tokens: tokens.map(token => token.text),
      tags: tagsOf(tokens, entities.slice(first, next), scheme),
      text: text.slice(start, end),
      offsets: tokens.map(token => ({ start: token.start - start, end: token.end - start })),
      ...(source?.fields && { fields: source.fields }),
      lines: source?.lines ?? [line],
    }
  })
}

function tagsOf(tokens: readonly TextToken[], entities: readonly Entity[], scheme: Scheme): string[] {
  const startsAt = new Map(tokens.map(({ start }, i) => [start, i]))
  const endsAt = new Map(tokens.map(({ end }, i) => [end, i + 1]))
  const spans = entities.flatMap(({ start, end, type }) => {
    const [first, last] = [startsAt.get(start), endsAt.get(end)]
    return first !== undefined && last !== undefined ? [{ start: first, end: last, type }] : []
  })
  return encodeSpans(expressibleSpans(spans, scheme), tokens.length, scheme)
}
