import { onAbort } from '../../../base/on-abort.js'
import { QueueFull } from '../../queue-full.js'
import type { RecognizerInfo } from '../../recognizer.js'
import { type Job, JobQueue } from './job-queue.js'
import type { Task, ThreadData } from './messages.js'
import { PoolThread, ThreadLost } from './pool-thread.js'

/** How often a job is begun that ends its thread, or fails together with others. */
const MOST_TRIES = 3
/** How often in a row a thread is replaced that ends before it has loaded its model. */
const MOST_STARTS = 3

/** Milliseconds that a thread may go on with work whose callers have all given up, before it is replaced. */
const PATIENCE = 10_000

/** What may wait for a thread or be with one, at most. */
export interface QueueLimits {
  /** Texts; default: no limit. */
  readonly texts?: number
  /** Characters of these texts (UTF-16 code units); default: no limit. One text alone may have more. */
  readonly characters?: number
}

export interface PoolOptions {
  readonly limits?: QueueLimits
  /** Default: 10 s. */
  readonly patience?: number
}

/** What a pool is doing. */
export interface PoolLoad {
  readonly threads: number
  readonly busy: number
  /** Texts that wait for a thread or are with one, whose callers still want them. */
  readonly texts: number
  /** Characters of these texts. */
  readonly characters: number
}

/**
 * Threads that each hold a model, and the jobs that wait for one. What waits when a thread becomes free is done together,
 * whoever asked for it. A thread that ends is replaced, and its work done again by another.
 */
export class ThreadPool {
  readonly info: RecognizerInfo
  private readonly queue = new JobQueue()
  private idle: PoolThread[]
  private readonly all: Set<PoolThread>
  private starts = 0
  private texts = 0
  private characters = 0
  /** Why there is no thread any more. */
  private failure?: unknown
  private isClosed = false

  private constructor(
    info: RecognizerInfo,
    threads: readonly PoolThread[],
    private readonly data: ThreadData,
    private readonly options: PoolOptions,
  ) {
    this.info = info
    this.idle = [...threads]
    this.all = new Set(threads)
  }

  /** @param count of threads @throws what loading the model throws */
  static async start(
    data: ThreadData,
    count: number,
    onNotice: (message: string) => void,
    options: PoolOptions = {},
  ): Promise<ThreadPool> {
    // What one thread says of the model, all would.
    const threads = Array.from(
      { length: count },
      (_, i) => new PoolThread(data, i === 0 ? onNotice : () => {}),
    )
    try {
      const [info] = await Promise.all(threads.map(({ ready }) => ready))
      return new ThreadPool(info, threads, data, options)
    } catch (error) {
      await Promise.all(threads.map(thread => thread.stop()))
      throw error
    }
  }

  get threads(): number {
    return this.all.size
  }

  get load(): PoolLoad {
    const { texts, characters, threads } = this
    return { threads, busy: threads - this.idle.length, texts, characters }
  }

  /**
   * @param length of the input, in characters
   * @param signal rejects with its reason, at once
   * @throws what the work throws; `QueueFull`; `ThreadLost` where the input ends every thread that begins with it
   */
  submit(task: Task, input: unknown, length: number, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      if (this.all.size === 0) throw this.failure
      this.checkRoom(length)
      this.texts++
      this.characters += length
      const end = () => {
        if (!job.isOver) {
          this.texts--
          this.characters -= length
        }
        job.isOver = true
        stop?.()
      }
      const job: Job = {
        task,
        input,
        length,
        tries: 0,
        isOver: false,
        resolve: output => {
          end()
          resolve(output)
        },
        reject: error => {
          end()
          reject(error)
        },
      }
      const stop = signal && onAbort(signal, () => job.reject(signal.reason))
      this.queue.add(job)
      // What is asked for at the same time goes to the threads together.
      queueMicrotask(() => this.dispatch())
    })
  }

  /** Ends the threads, once they have done what nobody waits for any more. Call it when no job is under way. */
  async close(): Promise<void> {
    this.isClosed = true
    const { patience = PATIENCE } = this.options
    await Promise.all([...this.all].map(thread => thread.finish(patience)))
  }

  private checkRoom(length: number): void {
    const { texts = Number.POSITIVE_INFINITY, characters = Number.POSITIVE_INFINITY } =
      this.options.limits ?? {}
    if (this.texts >= texts || (this.texts > 0 && this.characters + length > characters))
      throw new QueueFull()
  }

  private dispatch(): void {
    if (this.isClosed) return
    while (this.idle.length > 0 && this.queue.size > 0) {
      const jobs = this.queue.take(this.idle.length)
      if (jobs.length === 0) return
      const thread = this.idle.pop() as PoolThread
      void this.run(thread, jobs)
    }
  }

  private async run(thread: PoolThread, jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) job.tries++
    const watch = this.endAbandoned(thread, jobs)
    try {
      const outputs = await thread.run({ task: jobs[0].task, inputs: jobs.map(({ input }) => input) })
      for (const [i, job] of jobs.entries()) if (!job.isOver) job.resolve(outputs[i])
    } catch (error) {
      this.tryAgain(jobs, error)
      if (error instanceof ThreadLost) {
        clearInterval(watch)
        await this.replace(thread)
        return
      }
    } finally {
      clearInterval(watch)
    }
    this.idle.push(thread)
    this.dispatch()
  }

  /** Ends a thread that goes on with what nobody waits for any more. */
  private endAbandoned(thread: PoolThread, jobs: readonly Job[]) {
    const { patience = PATIENCE } = this.options
    let since: number | undefined
    const watch = setInterval(() => {
      if (!jobs.every(({ isOver }) => isOver)) return
      since ??= Date.now()
      if (Date.now() - since < patience) return
      clearInterval(watch)
      void thread.stop()
    }, patience / 4)
    watch.unref()
    return watch
  }

  private tryAgain(jobs: readonly Job[], error: unknown): void {
    const isFinal = (job: Job) => (error instanceof ThreadLost ? job.tries >= MOST_TRIES : jobs.length === 1)
    for (const job of jobs) if (!job.isOver && isFinal(job)) job.reject(error)
    this.queue.putBack(jobs.filter(({ isOver }) => !isOver))
  }

  private async replace(lost: PoolThread): Promise<void> {
    this.all.delete(lost)
    if (this.isClosed) return
    const thread = new PoolThread(this.data, () => {})
    this.all.add(thread)
    try {
      await thread.ready
      this.starts = 0
    } catch (error) {
      this.starts++
      if (this.starts < MOST_STARTS) return this.replace(thread)
      this.all.delete(thread)
      this.failure = error
      if (this.all.size === 0) for (const job of this.queue.clear()) job.reject(error)
      return
    }
    this.idle.push(thread)
    this.dispatch()
  }
}
