import type { LabeledTask } from './labeled-tasks.js'

/** What became of a training. */
export interface TrainingStatus {
  readonly status: 'running' | 'done' | 'failed'
  /** Labeled tasks that it learns from. */
  readonly tasks: number
  /** F1 on the tasks that were held out, if there were any. */
  readonly f1?: number | null
  /** Why it failed: nothing of a text. */
  readonly error?: string
}

/** Keeps what was labeled in projects of Label Studio, and trains from it. */
export interface LabelStudioTrainer {
  /** Keeps the labels of a task, in the place of those that it had. Resolves once they are on disk. */
  keep(project: number, labeled: LabeledTask): Promise<void>
  forget(
    project: number,
    what: { readonly annotations?: readonly number[]; readonly tasks?: readonly number[] },
  ): Promise<void>
  /**
   * Starts a training. When it is done, the new model takes the place of the one before.
   * @returns its name @throws Problem 409 while another one runs; 422 if too little is labeled
   */
  start(project: number): Promise<string>
  status(job: string): TrainingStatus | undefined
}
