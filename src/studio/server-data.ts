/** What the server answers, as far as pages read it. */

import type { TextSpan } from '../corpus/sentence.js'
import type { CostlyConfusion, ListedError } from '../evaluate/error-list.js'
import type { CountedPrf } from '../evaluate/prf.js'
import type { Agreement } from '../label/agreement.js'
import type { StoredLabel } from '../label/label.js'
import type { Project, ProjectProgress, ProjectRun } from '../label/project.js'
import type { Candidate } from '../label/queue.js'
import type { Suggestion } from '../label/suggestion.js'

export type ListedProject = Project & { readonly progress: ProjectProgress }

export interface StudioState {
  readonly models: readonly string[]
  readonly projects: readonly ListedProject[]
}

export interface JobSummary {
  readonly id: number
  readonly what: string
  readonly state: 'running' | 'done' | 'failed' | 'stopped'
  readonly progress: { readonly done: number; readonly of: number } | null
  readonly message: string | null
}

export type ProjectDetail = ListedProject & {
  readonly sources: readonly { readonly name: string; readonly documents: number }[]
  readonly runs: readonly ProjectRun[]
  readonly disputed: number
  /** Models besides its own runs. */
  readonly models: readonly string[]
  readonly jobs: readonly JobSummary[]
}

export interface OpenDocument {
  readonly number: number
  readonly name: string | null
  readonly text: string
  /** The gap before each token and its length. */
  readonly offsets: string
  readonly label: StoredLabel | null
  readonly labels?: readonly StoredLabel[]
  readonly suggestions: readonly Suggestion[]
}

export interface Queue {
  readonly left: number
  readonly documents: readonly Candidate[]
}

export interface PresetChoice {
  readonly name: string
  readonly summary: string
  readonly kind: 'neural' | 'crf' | 'hmm'
}

/** An error, and the document that it is in. */
export type PlacedError = ListedError & { readonly document: number | null }

export interface RunErrors {
  readonly sentences: number
  readonly exact: { readonly micro: CountedPrf; readonly types: Readonly<Record<string, CountedPrf>> }
  readonly errors: readonly PlacedError[]
  readonly confusions: readonly CostlyConfusion[]
}

export interface AgreementAnswer {
  readonly agreement: Agreement
  readonly differences: number
  readonly documents: readonly {
    readonly number: number
    readonly text: string
    readonly first: readonly TextSpan[]
    readonly second: readonly TextSpan[]
    readonly adjudicated: StoredLabel | null
  }[]
}
