import type { DecodedSentence } from '../decode/decoder.js'
import { ASYNC_DISPOSE } from '../engine/runtime/runtime.js'
import type { TokenSentence } from '../model/inputs/sentence.js'
import type { TypeMap } from '../tags/type-map.js'
import type { TextSentence } from '../text/sentences.js'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.js'
import {
  type AnnotatedText,
  annotatedText,
  coarseTypes,
  type Entity,
  withMinScore,
  withTypes,
} from './annotated-text.js'
import { checkSentences, checkStream, checkTagOptions, checkTexts, isStream } from './arguments.js'
import { type BatchLimits, batchesOf } from './batches.js'
import { Calls } from './calls.js'
import type { TagOptions, Texts } from './tag-options.js'

/** What a recognizer says about itself. */
export interface RecognizerInfo {
  /** The entity types that it can find. */
  readonly types: readonly string[]
  /** What each of its types is in its coarse view, in the order of `types`; absent where it has none. */
  readonly coarse?: TypeMap
  /** Columns that each sentence must have besides its tokens (`pos`, `column2` …). */
  readonly columns: readonly string[]
}

/**
 * Anything that finds entities in text: the interface that all kinds of recognizers share, so that callers need not know
 * which one they have. `release` it, or declare it with `await using`, when done.
 *
 * Arguments of the wrong kind are refused with one InputError `predict/argument`: methods that return a promise reject
 * it, the others throw. Every method is refused with InputError `predict/released` once `release` was called.
 */
export interface Recognizer extends AsyncDisposable {
  readonly info: RecognizerInfo
  /**
   * The entities of a text, of each of several texts, or of each text of a stream, in order of their offsets. Texts of
   * any length are read whole.
   */
  tag(text: string, options?: TagOptions): Promise<Entity[]>
  tag(texts: readonly string[], options?: TagOptions): Promise<Entity[][]>
  tag(texts: AsyncIterable<string>, options?: TagOptions): AsyncGenerator<Entity[]>
  /** As `tag` for a stream, with sentences, tokens and tags besides the entities. */
  annotate(texts: Texts, options?: TagOptions): AsyncGenerator<AnnotatedText>
  /**
   * Tags and entities of sentences that are already split into tokens; offsets are token indices.
   * @throws EncodeError `encode/column` if a sentence lacks a column of `info.columns`, as plain text always does
   */
  tagTokens(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]>
  /**
   * Lets the calls under way end, refuses new ones, and then frees what the recognizer holds. A stream that has begun is
   * under way until it ends or its loop is left, so don't wait for `release` inside of such a loop. May be called again.
   */
  release(): Promise<void>
}

/** Texts of a stream that are tagged together. */
const BATCH: BatchLimits = { texts: 256, characters: 100_000, patience: 20 }

/**
 * A recognizer that works sentence by sentence. A kind of recognizer provides `info`, `decode` and `free`; checking
 * arguments, cutting texts into sentences, batching streams and putting the results together are written here, once.
 */
export abstract class SentenceRecognizer implements Recognizer {
  /** What cuts texts into sentences and tokens. */
  readonly tokenizer: Tokenizer = createTokenizer('characters')
  abstract readonly info: RecognizerInfo
  /** The calls under way: each public method runs in one. */
  protected readonly calls = new Calls()

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
    return this.calls.stream(() => this.annotated(texts, options))
  }

  async tagTokens(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    checkSentences(sentences)
    return this.calls.during(() => this.decode(sentences))
  }

  release(): Promise<void> {
    return this.calls.close(() => this.free())
  }

  [ASYNC_DISPOSE](): Promise<void> {
    return this.release()
  }

  /** Cuts texts into sentences, batch by batch, and hands on each text with what `find` found for its sentences. */
  protected async *bySentence<Found>(
    texts: Texts,
    find: (sentences: readonly TokenSentence[]) => Promise<readonly Found[]>,
    signal?: AbortSignal,
  ): AsyncGenerator<{ text: string; sentences: readonly TextSentence[]; found: readonly Found[] }> {
    signal?.throwIfAborted()
    for await (const batch of batchesOf(texts, BATCH)) {
      signal?.throwIfAborted()
      const segmented = batch.map(text => this.tokenizer.segment(text).sentences)
      const found = await find(segmented.flat().map(({ tokens }) => tokens.map(token => token.text)))
      let next = 0
      for (const [i, sentences] of segmented.entries()) {
        const own = found.slice(next, next + sentences.length)
        next += sentences.length
        yield { text: batch[i], sentences, found: own }
      }
    }
  }

  private async tagAtHand(input: string | readonly string[], options?: TagOptions) {
    const texts = typeof input === 'string' ? [input] : input
    checkTexts(texts)
    checkTagOptions(options)
    const found = await this.calls.during(() => collect(this.entities(texts, options)))
    return typeof input === 'string' ? found[0] : found
  }

  private async *annotated(
    texts: Texts,
    { minScore, signal, coarse }: TagOptions = {},
  ): AsyncGenerator<AnnotatedText> {
    const map = coarse ? coarseTypes(this.info) : undefined
    const found = this.bySentence(texts, sentences => this.decode(sentences), signal)
    for await (const each of found) {
      const annotated = withMinScore(annotatedText(each.text, each.sentences, each.found), minScore)
      yield map ? withTypes(annotated, map) : annotated
    }
  }

  private async *entities(texts: Texts, options?: TagOptions): AsyncGenerator<Entity[]> {
    for await (const { entities } of this.annotated(texts, options)) yield [...entities]
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
