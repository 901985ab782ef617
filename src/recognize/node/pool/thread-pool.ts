import type { RecognizerInfo } from '../../recognizer.js'
import { type Job, JobQueue } from './job-queue.js'
import type { Task, ThreadData } from './messages.js'
import { PoolThread, ThreadLost } from './pool-thread.js'

/** How often a job is begun that ends its thread, or fails together with others. */
const MOST_TRIES = 3
/** How often in a row a thread is replaced that ends before it has loaded its model. */
const MOST_STARTS = 3

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
  /** Why there is no thread any more. */
  private failure?: unknown
  private isClosed = false

  private constructor(
    info: RecognizerInfo,
    threads: readonly PoolThread[],
    private readonly data: ThreadData,
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
  ): Promise<ThreadPool> {
    // What one thread says of the model, all would.
    const threads = Array.from(
      { length: count },
      (_, i) => new PoolThread(data, i === 0 ? onNotice : () => {}),
    )
    try {
      const [info] = await Promise.all(threads.map(({ ready }) => ready))
      return new ThreadPool(info, threads, data)
    } catch (error) {
      await Promise.all(threads.map(thread => thread.stop()))
      throw error
    }
  }

  get threads(): number {
    return this.all.size
  }

  /**
   * @param length of the input, in characters
   * @param signal rejects with its reason, at once
   * @throws what the work throws; `ThreadLost` where the input ends every thread that begins with it
   */
  submit(task: Task, input: unknown, length: number, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      if (this.all.size === 0) throw this.failure
      const end = () => {
        job.isOver = true
        signal?.removeEventListener('abort', giveUp)
      }
      const giveUp = () => job.reject(signal?.reason)
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
      signal?.addEventListener('abort', giveUp)
      this.queue.add(job)
      // What is asked for at the same time goes to the threads together.
      queueMicrotask(() => this.dispatch())
    })
  }

  /** Ends the threads. Call it when no job is under way. */
  async close(): Promise<void> {
    this.isClosed = true
    await Promise.all([...this.all].map(thread => thread.stop()))
  }

  private dispatch(): void {
    while (this.idle.length > 0 && this.queue.size > 0) {
      const jobs = this.queue.take(this.idle.length)
      if (jobs.length === 0) return
      const thread = this.idle.pop() as PoolThread
      void this.run(thread, jobs)
    }
  }

  private async run(thread: PoolThread, jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) job.tries++
    try {
      const outputs = await thread.run({ task: jobs[0].task, inputs: jobs.map(({ input }) => input) })
      for (const [i, job] of jobs.entries()) if (!job.isOver) job.resolve(outputs[i])
    } catch (error) {
      this.tryAgain(jobs, error)
      if (error instanceof ThreadLost) {
        await this.replace(thread)
        return
      }
    }
    this.idle.push(thread)
    this.dispatch()
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
