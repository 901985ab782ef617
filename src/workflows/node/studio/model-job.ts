import type { PortableError } from '../../../base/portable-error.js'
import type { CostlyConfusion, ListedError } from '../../../evaluate/error-list.js'
import type { Scores } from '../../../evaluate/scores.js'
import type { Suggestion } from '../../../label/suggestion.js'
import type { RunComparison } from '../compare-runs.js'

/** What finds entities: a model by name or folder, or the text of a rules file. */
export type SuggestionModel = { readonly model: string } | { readonly rules: string }

/** Work with a model that takes longer than a request should, done in a thread of its own. */
export type ModelJob =
  | {
      readonly kind: 'suggest'
      readonly from: SuggestionModel
      readonly source: string
      readonly types: readonly string[]
      /** How many there are; the thread asks for them part by part. */
      readonly texts: number
    }
  | { readonly kind: 'evaluate'; readonly model: string; readonly corpus: string }
  | { readonly kind: 'folds'; readonly model: string; readonly folds: number }
  | {
      readonly kind: 'compare'
      readonly models: readonly string[]
      readonly corpus: string
      readonly types: readonly string[]
    }

/** Scores of a model, and each of its errors. */
export interface RunEvaluation {
  readonly scores: Scores
  readonly errors: readonly ListedError[]
  readonly confusions: readonly CostlyConfusion[]
}

/** What a job says while it works; the last is `done` or `failed`. */
export type JobMessage =
  /** Answered with a list of `TextToLabel`, which is empty after the last. */
  | { readonly kind: 'more' }
  | { readonly kind: 'progress'; readonly done: number; readonly of: number }
  | { readonly kind: 'suggestions'; readonly suggestions: readonly Suggestion[] }
  | { readonly kind: 'evaluation'; readonly evaluation: RunEvaluation }
  | { readonly kind: 'suspects'; readonly suspects: readonly ListedError[]; readonly sentences: number }
  | { readonly kind: 'comparison'; readonly comparison: RunComparison }
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly error: PortableError }
