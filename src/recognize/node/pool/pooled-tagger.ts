import type { DecodedSentence } from '../../../decode/decoder.js'
import { withoutTelemetry } from '../../../engine/runtime/node/telemetry.js'
import { type TokenSentence, tokensOf } from '../../../model/inputs/sentence.js'
import type { AnnotatedText, EntitiesOfText, Entity, TextReadings } from '../../annotated-text.js'
import { checkReadings, checkStream } from '../../arguments.js'
import { batchesOf } from '../../batches.js'
import type { RecognizerInfo } from '../../recognizer.js'
import type { Texts } from '../../tag-options.js'
import { BATCH, TextRecognizer } from '../../text-recognizer.js'
import type { Task, ThreadData } from './messages.js'
import { ThreadPool } from './thread-pool.js'

/** @throws what loading the model throws */
export async function startPool(
  data: ThreadData,
  workers: number,
  onNotice: (message: string) => void,
): Promise<PooledTagger> {
  withoutTelemetry()
  return new PooledTagger(await ThreadPool.start(data, workers, onNotice))
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

  /** As `annotate`, with the `n` likeliest readings of each sentence. @throws as `Tagger.nBest` */
  annotateNBest(texts: Texts, n: number): AsyncGenerator<TextReadings> {
    checkStream(texts)
    checkReadings(n)
    this.calls.check()
    return this.calls.stream(() =>
      this.inBatches(texts, batch => this.all<TextReadings>({ kind: 'readings', n }, batch)),
    )
  }

  protected annotateBatch(texts: readonly string[], signal?: AbortSignal): Promise<AnnotatedText[]> {
    return this.all<AnnotatedText>({ kind: 'annotate' }, texts, signal)
  }

  protected override async findBatch(
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<EntitiesOfText[]> {
    const found = await this.all<Entity[]>({ kind: 'entities' }, texts, signal)
    return texts.map((text, i) => ({ text, entities: found[i] }))
  }

  protected decode(sentences: readonly TokenSentence[]): Promise<DecodedSentence[]> {
    const all = sentences.map(sentence => {
      const length = tokensOf(sentence).reduce((sum, token) => sum + token.length, 0)
      return this.pool.submit({ kind: 'tokens' }, sentence, length)
    })
    return Promise.all(all) as Promise<DecodedSentence[]>
  }

  protected free(): Promise<void> {
    return this.pool.close()
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
    const batches = batchesOf(texts, BATCH)
    const ahead: Promise<readonly Made[]>[] = []
    let coming: Promise<IteratorResult<string[]>> | undefined = batches.next()
    try {
      while (coming || ahead.length > 0) {
        // One more than there are threads: none waits while results are taken.
        const isFull = ahead.length > this.pool.threads
        const result: IteratorResult<string[]> | undefined =
          coming && !isFull ? await Promise.race([coming, ...ahead.slice(0, 1).map(settled)]) : undefined
        if (result === undefined) {
          yield* (await ahead.shift()) ?? []
          continue
        }
        coming = undefined
        if (result.done) continue
        const made = work(result.value, signal)
        // It may be left before it is looked at.
        made.catch(() => {})
        ahead.push(made)
        coming = batches.next()
      }
    } finally {
      const closing = batches.return(undefined)
      // A source that is waiting for its next text closes only after that, which may be never.
      if (coming) void Promise.allSettled([coming, closing])
      else await closing
    }
  }
}

async function settled(found: Promise<unknown>): Promise<undefined> {
  await Promise.allSettled([found])
  return undefined
}
