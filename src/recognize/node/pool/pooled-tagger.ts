import { inOrder } from '../../../base/in-order.js'
import type { Alternative, DecodedSentence } from '../../../decode/decoder.js'
import { withoutTelemetry } from '../../../engine/runtime/node/telemetry.js'
import { type TokenSentence, tokensOf } from '../../../model/inputs/sentence.js'
import type { AnalyzedText, AnalyzeOptions } from '../../analyzed-text.js'
import type {
  AnnotatedText,
  EntitiesOfText,
  Entity,
  TextReadings,
  UnscoredEntity,
} from '../../annotated-text.js'
import { checkReadings, checkSentences, checkStream, checkTexts } from '../../arguments.js'
import { batchesOf } from '../../batches.js'
import type { CharacterTags, RecognizerInfo } from '../../recognizer.js'
import type { Texts } from '../../tag-options.js'
import { BATCH, TextRecognizer } from '../../text-recognizer.js'
import type { Task, ThreadData } from './messages.js'
import { type PoolLoad, type PoolOptions, ThreadPool } from './thread-pool.js'

/** @throws what loading the model throws */
export async function startPool(
  data: ThreadData,
  workers: number,
  onNotice: (message: string) => void,
  options: PoolOptions = {},
): Promise<PooledTagger> {
  withoutTelemetry()
  return new PooledTagger(await ThreadPool.start(data, workers, onNotice, options))
}

/**
 * A recognizer whose work is done by threads, each with its own copy of the model. The thread that calls it stays free.
 * Calls that wait are done together, so it is meant to be called by many at once.
 *
 * @example
 * await using tagger = await loadTagger('en', { workers: 2 })
 * const found = await Promise.all(texts.map(text => tagger.tag(text)))
 */
export class PooledTagger extends TextRecognizer {
  readonly info: RecognizerInfo

  constructor(private readonly pool: ThreadPool) {
    super()
    this.info = pool.info
  }

  /** Threads that tag. */
  get threads(): number {
    return this.pool.threads
  }

  /** What its threads are doing. */
  get load(): PoolLoad {
    return this.pool.load
  }

  /**
   * What the model knows of some texts beyond their entities.
   * @throws InputError as `analyzeTexts`; the signal's reason
   */
  async analyze(
    texts: readonly string[],
    options: AnalyzeOptions,
    signal?: AbortSignal,
  ): Promise<AnalyzedText[]> {
    checkTexts(texts)
    if (options.readings !== undefined) checkReadings(options.readings)
    return this.calls.during(() => this.all<AnalyzedText>({ kind: 'analyze', options }, texts, signal))
  }

  /** As `annotate`, with the `n` likeliest readings of each sentence. @throws as `Tagger.nBest` */
  override annotateNBest(texts: Texts, n: number): AsyncGenerator<TextReadings> {
    checkStream(texts)
    checkReadings(n)
    this.calls.check()
    return this.calls.stream(() =>
      this.inBatches(texts, batch => this.all<TextReadings>({ kind: 'readings', n }, batch)),
    )
  }

  /**
   * The entities of texts that one thread tags in one go. What is found does not depend on what else is asked for at the same
   * time, to the last digit of its scores.
   */
  async tagTogether(
    texts: readonly string[],
    options: { readonly scores: boolean },
  ): Promise<UnscoredEntity[][]> {
    checkTexts(texts)
    const length = texts.reduce((sum, text) => sum + text.length, 0)
    return this.calls.during(
      () => this.pool.submit({ kind: 'together', ...options }, texts, length) as Promise<UnscoredEntity[][]>,
    )
  }

  protected annotateBatch(texts: readonly string[], signal?: AbortSignal): Promise<AnnotatedText[]> {
    return this.all<AnnotatedText>({ kind: 'annotate' }, texts, signal)
  }

  protected override async findBatch(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<EntitiesOfText[]> {
    const found = await this.all<Entity[]>({ kind: 'entities', scores: true }, texts, signal)
    return texts.map((text, i) => ({ text, entities: found[i] }))
  }

  protected override findUnscored(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<UnscoredEntity[][]> {
    return this.all<UnscoredEntity[]>({ kind: 'entities', scores: false }, texts, signal)
  }

  protected override everything(
    texts: readonly string[],
    minScore?: number,
    signal?: AbortSignal,
  ): Promise<Entity[][]> {
    return this.all<Entity[]>({ kind: 'everything', minScore }, texts, signal)
  }

  override async nBest(sentences: readonly TokenSentence[], n: number): Promise<Alternative[][]> {
    checkReadings(n)
    return this.ofSentences<Alternative[]>({ kind: 'nBest', n }, sentences)
  }

  override tagProbabilities(sentences: readonly TokenSentence[]): Promise<Float64Array[]> {
    return this.ofSentences<Float64Array>({ kind: 'tagProbabilities' }, sentences)
  }

  override tagCharacters(sentences: readonly TokenSentence[]): Promise<CharacterTags[]> {
    return this.ofSentences<CharacterTags>({ kind: 'tagCharacters' }, sentences)
  }

  protected decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    return this.sentences<DecodedSentence>({ kind: 'tokens' }, sentences)
  }

  protected free(): Promise<void> {
    return this.pool.close()
  }

  private async ofSentences<Found>(task: Task, sentences: readonly TokenSentence[]): Promise<Found[]> {
    checkSentences(sentences)
    return this.calls.during(() => this.sentences<Found>(task, sentences))
  }

  private sentences<Found>(task: Task, sentences: readonly TokenSentence[]): Promise<Found[]> {
    const all = sentences.map(sentence => {
      const length = tokensOf(sentence).reduce((sum, token) => sum + token.length, 0)
      return this.pool.submit(task, sentence, length)
    })
    return Promise.all(all) as Promise<Found[]>
  }

  private all<Found>(task: Task, texts: readonly string[], signal?: AbortSignal): Promise<Found[]> {
    const found = texts.map(text => this.pool.submit(task, text, text.length, signal))
    return Promise.all(found) as Promise<Found[]>
  }

  /** Keeps the threads busy, reads only so far ahead, and gives what they find in the order of the texts. */
  protected override async *inBatches<Made>(
    texts: Texts,
    work: (batch: readonly string[], signal?: AbortSignal) => Promise<readonly Made[]>,
    signal?: AbortSignal,
  ): AsyncGenerator<Made> {
    signal?.throwIfAborted()
    const start = (batch: readonly string[]) => ({ result: work(batch, signal), cost: 1 })
    // One more than there are threads: none waits while results are taken.
    const most = { items: this.pool.threads + 1, cost: Number.POSITIVE_INFINITY }
    for await (const batches of inOrder(batchesOf(texts, BATCH), start, most))
      for (const made of batches) yield* made
  }
}
