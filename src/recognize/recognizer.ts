import type { DecodedSentence } from '../decode/decoder.js'
import type { SentenceInput, TokenSentence } from '../model/inputs/sentence.js'
import type { RedactedText, RedactOptions, Redactor } from '../redact/redactor.js'
import type { TypeMap } from '../tags/type-map.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { AnnotatedText, Entity } from './annotated-text.js'
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
  /** What cuts texts into sentences and tokens. */
  readonly tokenizer: Tokenizer
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
   * Refuses a file's sentences if a column that the recognizer reads cannot be what it was made for. Tagging alone takes any
   * value.
   * @throws EncodeError `encode/column`, also for a sentence without such a column
   */
  checkColumns(sentences: readonly SentenceInput[]): void
  /**
   * A text without the entities that the recognizer finds in it. With options, each call is for itself; a `Redactor` made by
   * `createRedactor` derives its keys once, and only with one can a scope be `corpus`, which gives a name the same pseudonym in all of its texts.
   * @throws InputError `redact/options`, `redact/key`
   * @example
   * (await pii.redact('Write to ada@example.com.', { policy: 'mask' })).text // 'Write to ***************.'
   */
  redact(text: string, how?: RedactOptions | Redactor): Promise<RedactedText>
  /**
   * Lets the calls under way end, refuses new ones, and then frees what the recognizer holds. A stream that has begun is
   * under way until it ends or its loop is left, so don't wait for `release` inside of such a loop. May be called again.
   */
  release(): Promise<void>
}
