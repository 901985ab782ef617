import { InputError } from '../base/errors.js'
import { setting } from '../base/fault.js'
import { indexOfLargest } from '../base/index-of-largest.js'
import type { RecognizerKind } from '../config/schema.js'
import type { SpanConstraints } from '../decode/constraints.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import type { AttentionMap } from '../model/attention-map.js'
import type { SentenceInput, TokenSentence } from '../model/inputs/sentence.js'
import type { UnitSequence } from '../model/inputs/units.js'
import type { Tagging } from '../tags/tagging.js'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.js'
import { type TextReadings, textReadings } from './annotated-text.js'
import { checkConstraints, checkReadings, checkSentence, checkSentences, checkStream } from './arguments.js'
import type { CharacterTags, RecognizerInfo } from './recognizer.js'
import type { SentenceModel } from './sentence-model.js'
import { SentenceRecognizer } from './sentence-recognizer.js'
import type { Texts } from './tag-options.js'

/** Of a trained tagger. */
export interface TaggerInfo extends RecognizerInfo {
  readonly recognizer: RecognizerKind
}

const NO_UNITS: UnitSequence = { texts: [], starts: new Int32Array(0), ends: new Int32Array(0) }

/**
 * A trained tagger: a network, a CRF or an HMM. Load one with `loadTagger`; `release` it when done, in `finally`; TypeScript, and
 * JavaScript from Node.js 24, have `await using` for that.
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

  override checkColumns(sentences: readonly SentenceInput[]): void {
    super.checkColumns(sentences)
    this.columnCheck(sentences)
  }

  override async nBest(sentences: readonly TokenSentence[], n: number): Promise<Alternative[][]> {
    checkReadings(n)
    return this.during(sentences, () => this.sentences.nBest(sentences, n))
  }

  override annotateNBest(texts: Texts, n: number): AsyncGenerator<TextReadings> {
    checkStream(texts)
    checkReadings(n)
    this.calls.check()
    return this.calls.stream(() => this.readings(texts, n))
  }

  override tagProbabilities(sentences: readonly TokenSentence[]): Promise<Float64Array[]> {
    return this.during(sentences, () => this.sentences.tagProbabilities(sentences))
  }

  override attention(sentences: readonly TokenSentence[]): Promise<AttentionMap[][]> {
    return this.during(sentences, () => this.sentences.attention(sentences))
  }

  override seesWhole(sentence: TokenSentence): boolean {
    checkSentence(sentence, 'sentence')
    this.calls.check()
    return this.sentences.seesWhole(sentence)
  }

  override async tagCharacters(sentences: readonly TokenSentence[]): Promise<CharacterTags[]> {
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

  override async tagConstrained(
    sentences: readonly TokenSentence[],
    constraints: readonly SpanConstraints[],
  ): Promise<DecodedSentence[]> {
    return this.during(sentences, () => {
      checkConstraints(constraints, sentences.length)
      return this.sentences.tagConstrained(sentences, constraints)
    })
  }

  protected decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    return this.sentences.tagTokens(sentences)
  }

  protected override decodeUnscored(sentences: readonly TokenSentence[]): Promise<Tagging[]> {
    return this.sentences.find?.(sentences) ?? this.sentences.tagTokens(sentences)
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
