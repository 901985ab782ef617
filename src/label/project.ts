import type { LabelType } from './label-type.js'

/** Texts to label, and the types to find in them. */
export interface Project {
  /** Letters and digits. */
  readonly id: string
  readonly name: string
  readonly types: readonly LabelType[]
  /** ISO 8601. */
  readonly created: string
}

/** How far a project is. */
export interface ProjectProgress {
  readonly documents: number
  readonly tokens: number
  /** Documents with at least one whole label, with partial ones only, and with nothing but `skipped`. */
  readonly accepted: number
  readonly partial: number
  readonly skipped: number
  readonly annotators: readonly { readonly name: string; readonly accepted: number }[]
}

/** Whether a name is that of a run's folder. */
export function isRunName(name: string): boolean {
  return /^run-\d+$/.test(name)
}

/** What a served model is called beside the runs of a project. */
export function nameBesideRuns(model: string): string {
  return isRunName(model) ? `model ${model}` : model
}

/** A tagger that was trained on a project's labels. */
export interface ProjectRun {
  /** From 1, in the order in which they were started. */
  readonly number: number
  /** The name of its folder. */
  readonly folder: string
  readonly state: RunState
  /** Documents that it was trained on, and labeled ones that were held out. */
  readonly trained: number
  readonly heldOut: number
  /** On the documents that were held out, as they were labeled when the run began; `null` until it is done, or without any. */
  readonly f1: number | null
  readonly created: string
  /** Why it failed. */
  readonly message?: string
}

/** `stopped`: with a checkpoint to resume from. */
export type RunState = 'running' | 'stopped' | 'done' | 'failed'
