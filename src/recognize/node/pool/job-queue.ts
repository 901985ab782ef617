import type { Task } from './messages.js'

/** One input that waits for a thread, and its caller. */
export interface Job {
  readonly task: Task
  readonly input: unknown
  /** Characters of the input. */
  readonly length: number
  readonly resolve: (output: unknown) => void
  readonly reject: (error: unknown) => void
  /** How often a thread has begun with it. */
  tries: number
  /** Whether its caller has given up. */
  isOver: boolean
}

/** What a thread is given at once, at most. */
const MOST = { jobs: 256, characters: 100_000 }

/** The jobs that wait, in the order in which they are to be done. */
export class JobQueue {
  private jobs: Job[] = []

  get size(): number {
    return this.jobs.length
  }

  add(job: Job): void {
    this.jobs.push(job)
  }

  /** Leaves out the jobs whose callers have given up. */
  tidy(): void {
    this.jobs = this.jobs.filter(({ isOver }) => !isOver)
  }

  /** Puts jobs before all others. */
  putBack(jobs: readonly Job[]): void {
    this.jobs.unshift(...jobs)
  }

  /**
   * Takes the next jobs that a thread can do together: those of one task that wait in a row, as many as leave a fair part
   * for the other threads. One that failed with others is taken alone, so that it fails nobody else's.
   * @param threads among which the jobs that wait are shared
   */
  take(threads: number): Job[] {
    this.tidy()
    const most = Math.min(MOST.jobs, Math.ceil(this.jobs.length / threads))
    let count = 0
    let characters = 0
    const [first] = this.jobs
    for (const job of this.jobs) {
      if (count > 0 && (count >= most || characters + job.length > MOST.characters)) break
      if (count > 0 && (job.tries > 0 || !isSame(job.task, first.task))) break
      count++
      characters += job.length
      if (job.tries > 0) break
    }
    return this.jobs.splice(0, count)
  }

  /** Takes all. */
  clear(): Job[] {
    return this.jobs.splice(0)
  }
}

/** Whether a thread can do two tasks at once. */
function isSame(a: Task, b: Task): boolean {
  if (a.kind === 'together') return false
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
