import { InputError } from '../base/errors.js'
import { setting } from '../base/fault.js'
import { indexOfLargest } from '../base/index-of-largest.js'
import type { RecognizerKind } from '../config/schema.js'
import type { SpanConstraints } from '../decode/constraints.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import type { AttentionMap } from '../model/attention-map.js'
import type { SentenceInput, TokenSentence } from '../model/inputs/sentence.js'
import type { UnitKind, UnitSequence } from '../model/inputs/units.js'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.js'
import { type TextReadings, textReadings } from './annotated-text.js'
import { checkReadings, checkSentence, checkSentences, checkStream } from './arguments.js'
import type { RecognizerInfo } from './recognizer.js'
import type { SentenceModel } from './sentence-model.js'
import { SentenceRecognizer } from './sentence-recognizer.js'
import type { Texts } from './tag-options.js'

/** What a tagger says about itself. */
export interface TaggerInfo extends RecognizerInfo {
  /** Every tag that it can give, by id. */
  readonly tags: readonly string[]
  /** What kind of model it is. */
  readonly recognizer: RecognizerKind
  /** What computes a network; `none` where there is none. */
  readonly runtime: string
  /** What is labeled; words, unless the encoder steps over something else. */
  readonly unit: UnitKind
}

/** One tag per character (a code point) of a sentence's tokens and of the single spaces between them. */
export interface CharacterTags {
  readonly units: UnitSequence
  readonly tags: readonly string[]
}

const NO_UNITS: UnitSequence = { texts: [], starts: new Int32Array(0), ends: new Int32Array(0) }

/**
 * A trained tagger: a network, a CRF or an HMM. Load one with `loadTagger`; `release` it, or declare it with `await using`, when done.
 *
 * @example
 * const tagger = await loadTagger('runs/a')
 * for (const entity of await tagger.tag('Ada Lovelace wrote from London.')) console.log(entity.type, entity.text)
 */
export class Tagger extends SentenceRecognizer {
  constructor(
    private readonly sentences: SentenceModel,
    readonly info: TaggerInfo,
    override readonly tokenizer: Tokenizer = createTokenizer('characters'),
    private readonly columnCheck: (sentences: readonly SentenceInput[]) => void = () => {},
  ) {
    super()
  }

  /**
   * Refuses a file's sentences if a column that the tagger reads holds none of the values that it was trained with, or
   * tags of entities instead of them. Tagging alone takes any value.
   * @throws EncodeError `encode/column`, also for a sentence without such a column
   * @example
   * tagger.checkColumns([{ tokens: ['Ada'], columns: { pos: ['PROPN'] } }])
   */
  override checkColumns(sentences: readonly SentenceInput[]): void {
    super.checkColumns(sentences)
    this.columnCheck(sentences)
  }

  /**
   * The `n` likeliest taggings of sentences that are already split into tokens, likeliest first, each with the model's
   * probability of exactly this tagging and its logarithm. A sentence with fewer legal taggings has fewer.
   * @throws InputError `predict/argument` if `n` is not a whole number from 1 to 1000
   *
   * @example
   * const [readings] = await tagger.nBest([['Ada', 'wrote']], 3)
   * for (const { probability, spans } of readings) console.log(probability, spans)
   */
  async nBest(sentences: readonly TokenSentence[], n: number): Promise<Alternative[][]> {
    checkReadings(n)
    return this.during(sentences, () => this.sentences.nBest(sentences, n))
  }

  /** As `annotate`, with the `n` likeliest readings of each sentence. @throws as `nBest` */
  annotateNBest(texts: Texts, n: number): AsyncGenerator<TextReadings> {
    checkStream(texts)
    checkReadings(n)
    this.calls.check()
    return this.calls.stream(() => this.readings(texts, n))
  }

  /** The probability of each tag at each token of each sentence, row-major `[tokens, tags]`; tags as in `info.tags`. */
  tagProbabilities(sentences: readonly TokenSentence[]): Promise<Float64Array[]> {
    return this.during(sentences, () => this.sentences.tagProbabilities(sentences))
  }

  /**
   * What each attention of the model looked at in each sentence, one map per head; empty if the model has no attention.
   * A Reformer has maps only if it was trained with `attentionWeights`.
   * @throws InputError `predict/argument` for a sentence that the model does not see at once: ask `seesWhole`
   * @example
   * const [[first]] = await tagger.attention([['Ada', 'wrote', '.']])
   * first.weights[1] // how much the first word takes from the second
   */
  attention(sentences: readonly TokenSentence[]): Promise<AttentionMap[][]> {
    return this.during(sentences, () => this.sentences.attention(sentences))
  }

  /** Whether the model sees all of a sentence at once; it reads longer ones through overlapping windows. */
  seesWhole(sentence: TokenSentence): boolean {
    checkSentence(sentence, 'sentence')
    this.calls.check()
    return this.sentences.seesWhole(sentence)
  }

  /**
   * The likeliest tag of each character by itself, for sentences that are already split into tokens; the characters are
   * those of `units.texts`, with a space between two tokens.
   * @throws InputError `predict/characters` if this tagger's unit is not the character
   */
  async tagCharacters(sentences: readonly TokenSentence[]): Promise<CharacterTags[]> {
    const { unit, tags } = this.info
    const { unitLogits } = this.sentences
    if (unit !== 'character' || !unitLogits)
      throw new InputError('predict/characters', {
        where: setting('input.unit'),
        expected: 'a tagger that labels characters',
        got: `a tagger of ${unit}s`,
      })
    const found = await this.during(sentences, () => unitLogits.call(this.sentences, sentences))
    return found.map(({ units = NO_UNITS, logits }) => ({
      units,
      tags: units.texts.map((_, c) => tags[indexOfLargest(logits, c * tags.length, tags.length)]),
    }))
  }

  /** Whether `tagConstrained` can be called. */
  get canBeConstrained(): boolean {
    return this.sentences.tagConstrained !== undefined
  }

  /**
   * As `tagTokens`, under what is known of each sentence: entities that are there, types that are not, and entities that are
   * likelier. Tags and scores are exactly those of the model's taggings that agree with it.
   * @throws InputError `predict/kind` for a model that cannot be held to it
   * @example
   * await tagger.tagConstrained([['Ada', 'wrote']], [{ fixed: [{ start: 0, end: 1, type: 'PER' }] }])
   */
  async tagConstrained(
    sentences: readonly TokenSentence[],
    constraints: readonly SpanConstraints[],
  ): Promise<DecodedSentence[]> {
    const { sentences: model } = this
    return this.during(sentences, async () => {
      if (model.tagConstrained) return model.tagConstrained(sentences, constraints)
      throw new InputError('predict/kind', {
        where: 'constraints',
        expected: 'a neural tagger, whose decoder can be constrained',
        got: 'another kind of model',
      })
    })
  }

  protected decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    return this.sentences.tagTokens(sentences)
  }

  protected free(): Promise<void> {
    return this.sentences.release()
  }

  private async during<Found>(
    sentences: readonly TokenSentence[],
    work: () => Promise<Found>,
  ): Promise<Found> {
    checkSentences(sentences)
    return this.calls.during(work)
  }

  private readings(texts: Texts, n: number): AsyncGenerator<TextReadings> {
    return this.inBatches(texts, async batch => {
      const found = await this.bySentence(batch, sentences => this.sentences.nBest(sentences, n))
      return found.map(each => textReadings(each.text, each.sentences, each.found))
    })
  }
}
