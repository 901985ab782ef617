import { collect } from '../base/collect.js'
import { InputError } from '../base/errors.js'
import { option, type Place } from '../base/fault.js'
import type { SpanConstraints } from '../decode/constraints.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import { ASYNC_DISPOSE } from '../engine/runtime/runtime.js'
import type { AttentionMap } from '../model/attention-map.js'
import type { SentenceInput, TokenSentence } from '../model/inputs/sentence.js'
import { type RedactedText, type RedactOptions, type Redactor, redactorOf } from '../redact/redactor.js'
import { mapTypes } from '../tags/type-map.js'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.js'
import {
  type AnnotatedText,
  coarseTypes,
  type EntitiesOfText,
  type Entity,
  type TextReadings,
  type UnscoredEntity,
  withMinScore,
  withTypes,
} from './annotated-text.js'
import { checkSentences, checkStream, checkTagOptions, checkText, checkTexts, isStream } from './arguments.js'
import { type BatchLimits, batchesOf } from './batches.js'
import { Calls } from './calls.js'
import type { CharacterTags, Recognizer, RecognizerInfo } from './recognizer.js'
import type { TagOptions, Texts, TokenOptions, UnscoredOptions } from './tag-options.js'

/** Texts of a stream that are tagged together. */
export const BATCH: BatchLimits = { texts: 256, characters: 100_000, patience: 20 }

const SCORE_AND_SIGNAL = ['minScore', 'signal'] as const

const GOT: Readonly<Partial<Record<RecognizerInfo['recognizer'], string>>> = {
  rules: 'rules',
  combination: 'several recognizers',
  spans: 'a model of spans',
}

/**
 * What all recognizers share: checking arguments, batching streams, options, releasing. A kind of recognizer provides
 * `info`, `annotateBatch`, `decode` and `free`.
 */
export abstract class TextRecognizer implements Recognizer {
  abstract readonly info: RecognizerInfo
  readonly tokenizer: Tokenizer = createTokenizer('characters')
  /** The calls under way: each public method runs in one. */
  protected readonly calls = new Calls()

  /** Finds all entities of some texts. @param signal may end it early */
  protected abstract annotateBatch(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly AnnotatedText[]>
  /** As `annotateBatch`, where nobody needs the sentences. */
  protected findBatch(texts: readonly string[], signal?: AbortSignal): Promise<readonly EntitiesOfText[]> {
    return this.annotateBatch(texts, signal)
  }
  /** As `findBatch`, where nobody needs the scores: a kind of recognizer for which they take time leaves them out. */
  protected async findUnscored(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly UnscoredEntity[][]> {
    const found = await this.findBatch(texts, signal)
    return found.map(({ entities }) => entities.map(({ score, ...entity }) => entity))
  }
  /** As `findBatch`, with the rest of what lost to others: see `tagEverything`. Entities do not overlap. */
  protected async everything(
    texts: readonly string[],
    minScore?: number,
    signal?: AbortSignal,
  ): Promise<readonly (readonly Entity[])[]> {
    const found = await this.findBatch(texts, signal)
    return found.map(each => withMinScore(each, minScore).entities)
  }
  /** Tags and entities of sentences; their form has been checked. */
  protected abstract decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]>
  /** Frees what the recognizer holds; called once, when no call is under way. */
  protected abstract free(): Promise<void>

  tag(text: string, options?: TagOptions): Promise<Entity[]>
  tag(texts: readonly string[], options?: TagOptions): Promise<Entity[][]>
  tag(texts: AsyncIterable<string>, options?: TagOptions): AsyncGenerator<Entity[]>
  tag(text: string, options: UnscoredOptions): Promise<UnscoredEntity[]>
  tag(texts: readonly string[], options: UnscoredOptions): Promise<UnscoredEntity[][]>
  tag(texts: AsyncIterable<string>, options: UnscoredOptions): AsyncGenerator<UnscoredEntity[]>
  // What is found has scores unless they are not asked for: the overloads say so.
  tag(
    input: string | readonly string[] | AsyncIterable<string>,
    options?: TagOptions | UnscoredOptions,
    // biome-ignore lint/suspicious/noExplicitAny: one of the types above
  ): any {
    if (Array.isArray(input) || !isStream(input)) return this.tagAtHand(input, options)
    checkTagOptions(options)
    this.calls.check()
    return this.calls.stream(() => this.entities(input, options))
  }

  annotate(texts: Texts, options?: TagOptions): AsyncGenerator<AnnotatedText> {
    checkStream(texts)
    checkTagOptions(options)
    this.calls.check()
    return this.calls.stream(() => this.asAsked((...batch) => this.annotateBatch(...batch), texts, options))
  }

  async tagTokens(
    sentences: readonly TokenSentence[],
    options: TokenOptions = {},
  ): Promise<DecodedSentence[]> {
    checkSentences(sentences)
    checkTagOptions(options, SCORE_AND_SIGNAL)
    const { minScore, signal } = options
    return this.calls.during(async () => {
      const found = signal ? await this.decodeUntil(sentences, signal) : await this.decode(sentences)
      if (minScore === undefined) return found
      return found.map(each => ({ ...each, spans: each.spans.filter(({ score }) => score >= minScore) }))
    })
  }

  private async decodeUntil(
    sentences: readonly TokenSentence[],
    signal: AbortSignal,
  ): Promise<DecodedSentence[]> {
    const found: DecodedSentence[] = []
    signal.throwIfAborted()
    for (let at = 0; at < sentences.length; at += BATCH.texts) {
      found.push(...(await this.decode(sentences.slice(at, at + BATCH.texts))))
      signal.throwIfAborted()
    }
    return found
  }

  async redact(text: string, how: RedactOptions | Redactor = {}): Promise<RedactedText> {
    checkText(text, 'text')
    const redactor = await redactorOf(how, this.info.types)
    const [entities] = await this.tagEverything([text])
    return redactor.redact(text, entities)
  }

  async tagEverything(
    texts: readonly string[],
    options: Omit<TagOptions, 'coarse'> = {},
  ): Promise<Entity[][]> {
    checkTexts(texts)
    checkTagOptions(options, SCORE_AND_SIGNAL)
    const { minScore, signal } = options
    const work = (batch: readonly string[]) => this.everything(batch, minScore, signal)
    return this.calls.during(async () => {
      const found = await collect(this.inBatches(texts, work, signal))
      return found.map(each => [...each])
    })
  }

  async nBest(_sentences: readonly TokenSentence[], _n: number): Promise<Alternative[][]> {
    throw this.refusal(option('nBest'))
  }

  annotateNBest(_texts: Texts, _n: number): AsyncGenerator<TextReadings> {
    throw this.refusal(option('nBest'))
  }

  async tagProbabilities(_sentences: readonly TokenSentence[]): Promise<Float64Array[]> {
    throw this.refusal('tagProbabilities')
  }

  async tagConstrained(
    _sentences: readonly TokenSentence[],
    _constraints: readonly SpanConstraints[],
  ): Promise<DecodedSentence[]> {
    throw this.refusal('tagConstrained')
  }

  async attention(_sentences: readonly TokenSentence[]): Promise<AttentionMap[][]> {
    throw this.refusal('attention')
  }

  seesWhole(_sentence: TokenSentence): boolean {
    throw this.refusal('seesWhole')
  }

  async tagCharacters(_sentences: readonly TokenSentence[]): Promise<CharacterTags[]> {
    throw this.refusal('tagCharacters')
  }

  checkColumns(sentences: readonly SentenceInput[]): void {
    checkSentences(sentences)
    this.calls.check()
  }

  release(): Promise<void> {
    return this.calls.close(() => this.free())
  }

  [ASYNC_DISPOSE](): Promise<void> {
    return this.release()
  }

  /** Gathers texts into batches, and yields what `work` makes of each. */
  protected async *inBatches<Made>(
    texts: Texts,
    work: (batch: readonly string[], signal?: AbortSignal) => Promise<readonly Made[]>,
    signal?: AbortSignal,
  ): AsyncGenerator<Made> {
    signal?.throwIfAborted()
    for await (const batch of batchesOf(texts, BATCH)) {
      signal?.throwIfAborted()
      yield* await work(batch, signal)
    }
  }

  /** What a trained tagger can do, and this recognizer cannot. */
  private refusal(what: Place): InputError {
    this.calls.check()
    return new InputError('predict/kind', {
      where: what,
      expected: 'a trained tagger, which has probabilities of whole sentences',
      got: GOT[this.info.recognizer] ?? 'worker threads, which do not give it',
      remedy: 'leave it out, or load a run folder',
    })
  }

  private async tagAtHand(input: string | readonly string[], options?: TagOptions | UnscoredOptions) {
    const texts = typeof input === 'string' ? [input] : input
    checkTexts(texts)
    checkTagOptions(options)
    const found = await this.calls.during(() => collect(this.entities(texts, options)))
    return typeof input === 'string' ? found[0] : found
  }

  private async *entities(
    texts: Texts,
    options?: TagOptions | UnscoredOptions,
  ): AsyncGenerator<UnscoredEntity[]> {
    if (options && 'scores' in options && options.scores === false) {
      const map = options.coarse ? coarseTypes(this.info) : undefined
      const work = (batch: readonly string[], signal?: AbortSignal) => this.findUnscored(batch, signal)
      for await (const found of this.inBatches(texts, work, options.signal))
        yield map ? mapTypes(found, map) : found
      return
    }
    const found = this.asAsked((...batch) => this.findBatch(...batch), texts, options)
    for await (const { entities } of found) yield [...entities]
  }

  private async *asAsked<Found extends EntitiesOfText>(
    work: (batch: readonly string[], signal?: AbortSignal) => Promise<readonly Found[]>,
    texts: Texts,
    { minScore, signal, coarse }: TagOptions = {},
  ): AsyncGenerator<Found> {
    const map = coarse ? coarseTypes(this.info) : undefined
    for await (const each of this.inBatches(texts, work, signal)) {
      const found = withMinScore(each, minScore)
      yield map ? withTypes(found, map) : found
    }
  }
}
