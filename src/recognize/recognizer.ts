import type { RecognizerKind } from '../config/schema.js'
import type { SpanConstraints } from '../decode/constraints.js'
import type { Alternative, DecodedSentence } from '../decode/decoder.js'
import type { AttentionMap } from '../model/attention-map.js'
import type { SentenceInput, TokenSentence } from '../model/inputs/sentence.js'
import type { UnitKind, UnitSequence } from '../model/inputs/units.js'
import type { RedactedText, RedactOptions, Redactor } from '../redact/redactor.js'
import type { Scheme } from '../tags/scheme.js'
import type { TypeMap } from '../tags/type-map.js'
import type { Tokenizer } from '../text/tokenizer.js'
import type { AnnotatedText, Entity, TextReadings, UnscoredEntity } from './annotated-text.js'
import type { TagOptions, Texts, TokenOptions, UnscoredOptions } from './tag-options.js'

/** What a recognizer says about itself. */
export interface RecognizerInfo {
  /** What kind of model it is: of a trained tagger, the kind that was trained. */
  readonly recognizer: RecognizerKind | 'rules' | 'combination' | 'spans'
  /** The entity types that it can find. */
  readonly types: readonly string[]
  /** What each of its types is in its coarse view, in the order of `types`; absent where it has none. */
  readonly coarse?: TypeMap
  /** Columns that each sentence must have besides its tokens (`pos`, `column2` …). */
  readonly columns: readonly string[]
  /** The scheme of its tags. */
  readonly scheme: Scheme
  /** Every tag that it can give: of a trained tagger, by id. */
  readonly tags: readonly string[]
  /** What computes a network; `none` where there is none. */
  readonly runtime: string
  /** How many tokens of the document before and after a sentence it reads; absent: none. */
  readonly context?: number
  /** What is labeled; words, unless the encoder of a network steps over something else. */
  readonly unit: UnitKind
}

/** One tag per character (a code point) of a sentence's tokens and of the single spaces between them. */
export interface CharacterTags {
  readonly units: UnitSequence
  readonly tags: readonly string[]
}

/**
 * Anything that finds entities in text: a network, a CRF, an HMM, rules, or several of them as one. Callers need not know
 * which one they have. `release` it when done, in `finally`; TypeScript, and JavaScript
 * from Node.js 24, have `await using` for that.
 *
 * `nBest`, `annotateNBest`, `tagProbabilities`, `tagConstrained`, `attention`, `seesWhole` and `tagCharacters` ask the model of a
 * trained tagger; rules and combinations refuse them with one InputError `predict/kind`. Arguments of the wrong kind are
 * refused with one InputError `predict/argument`: methods that return a promise reject it, the others throw. Every method is
 * refused with InputError `predict/released` once `release` was called.
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
  /** The same entities without their scores, which a tagger finds in less time. */
  tag(text: string, options: UnscoredOptions): Promise<UnscoredEntity[]>
  tag(texts: readonly string[], options: UnscoredOptions): Promise<UnscoredEntity[][]>
  tag(texts: AsyncIterable<string>, options: UnscoredOptions): AsyncGenerator<UnscoredEntity[]>
  /**
   * As `tag`, so that all that any part of the recognizer found is covered: where what two rules or two parts of a combination
   * found overlaps, the rest of the one that lost is an entity too. It is what `redact` takes out.
   * @example
   * // `pii` finds the address, `en` a name that begins before it: the rest of the name is there as well.
   * await recognizer.tagEverything(['Ada ada@example.com'])
   */
  tagEverything(texts: readonly string[], options?: Omit<TagOptions, 'coarse'>): Promise<Entity[][]>
  /** As `tag` for a stream, with sentences, tokens and tags besides the entities. */
  annotate(texts: Texts, options?: TagOptions): AsyncGenerator<AnnotatedText>
  /**
   * Tags and entities of sentences that are already split into tokens; offsets are token indices.
   * @throws EncodeError `encode/column` if a sentence lacks a column of `info.columns`, as plain text always does
   */
  tagTokens(sentences: readonly TokenSentence[], options?: TokenOptions): Promise<DecodedSentence[]>
  /**
   * The `n` likeliest taggings of sentences that are already split into tokens, likeliest first, each with the model's
   * probability of exactly this tagging and its logarithm. A sentence with fewer legal taggings has fewer.
   * @throws InputError `predict/argument` if `n` is not a whole number from 1 to 1000
   *
   * @example
   * const [readings] = await tagger.nBest([['Ada', 'wrote']], 3)
   * for (const { probability, spans } of readings) console.log(probability, spans)
   */
  nBest(sentences: readonly TokenSentence[], n: number): Promise<Alternative[][]>
  /** As `annotate`, with the `n` likeliest readings of each sentence. @throws as `nBest` */
  annotateNBest(texts: Texts, n: number): AsyncGenerator<TextReadings>
  /** The probability of each tag at each token of each sentence, row-major `[tokens, tags]`; tags as in `info.tags`. */
  tagProbabilities(sentences: readonly TokenSentence[]): Promise<Float64Array[]>
  /**
   * As `tagTokens`, under what is known of each sentence: entities that are there, types that are not, and entities that are
   * likelier. Tags and scores are exactly those of the model's taggings that agree with it.
   * @example
   * await tagger.tagConstrained([['Ada', 'wrote']], [{ fixed: [{ start: 0, end: 1, type: 'PER' }] }])
   */
  tagConstrained(
    sentences: readonly TokenSentence[],
    constraints: readonly SpanConstraints[],
  ): Promise<DecodedSentence[]>
  /**
   * What each attention of the model looked at in each sentence, one map per head; empty if the model has no attention.
   * A Reformer has maps only if it was trained with `attentionWeights`. Not with worker threads.
   * @throws InputError `predict/argument` for a sentence that the model does not see at once: ask `seesWhole`
   * @example
   * const [[first]] = await tagger.attention([['Ada', 'wrote', '.']])
   * first.weights[1] // how much the first word takes from the second
   */
  attention(sentences: readonly TokenSentence[]): Promise<AttentionMap[][]>
  /** Whether the model sees all of a sentence at once; it reads longer ones through overlapping windows. */
  seesWhole(sentence: TokenSentence): boolean
  /**
   * The likeliest tag of each character by itself, for sentences that are already split into tokens; the characters are
   * those of `units.texts`, with a space between two tokens.
   * @throws InputError `predict/characters` if this tagger's unit is not the character
   */
  tagCharacters(sentences: readonly TokenSentence[]): Promise<CharacterTags[]>
  /**
   * Refuses a file's sentences if a column that the recognizer reads cannot be what it was made for: of a trained tagger, one
   * with none of the values that it was trained with, or with tags of entities instead of them. Tagging alone takes any value.
   * @throws EncodeError `encode/column`, also for a sentence without such a column
   * @example
   * tagger.checkColumns([{ tokens: ['Ada'], columns: { pos: ['PROPN'] } }])
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

/** Whether a recognizer is a trained tagger, which has probabilities of tags and of whole sentences. */
export function isTrained({ info }: Pick<Recognizer, 'info'>): boolean {
  return !['rules', 'combination', 'spans'].includes(info.recognizer)
}
