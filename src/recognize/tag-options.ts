export interface TagOptions {
  /** Leaves out entities that score less; default: 0. */
  readonly minScore?: number
  /**
   * Gives entities the types of the recognizer's coarse view (`info.coarse`). Their scores, and the tags of sentences, stay
   * those of the finer types. Default: false.
   */
  readonly coarse?: boolean
  /** Stops between two batches of texts; the call then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/** As `TagOptions`, for entities without scores: a tagger finds them in less time. */
export interface UnscoredOptions extends Omit<TagOptions, 'minScore'> {
  readonly scores: false
}

/** Options for sentences that are split into tokens. `minScore` leaves out spans; tags stay as they are. */
export type TokenOptions = Pick<TagOptions, 'minScore' | 'signal'>

/** Texts at hand, or coming in one by one. */
export type Texts = AsyncIterable<string> | Iterable<string>
