import type { Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { isInputError } from '../../../base/errors.js'
import { Problem } from '../../problem.js'

/** What happens in a job, as data that is sent to pages. */
export interface JobEvent {
  readonly kind: string
  readonly [field: string]: unknown
}

export type JobState = 'running' | 'done' | 'failed' | 'stopped'

/** Work that goes on after the request that began it. */
export interface Job {
  readonly id: number
  readonly project: string
  readonly what: string
  state: JobState
  readonly events: JobEvent[]
  readonly stop: AbortController
  readonly listeners: Set<() => void>
}

/** Jobs that ended are kept for pages that still look at them. */
const KEPT = 50
/** Milliseconds after which a stream says that it is still there. */
const HEARTBEAT = 10_000
/** Jobs at a time: each has a thread with a model. */
const MOST_RUNNING = 8
const REPLACED = new Set(['step', 'progress'])

/** The jobs of a studio. */
export class Jobs {
  private readonly jobs = new Map<number, Job>()
  private readonly working = new Set<Promise<void>>()
  private next = 1

  constructor(private readonly onError: (error: unknown) => void) {}

  /** Those of a project, the latest first. */
  of(project: string): readonly Job[] {
    return [...this.jobs.values()].filter(job => job.project === project).reverse()
  }

  get(id: number): Job | undefined {
    return this.jobs.get(id)
  }

  get isTraining(): boolean {
    return [...this.jobs.values()].some(({ state, what }) => state === 'running' && what.startsWith('run-'))
  }

  /**
   * Starts work. Its last event is `ended`, with the state, and the message if it failed.
   * @param work gets what passes events on, and a signal that says to stop
   * @throws Problem 429 for more than may run at a time
   */
  start(
    project: string,
    what: string,
    work: (emit: (event: JobEvent) => void, signal: AbortSignal) => Promise<void>,
  ): Job {
    if ([...this.jobs.values()].filter(({ state }) => state === 'running').length >= MOST_RUNNING)
      throw new Problem(429, 'studio/jobs', `${MOST_RUNNING} jobs are under way: stop one, or wait`)
    const job: Job = {
      ...{ id: this.next++, project, what, state: 'running', events: [] },
      stop: new AbortController(),
      listeners: new Set(),
    }
    this.jobs.set(job.id, job)
    for (const [id, { state }] of this.jobs)
      if (this.jobs.size > KEPT && state !== 'running') this.jobs.delete(id)
    const emit = (event: JobEvent) => {
      const last = job.events.at(-1)
      // Of steps only the latest is of interest to a page that comes later.
      if (last && last.kind === event.kind && REPLACED.has(event.kind)) job.events.pop()
      job.events.push(event)
      for (const listener of job.listeners) listener()
    }
    const end = (state: JobState, message?: string) => {
      job.state = state
      emit({ kind: 'ended', state, ...(message !== undefined && { message }) })
    }
    const working = work(emit, job.stop.signal).then(
      () => end(job.stop.signal.aborted ? 'stopped' : 'done'),
      (error: unknown) => {
        if (job.stop.signal.aborted) return end('stopped')
        if (!isInputError(error)) this.onError(error)
        end('failed', isInputError(error) ? error.message : 'the work failed; the log of the server says why')
      },
    )
    this.working.add(working)
    void working.finally(() => this.working.delete(working))
    return job
  }

  /** Stops all jobs, and resolves when they have. */
  async stop(): Promise<void> {
    for (const { state, stop } of this.jobs.values()) if (state === 'running') stop.abort()
    await Promise.all(this.working)
  }
}

/** The events of a job as server-sent events, from its beginning until it ends. */
export function followJob(c: Context, job: Job): Response {
  return streamSSE(c, async stream => {
    let wake = () => {}
    const listener = () => wake()
    job.listeners.add(listener)
    stream.onAbort(listener)
    let sent: JobEvent | undefined
    let at = 0
    try {
      while (!stream.aborted) {
        const { events } = job
        // The last event may have taken the place of the one that was sent.
        if (sent && at > 0 && events[at - 1] !== sent) at--
        for (; at < events.length; at++) {
          sent = events[at]
          await stream.writeSSE({ event: sent.kind, data: JSON.stringify(sent) })
          if (sent.kind === 'ended') return
        }
        const isNew = await new Promise<boolean>(resolve => {
          const timer = setTimeout(() => resolve(false), HEARTBEAT)
          wake = () => {
            clearTimeout(timer)
            resolve(true)
          }
        })
        if (!isNew && !stream.aborted) await stream.write(': still here\n\n')
      }
    } finally {
      job.listeners.delete(listener)
    }
  })
}

/** What a page is told of a job. */
export function jobSummary({ id, what, state, events }: Job) {
  const progress = events.findLast(({ kind }) => kind === 'progress')
  const ended = events.findLast(({ kind }) => kind === 'ended')
  return { id, what, state, progress: progress ?? null, message: ended?.message ?? null }
}
