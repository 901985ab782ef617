import { InputError } from '../base/errors.js'
import { option, say } from '../base/fault.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import type { TokenSpan } from '../tags/span.js'
import { mapTypes, type TypeMap } from '../tags/type-map.js'
import type { TextSentence } from '../text/sentences.js'

/** An entity in a text: half-open offsets in UTF-16 code units, JavaScript's own. */
export interface Entity {
  readonly start: number
  readonly end: number
  readonly type: string
  /** `text.slice(start, end)` */
  readonly text: string
  /** In [0, 1]: a neural tagger's probability of exactly this entity. */
  readonly score: number
  /** Which part of the recognizer found it: the name of a rule, or of a part of a combination. Absent if there is one part. */
  readonly source?: string
}

/** An entity whose score nobody asked for. */
export type UnscoredEntity = Omit<Entity, 'score'>

/** A tagged sentence of a text: its tokens with offsets into the text, and one tag per token. */
export interface AnnotatedSentence extends TextSentence {
  readonly tags: readonly string[]
}

/** A text with its entities. */
export interface EntitiesOfText {
  readonly text: string
  readonly entities: readonly Entity[]
}

/** A text with its entities, and its sentences with tokens and tags. */
export interface AnnotatedText extends EntitiesOfText {
  readonly sentences: readonly AnnotatedSentence[]
}

/** One of the likeliest readings of a sentence; entities with offsets into the text. */
export interface Reading {
  /** The model's probability of exactly this tagging of the sentence, in [0, 1]. */
  readonly probability: number
  /** Its natural logarithm, at most 0; the probability itself may be 0 for a very long sentence. */
  readonly logProbability: number
  readonly tags: readonly string[]
  readonly entities: readonly Entity[]
}

/** An `AnnotatedText` with each sentence's likeliest readings, likeliest first; `entities` are those of the first. */
export interface TextReadings extends AnnotatedText {
  readonly sentences: readonly (AnnotatedSentence & { readonly readings: readonly Reading[] })[]
}

/** Puts together a text and the taggings of its sentences. */
export function annotatedText(
  text: string,
  sentences: readonly TextSentence[],
  found: readonly DecodedSentence[],
): AnnotatedText {
  return {
    text,
    entities: found.flatMap((tagging, i) => entitiesOf(text, sentences[i], tagging)),
    sentences: sentences.map((sentence, i) => ({ ...sentence, tags: found[i].tags })),
  }
}

/** Puts together a text and the likeliest taggings of its sentences. */
export function textReadings(
  text: string,
  sentences: readonly TextSentence[],
  alternatives: readonly (readonly Alternative[])[],
): TextReadings {
  const read = sentences.map((sentence, i) => {
    const readings = alternatives[i].map(
      (found): Reading => ({
        probability: found.probability,
        logProbability: found.logProbability,
        tags: found.tags,
        entities: entitiesOf(text, sentence, found),
      }),
    )
    return { ...sentence, tags: readings[0].tags, readings }
  })
  return { text, entities: read.flatMap(({ readings }) => readings[0].entities), sentences: read }
}

/** Leaves out the entities that score less. */
export function withMinScore<Text extends EntitiesOfText>(annotated: Text, minScore = 0): Text {
  return { ...annotated, entities: annotated.entities.filter(({ score }) => score >= minScore) }
}

/**
 * Gives the entities, those of readings too, other types; `O` leaves them out. Tags stay as they are. Two readings that no
 * longer differ stay two.
 */
export function withTypes<Text extends EntitiesOfText>(found: Text, map: TypeMap): Text {
  const mapped = { ...found, entities: mapTypes(found.entities, map) }
  if (!('sentences' in mapped)) return mapped
  const sentences = mapped.sentences as TextReadings['sentences']
  return {
    ...mapped,
    sentences: sentences.map(sentence =>
      'readings' in sentence
        ? { ...sentence, readings: sentence.readings.map(own => readingWith(own, map)) }
        : sentence,
    ),
  }
}

function readingWith(reading: Reading, map: TypeMap): Reading {
  return { ...reading, entities: mapTypes(reading.entities, map) }
}

/**
 * The coarse view of a recognizer.
 * @throws InputError `predict/coarse` for one that has none
 */
export function coarseTypes({
  types,
  coarse,
}: {
  readonly types: readonly string[]
  readonly coarse?: TypeMap
}): TypeMap {
  if (coarse) return coarse
  throw new InputError('predict/coarse', {
    where: option('coarse'),
    expected: 'a model that says what each of its types is in a coarser view',
    got: `one that does not, with the types ${types.join(', ')}`,
    remedy: say`map types yourself: ${option('map', 'GPE=LOC,FAC=LOC')}`,
  })
}

function entitiesOf(text: string, sentence: TextSentence, { spans }: DecodedSentence): Entity[] {
  return spans.map(({ score, source, ...span }) => {
    const own = { ...entityOf(text, sentence, span), score }
    return source === undefined ? own : { ...own, source }
  })
}

/** The part of a text that a span of a sentence's tokens covers. */
export function entityOf(text: string, { tokens }: TextSentence, span: TokenSpan): UnscoredEntity {
  const { start } = tokens[span.start]
  const { end } = tokens[span.end - 1]
  return { start, end, type: span.type, text: text.slice(start, end) }
}
