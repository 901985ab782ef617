import { InputError } from '../base/errors.js'
import { setting } from '../base/fault.js'
import { indexOfLargest } from '../base/index-of-largest.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import type { AttentionMap } from '../model/attention-map.js'
import type { TokenSentence } from '../model/inputs/sentence.js'
import type { UnitKind, UnitSequence } from '../model/inputs/units.js'
import { type TextReadings, textReadings } from './annotated-text.js'
import { type RecognizerInfo, SentenceRecognizer, type Texts } from './recognizer.js'
import type { SentenceTagger } from './sentence-tagger.js'

/** What a tagger says about itself. */
export interface TaggerInfo extends RecognizerInfo {
  /** Every tag that it can give, by id. */
  readonly tags: readonly string[]
  readonly runtime: string
  /** What the encoder steps over. */
  readonly unit: UnitKind
}

/** One tag per character (a code point) of a sentence's tokens and of the single spaces between them. */
export interface CharacterTags {
  readonly units: UnitSequence
  readonly tags: readonly string[]
}

const NO_UNITS: UnitSequence = { texts: [], starts: new Int32Array(0), ends: new Int32Array(0) }

/**
 * A trained neural tagger. Load one with `loadTagger`; `release` it, or declare it with `await using`, when done.
 *
 * @example
 * const tagger = await loadTagger('runs/a')
 * for (const entity of await tagger.tag('Ada Lovelace wrote from London.')) console.log(entity.type, entity.text)
 */
export class Tagger extends SentenceRecognizer {
  constructor(
    private readonly sentences: SentenceTagger,
    readonly info: TaggerInfo,
  ) {
    super()
  }

  tagTokens(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    return this.sentences.tagTokens(sentences)
  }

  /**
   * The `n` likeliest taggings of sentences that are already split into tokens, likeliest first, each with the model's
   * probability of exactly this tagging and its logarithm. A sentence with fewer legal taggings has fewer.
   * @throws RangeError if `n` is not a whole number from 1
   *
   * @example
   * const [readings] = await tagger.nBest([['Ada', 'wrote']], 3)
   * for (const { probability, spans } of readings) console.log(probability, spans)
   */
  async nBest(sentences: readonly TokenSentence[], n: number): Promise<Alternative[][]> {
    if (!Number.isInteger(n) || n < 1) throw new RangeError(`expected a number of readings from 1, got ${n}`)
    return this.sentences.nBest(sentences, n)
  }

  /** As `annotate`, with the `n` likeliest readings of each sentence. @throws RangeError as `nBest` */
  async *annotateNBest(texts: Texts, n: number): AsyncGenerator<TextReadings> {
    for await (const each of this.bySentence(texts, sentences => this.nBest(sentences, n)))
      yield textReadings(each.text, each.sentences, each.found)
  }

  /** The probability of each tag at each token of each sentence, row-major `[tokens, tags]`; tags as in `info.tags`. */
  tagProbabilities(sentences: readonly TokenSentence[]): Promise<Float64Array[]> {
    return this.sentences.tagProbabilities(sentences)
  }

  /**
   * What each attention of the model looked at in each sentence, one map per head; empty if the model has no attention.
   * A Reformer has maps only if it was trained with `attentionWeights`.
   * @throws RangeError for a sentence that the model does not see at once: ask `seesWhole`
   * @example
   * const [[first]] = await tagger.attention([['Ada', 'wrote', '.']])
   * first.weights[1] // how much the first word takes from the second
   */
  attention(sentences: readonly TokenSentence[]): Promise<AttentionMap[][]> {
    return this.sentences.attention(sentences)
  }

  /** Whether the model sees all of a sentence at once; it reads longer ones through overlapping windows. */
  seesWhole(sentence: TokenSentence): boolean {
    return this.sentences.seesWhole(sentence)
  }

  /**
   * The likeliest tag of each character by itself, for sentences that are already split into tokens; the characters are
   * those of `units.texts`, with a space between two tokens.
   * @throws InputError `predict/characters` if this tagger's unit is not the character
   */
  async tagCharacters(sentences: readonly TokenSentence[]): Promise<CharacterTags[]> {
    const { unit, tags } = this.info
    if (unit !== 'character')
      throw new InputError('predict/characters', {
        where: setting('input.unit'),
        expected: 'a tagger that labels characters',
        got: `a tagger of ${unit}s`,
      })
    const found = await this.sentences.unitLogits(sentences)
    return found.map(({ units = NO_UNITS, logits }) => ({
      units,
      tags: units.texts.map((_, c) => tags[indexOfLargest(logits, c * tags.length, tags.length)]),
    }))
  }

  release(): Promise<void> {
    return this.sentences.release()
  }
}
