import { InputError } from '../base/errors.js'
import { indexOfLargest } from '../base/index-of-largest.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import { ASYNC_DISPOSE } from '../engine/runtime/runtime.js'
import type { AttentionMap } from '../model/attention-map.js'
import type { TokenSentence } from '../model/inputs/sentence-features.js'
import type { UnitKind, UnitSequence } from '../model/inputs/units.js'
import { segment, type TextSentence } from '../text/sentences.js'
import { type BatchLimits, batchesOf } from './batches.js'
import type { Entity } from './entity.js'
import type { SentenceTagger } from './sentence-tagger.js'

/** What a tagger can tell about itself. */
export interface TaggerInfo {
  readonly types: readonly string[]
  readonly tags: readonly string[]
  readonly runtime: string
  /** Columns that each sentence must have besides its tokens (`pos`, `column2` …). */
  readonly columns: readonly string[]
  /** What the encoder steps over. */
  readonly unit: UnitKind
}

/** A tagged sentence of a text: its tokens with offsets into the text, and a tag a token in the model's scheme. */
export interface AnnotatedSentence extends TextSentence {
  readonly tags: readonly string[]
}

/** A text with all that the tagger found out about it. */
export interface AnnotatedText {
  readonly text: string
  readonly entities: readonly Entity[]
  readonly sentences: readonly AnnotatedSentence[]
}

/** One of the likeliest readings of a sentence; entities with offsets into the text. */
export interface Reading {
  /** The model's probability of exactly this tagging of the sentence, in [0, 1]. */
  readonly probability: number
  /** Its natural logarithm, at most 0; of a very long sentence the probability itself is 0. */
  readonly logProbability: number
  readonly tags: readonly string[]
  readonly entities: readonly Entity[]
}

/** As `AnnotatedText`, with each sentence's likeliest readings, likeliest first; `entities` are those of the first. */
export interface TextReadings extends AnnotatedText {
  readonly sentences: readonly (AnnotatedSentence & { readonly readings: readonly Reading[] })[]
}

/** A tag for each character (a code point) of a sentence's tokens, those of the single spaces between them included. */
export interface CharacterTags {
  readonly units: UnitSequence
  readonly tags: readonly string[]
}

const NO_UNITS: UnitSequence = { texts: [], starts: new Int32Array(0), ends: new Int32Array(0) }

/** Texts of a stream that are tagged together. */
const BATCH: BatchLimits = { texts: 256, characters: 100_000, patience: 20 }

/**
 * A trained tagger. Load one with `loadTagger`; `release` it, or declare it with `await using`, when done.
 *
 * @example
 * const tagger = await loadTagger('runs/a')
 * for (const entity of await tagger.tag('Ada Lovelace wrote from London.')) console.log(entity.type, entity.text)
 */
export class Tagger implements AsyncDisposable {
  constructor(
    private readonly sentences: SentenceTagger,
    readonly info: TaggerInfo,
  ) {}

  /**
   * The entities of a text, of each of several texts, or of each text of a stream, in order of their offsets.
   * Texts of any length are read whole.
   */
  tag(text: string): Promise<Entity[]>
  tag(texts: readonly string[]): Promise<Entity[][]>
  tag(texts: AsyncIterable<string>): AsyncGenerator<Entity[]>
  tag(
    input: string | readonly string[] | AsyncIterable<string>,
  ): Promise<Entity[] | Entity[][]> | AsyncGenerator<Entity[]> {
    if (typeof input === 'string') return this.annotateBatch([input]).then(([{ entities }]) => [...entities])
    if (Array.isArray(input)) return this.tagTexts(input)
    return this.tagStream(input as AsyncIterable<string>)
  }

  /** As `tag` for a stream, with tokens and tags besides the entities. */
  async *annotate(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<AnnotatedText> {
    for await (const batch of batchesOf(texts, BATCH)) yield* await this.annotateBatch(batch)
  }

  /**
   * Tags and entities of sentences that are split into tokens already; offsets are token indices.
   * @throws EncodeError `encode/column` where a sentence lacks a column of `info.columns`, as plain text always does
   */
  async tagTokens(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    return this.sentences.tagTokens(sentences)
  }

  /**
   * The `n` likeliest taggings of sentences that are split into tokens already, likeliest first, each with the model's
   * probability of exactly this tagging and its logarithm; there are fewer where a sentence has fewer legal ones.
   * @throws RangeError where `n` is no whole number from 1
   *
   * @example
   * const [readings] = await tagger.nBest([['Ada', 'wrote']], 3)
   * for (const { probability, spans } of readings) console.log(probability, spans)
   */
  async nBest(sentences: readonly TokenSentence[], n: number): Promise<Alternative[][]> {
    checkN(n)
    return this.sentences.nBest(sentences, n)
  }

  /** As `annotate`, with the `n` likeliest readings of each sentence. @throws RangeError as `nBest` */
  async *annotateNBest(
    texts: AsyncIterable<string> | Iterable<string>,
    n: number,
  ): AsyncGenerator<TextReadings> {
    checkN(n)
    for await (const batch of batchesOf(texts, BATCH)) {
      const segmented = batch.map(text => segment(text).sentences)
      const found = await this.nBest(segmented.flat().map(wordsOf), n)
      let next = 0
      yield* segmented.map((own, i) =>
        textReadings(
          batch[i],
          own,
          own.map(() => found[next++]),
        ),
      )
    }
  }

  /** The probability of each tag at each token of each sentence, row-major `[tokens, tags]`; tags as in `info.tags`. */
  async tagProbabilities(sentences: readonly TokenSentence[]): Promise<Float64Array[]> {
    return this.sentences.tagProbabilities(sentences)
  }

  /**
   * What each attention of the model looked at in each sentence, a map a head; none where the model has no attention. A
   * Reformer's only where it was trained with `attentionWeights`.
   * @throws RangeError for a sentence longer than the model sees at once: ask `seesWhole`
   * @example
   * const [[first]] = await tagger.attention([['Ada', 'wrote', '.']])
   * first.weights[1] // how much the first word takes from the second
   */
  attention(sentences: readonly TokenSentence[]): Promise<AttentionMap[][]> {
    return this.sentences.attention(sentences)
  }

  /** Whether the model sees all of a sentence at once; longer ones it reads through overlapping windows. */
  seesWhole(sentence: TokenSentence): boolean {
    return this.sentences.seesWhole(sentence)
  }

  /**
   * A tag for each character of sentences that are split into tokens already, the likeliest of each by itself; the
   * characters are those of `units.texts`, with a space between two tokens.
   * @throws InputError `predict/characters` where characters are not this tagger's unit
   */
  async tagCharacters(sentences: readonly TokenSentence[]): Promise<CharacterTags[]> {
    const { unit, tags } = this.info
    if (unit !== 'character')
      throw new InputError('predict/characters', {
        where: 'input.unit',
        expected: 'a tagger that labels characters',
        got: `one of ${unit}s`,
      })
    const found = await this.sentences.unitLogits(sentences)
    return found.map(({ units = NO_UNITS, logits }) => ({
      units,
      tags: units.texts.map((_, c) => tags[indexOfLargest(logits, c * tags.length, tags.length)]),
    }))
  }

  async release(): Promise<void> {
    await this.sentences.release()
  }

  [ASYNC_DISPOSE](): Promise<void> {
    return this.release()
  }

  private async tagTexts(texts: readonly string[]): Promise<Entity[][]> {
    const results: Entity[][] = []
    for await (const entities of this.tagStream(texts)) results.push(entities)
    return results
  }

  private async *tagStream(texts: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Entity[]> {
    for await (const { entities } of this.annotate(texts)) yield [...entities]
  }

  private async annotateBatch(texts: readonly string[]): Promise<AnnotatedText[]> {
    const segmented = texts.map(text => segment(text).sentences)
    const decoded = await this.tagTokens(segmented.flat().map(wordsOf))
    let next = 0
    return segmented.map((own, i) => {
      const text = texts[i]
      const results = own.map(sentence => ({ sentence, found: decoded[next++] }))
      return {
        text,
        entities: results.flatMap(({ sentence, found }) => entitiesOf(text, sentence, found)),
        sentences: results.map(({ sentence, found }) => ({ ...sentence, tags: found.tags })),
      }
    })
  }
}

/** A text's readings from those of its sentences. */
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

function wordsOf({ tokens }: TextSentence): string[] {
  return tokens.map(token => token.text)
}

function checkN(n: number): void {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`expected a number of readings from 1, got ${n}`)
}

function entitiesOf(text: string, { tokens }: TextSentence, { spans }: DecodedSentence): Entity[] {
  return spans.map(span => {
    const { start } = tokens[span.start]
    const { end } = tokens[span.end - 1]
    return { start, end, type: span.type, text: text.slice(start, end), score: span.score }
  })
}
