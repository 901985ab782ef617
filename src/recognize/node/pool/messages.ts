import type { PortableError } from '../../../base/portable-error.js'
import type { AnalyzeOptions } from '../../analyzed-text.js'
import type { RecognizerInfo } from '../../recognizer.js'

/** What a tagging thread is started with. */
export interface ThreadData {
  readonly model: string
  /** Threads of the numeric kernels. */
  readonly threads: number
  readonly country?: string
  /** Whether the threads that answer requests come first where both want a core; only Linux can do that. */
  readonly isBehind?: boolean
  /** What `modelIdentity` says of the model: a thread refuses to load another one. Default: it loads what it finds. */
  readonly identity?: string
}

/** What a tagging thread does with each of its inputs. */
export type Task =
  /** From a text to its entities. */
  | { readonly kind: 'entities'; readonly scores: boolean }
  /** From several texts, which are tagged in one go, to the entities of each. */
  | { readonly kind: 'together'; readonly scores: boolean }
  /** From a text to what `tagEverything` finds in it. */
  | { readonly kind: 'everything'; readonly minScore?: number }
  /** From a text to an `AnnotatedText`. */
  | { readonly kind: 'annotate' }
  /** From a text to its `TextReadings`. */
  | { readonly kind: 'readings'; readonly n: number }
  /** From a text to its `AnalyzedText`. */
  | { readonly kind: 'analyze'; readonly options: AnalyzeOptions }
  /** From a `TokenSentence` to a `DecodedSentence`. */
  | { readonly kind: 'tokens' }
  /** From a `TokenSentence` to what the method of this name says of it. */
  | { readonly kind: 'tagProbabilities' | 'tagCharacters' }
  | { readonly kind: 'nBest'; readonly n: number }

/** What a tagging thread is sent. */
export interface Work {
  readonly task: Task
  readonly inputs: readonly unknown[]
}

/** What a tagging thread sends. */
export type ThreadMessage =
  | { readonly kind: 'notice'; readonly message: string }
  | { readonly kind: 'ready'; readonly info: RecognizerInfo }
  | { readonly kind: 'done'; readonly outputs: readonly unknown[] }
  | { readonly kind: 'error'; readonly error: PortableError }
