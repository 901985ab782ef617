import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../base/node/start-worker.js'
import { fromPortable } from '../../base/portable-error.js'
import type { ParameterStore } from '../../engine/optim/parameter-store.js'
import type { GradientJob, Helpers } from '../loop/side-by-side.js'
import type { UpdateGradients } from '../loop/updates.js'
import type { ReplicaData } from '../step/replica.js'
import {
  type GradientSpace,
  type GroupUpdates,
  gradientSpace,
  readDense,
  rowGradientsIn,
  type StepMessage,
  type StepThreadData,
  type StepWork,
  writeGradients,
} from './step-messages.js'

/** Starts threads that compute gradients beside the calling one. @param parameters of the calling one */
export async function startStepThreads(
  replica: ReplicaData,
  count: number,
  parameters: ParameterStore,
): Promise<StepThreads> {
  const spaces = [0, 1].map(() => Array.from({ length: count + 1 }, () => gradientSpace(parameters, replica)))
  const workers = Array.from({ length: count }, (_, i) => {
    const data: StepThreadData = { replica, place: i + 1, spaces }
    return startWorker(new URL('./step-thread.js', import.meta.url), data)
  })
  const threads = workers.map(worker => new StepThread(worker))
  try {
    await Promise.all(threads.map(thread => thread.next()))
  } catch (error) {
    await Promise.all(workers.map(worker => worker.terminate()))
    throw error
  }
  return new StepThreads(threads, spaces, parameters)
}

/** One thread, and what it says next. */
class StepThread {
  private readonly said: StepMessage[] = []
  private waiting: { resolve: (message: StepMessage) => void; reject: (error: unknown) => void } | undefined
  private failure: unknown

  constructor(private readonly worker: Worker) {
    worker.on('message', (message: StepMessage) => {
      if (message.kind === 'error') this.fail(fromPortable(message.error))
      else if (this.waiting) this.take()?.resolve(message)
      else this.said.push(message)
    })
    worker.on('error', error => this.fail(error))
    worker.on('exit', code => this.fail(new Error(`a training thread ended with code ${code}`)))
  }

  send(work: StepWork): void {
    this.worker.postMessage(work)
  }

  /** @throws the error of the thread */
  async next(): Promise<StepMessage> {
    const message = this.said.shift()
    if (message) return message
    if (this.failure) throw this.failure
    return new Promise((resolve, reject) => void (this.waiting = { resolve, reject }))
  }

  stop(): Promise<number> {
    return this.worker.terminate()
  }

  private take() {
    const { waiting } = this
    this.waiting = undefined
    return waiting
  }

  private fail(error: unknown): void {
    this.failure ??= error
    this.take()?.reject(this.failure)
  }
}

/**
 * Threads that have a replica of a training each. All make the same updates in the same order, so they have the same
 * parameters, to the last bit, and only gradients are exchanged.
 */
class StepThreads implements Helpers {
  private parity = 0
  private jobs: readonly GradientJob[] = []
  private clipNorm: number | null = null
  /** What the threads have not been told yet. */
  private before: GroupUpdates | undefined

  constructor(
    private readonly threads: readonly StepThread[],
    private readonly spaces: readonly (readonly GradientSpace[])[],
    private readonly parameters: ParameterStore,
  ) {}

  get count(): number {
    return this.threads.length
  }

  begin(jobs: readonly GradientJob[], clipNorm: number | null): void {
    this.parity = 1 - this.parity
    this.jobs = jobs
    this.clipNorm = clipNorm
    const { before, parity } = this
    for (const [i, thread] of this.threads.entries())
      thread.send({ ...(before && { before }), ...(jobs[i + 1] && { job: jobs[i + 1] }), parity })
  }

  async finish(own: UpdateGradients): Promise<readonly UpdateGradients[]> {
    const { parity, jobs, clipNorm, parameters } = this
    const spaces = this.spaces[parity]
    const first = writeGradients(parameters, own, spaces[0])
    // All of them, so that none still reads what the next but one group writes.
    const messages = await Promise.all(this.threads.map(thread => thread.next()))
    const others = messages.flatMap(message => (message.kind === 'done' ? [message.gradients] : []))
    const all = [first, ...others]
    const updates = all.map((gradients, i) => ({ gradients, learningRate: jobs[i].learningRate }))
    this.before = { parity, clipNorm, updates }
    return all.map((gradients, i) => ({
      ...gradients,
      rowGradients: rowGradientsIn(spaces[i], gradients, parameters),
    }))
  }

  load(job: number): void {
    readDense(this.parameters, this.spaces[this.parity][job])
  }

  async release(): Promise<void> {
    await Promise.all(this.threads.map(thread => thread.stop()))
  }
}
