import { collect } from '../base/collect.js'
import type { DecodedSentence } from '../decode/decoder.js'
import { ASYNC_DISPOSE } from '../engine/runtime/runtime.js'
import type { SentenceInput, TokenSentence } from '../model/inputs/sentence.js'
import { type RedactedText, type RedactOptions, type Redactor, redactorOf } from '../redact/redactor.js'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.js'
import {
  type AnnotatedText,
  coarseTypes,
  type EntitiesOfText,
  type Entity,
  withMinScore,
  withTypes,
} from './annotated-text.js'
import { checkSentences, checkStream, checkTagOptions, checkText, checkTexts, isStream } from './arguments.js'
import { type BatchLimits, batchesOf } from './batches.js'
import { Calls } from './calls.js'
import type { Recognizer, RecognizerInfo } from './recognizer.js'
import type { TagOptions, Texts } from './tag-options.js'

/** Texts of a stream that are tagged together. */
export const BATCH: BatchLimits = { texts: 256, characters: 100_000, patience: 20 }

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
  /** Tags and entities of sentences; their form has been checked. */
  protected abstract decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]>
  /** Frees what the recognizer holds; called once, when no call is under way. */
  protected abstract free(): Promise<void>

  tag(text: string, options?: TagOptions): Promise<Entity[]>
  tag(texts: readonly string[], options?: TagOptions): Promise<Entity[][]>
  tag(texts: AsyncIterable<string>, options?: TagOptions): AsyncGenerator<Entity[]>
  tag(
    input: string | readonly string[] | AsyncIterable<string>,
    options?: TagOptions,
  ): Promise<Entity[] | Entity[][]> | AsyncGenerator<Entity[]> {
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

  async tagTokens(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    checkSentences(sentences)
    return this.calls.during(() => this.decode(sentences))
  }

  async redact(text: string, how: RedactOptions | Redactor = {}): Promise<RedactedText> {
    checkText(text, 'text')
    const redactor = await redactorOf(how, this.info.types)
    return redactor.redact(text, await this.tag(text))
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

  private async tagAtHand(input: string | readonly string[], options?: TagOptions) {
    const texts = typeof input === 'string' ? [input] : input
    checkTexts(texts)
    checkTagOptions(options)
    const found = await this.calls.during(() => collect(this.entities(texts, options)))
    return typeof input === 'string' ? found[0] : found
  }

  private async *entities(texts: Texts, options?: TagOptions): AsyncGenerator<Entity[]> {
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
