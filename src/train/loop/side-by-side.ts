/** Updates whose gradients several threads compute at the same time, from the same parameters. */
import { Random, type RandomState } from '../../base/random.js'
import {
  applyUpdate,
  gradientsOf,
  type UpdateGradients,
  type UpdateResult,
  type UpdateSetup,
  update,
} from './updates.js'

/** An update to come. */
export interface SideBySide {
  /** Indices of sentences. */
  readonly batches: readonly (readonly number[])[]
  readonly learningRate: number
}

/** What a thread computes. */
export interface GradientJob extends SideBySide {
  /** Draws what the step drops out. */
  readonly random: RandomState
}

/** Threads that have the parameters, too. */
export interface Helpers {
  /** How many threads there are besides the calling one. */
  readonly count: number
  /** Begins with all jobs but the first one, which is the caller's. The parameters are as after all updates so far. */
  begin(jobs: readonly GradientJob[], clipNorm: number | null): void
  /**
   * Waits for the gradients of the other jobs.
   * @param own of the first job; its dense gradients are in the store
   * @returns those of all jobs in their order
   */
  finish(own: UpdateGradients): Promise<readonly UpdateGradients[]>
  /** Puts the dense gradients of a job into the store. */
  load(job: number): void
}

/**
 * Makes some updates one after another. The gradients of all are computed from the parameters as they are now, each by
 * a thread of its own, so that what comes out does not depend on which thread is faster. Without helpers there is one update.
 *
 * @param random draws what the steps drop out
 * @throws InputError `train/diverged` where a loss or a gradient is not a finite number
 */
export async function sideBySide(
  setup: UpdateSetup & { readonly helpers?: Helpers },
  updates: readonly SideBySide[],
  random: Random,
): Promise<readonly UpdateResult[]> {
  const { helpers } = setup
  if (!helpers) {
    const [{ batches, learningRate }] = updates
    return [await update(setup, batches, learningRate, random)]
  }
  const jobs = updates.map(update => ({ ...update, random: random.fork().state() }))
  helpers.begin(jobs, setup.clipNorm)
  const own = await gradientsOf(setup, jobs[0].batches, Random.fromState(jobs[0].random))
  const gradients = await helpers.finish(own)
  return gradients.map((each, job) => {
    if (job > 0) helpers.load(job)
    return applyUpdate(setup, each, jobs[job].learningRate)
  })
}
