import type { DecodedSentence } from '../decode/decoder.js'
import { ASYNC_DISPOSE } from '../engine/runtime/runtime.js'
import type { TokenSentence } from '../model/inputs/sentence.js'
import { segment, type TextSentence } from '../text/sentences.js'
import { type AnnotatedText, annotatedText, type Entity, withMinScore } from './annotated-text.js'
import { type BatchLimits, batchesOf } from './batches.js'

/** What a recognizer says about itself. */
export interface RecognizerInfo {
  /** The entity types that it can find. */
  readonly types: readonly string[]
  /** Columns that each sentence must have besides its tokens (`pos`, `column2` …). */
  readonly columns: readonly string[]
}

export interface TagOptions {
  /** Leaves out entities that score less; default: 0. */
  readonly minScore?: number
  /** Stops between two batches of texts; the call then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** Texts at hand, or coming in one by one. */
export type Texts = AsyncIterable<string> | Iterable<string>

/**
 * Anything that finds entities in text: the interface that all kinds of recognizers share, so that callers need not know
 * which one they have. `release` it, or declare it with `await using`, when done.
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
  /** Frees what the recognizer holds, once the calls under way have ended. */
  release(): Promise<void>
}

/** Texts of a stream that are tagged together. */
const BATCH: BatchLimits = { texts: 256, characters: 100_000, patience: 20 }

/**
 * A recognizer that works sentence by sentence. A kind of recognizer provides `info`, `tagTokens` and `release`; cutting
 * texts into sentences, batching streams and putting the results together are written here, once.
 */
export abstract class SentenceRecognizer implements Recognizer {
  abstract readonly info: RecognizerInfo
  abstract tagTokens(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]>
  abstract release(): Promise<void>

  tag(text: string, options?: TagOptions): Promise<Entity[]>
  tag(texts: readonly string[], options?: TagOptions): Promise<Entity[][]>
  tag(texts: AsyncIterable<string>, options?: TagOptions): AsyncGenerator<Entity[]>
  tag(
    input: string | readonly string[] | AsyncIterable<string>,
    options?: TagOptions,
  ): Promise<Entity[] | Entity[][]> | AsyncGenerator<Entity[]> {
    if (typeof input === 'string') return collect(this.tagStream([input], options)).then(([found]) => found)
    if (Array.isArray(input)) return collect(this.tagStream(input, options))
    return this.tagStream(input as AsyncIterable<string>, options)
  }

  async *annotate(texts: Texts, { minScore, signal }: TagOptions = {}): AsyncGenerator<AnnotatedText> {
    const found = this.bySentence(texts, sentences => this.tagTokens(sentences), signal)
    for await (const each of found)
      yield withMinScore(annotatedText(each.text, each.sentences, each.found), minScore)
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
      const segmented = batch.map(text => segment(text).sentences)
      const found = await find(segmented.flat().map(({ tokens }) => tokens.map(token => token.text)))
      let next = 0
      for (const [i, sentences] of segmented.entries()) {
        const own = found.slice(next, next + sentences.length)
        next += sentences.length
        yield { text: batch[i], sentences, found: own }
      }
    }
  }

  private async *tagStream(texts: Texts, options?: TagOptions): AsyncGenerator<Entity[]> {
    for await (const { entities } of this.annotate(texts, options)) yield [...entities]
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
