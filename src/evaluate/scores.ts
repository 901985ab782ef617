import type { Scheme } from '../tags/scheme.js'
import type { CountedPrf, Prf } from './prf.js'

/** `conlleval`: the chunk rules of conlleval.pl. `strict`: entities by the scheme's letter (seqeval's strict mode). */
export type ScoreMode = 'conlleval' | 'strict'

export interface ExactScores {
  /** Over all entities. */
  readonly micro: CountedPrf
  /** Plain mean over types, and the mean weighted by gold entities. */
  readonly macro: Prf
  readonly weighted: Prf
  /** Every type in gold or predicted, by code point. */
  readonly types: Readonly<Record<string, CountedPrf>>
}

/** MUC's relaxed matches: any entity of the other side can credit one, so each side has counts of its own. */
export interface RelaxedPrf extends Prf {
  readonly gold: number
  readonly predicted: number
  readonly creditedGold: number
  readonly creditedPredicted: number
}

/** A SemEval-2013 scheme: possible = gold, actual = predicted; partial matches earn half in scheme `partial`. */
export interface SemevalPrf extends Prf {
  readonly correct: number
  readonly incorrect: number
  readonly partial: number
  readonly missed: number
  readonly spurious: number
  readonly possible: number
  readonly actual: number
}

export type SemevalScheme = 'strict' | 'exact' | 'partial' | 'type'

export interface TokenPrf extends Prf {
  /** Gold tokens with this tag. */
  readonly support: number
}

export interface Averages {
  readonly micro: Prf
  readonly macro: Prf
  readonly weighted: Prf
}

/** Counts by gold (row) and predicted (column). */
export interface Confusion {
  readonly labels: readonly string[]
  readonly matrix: readonly (readonly number[])[]
}

/**
 * Entities by type. Each gold entity counts once: in `matrix` [gold][predicted] under the type of the predicted entity
 * that overlaps it most (on a tie one of its own type, else the first), or in `missed` [gold] if none does.
 * `spurious` [predicted]: predicted entities that overlap no gold one.
 */
export interface TypeConfusion {
  readonly types: readonly string[]
  readonly matrix: readonly (readonly number[])[]
  readonly missed: readonly number[]
  readonly spurious: readonly number[]
}

/** The result of `score --json` and `evaluate --json`; fractions in [0, 1], `null` if undefined. */
export interface Scores {
  readonly scheme: Scheme
  readonly mode: ScoreMode
  readonly sentences: number
  readonly tokens: number
  /** Tokens whose tag is predicted exactly. */
  readonly accuracy: number | null
  /** What a tagger that always says `O` would have. */
  readonly baseline: { readonly allO: { readonly accuracy: number | null; readonly f1: number | null } }
  readonly exact: ExactScores
  /**
   * `type`: credited on any overlap with an entity of its type; `boundary`: on equal boundaries, whatever the type
   * (both after Li et al. 2020, §2.3). `partial` and `strict` are SemEval's schemes of that name.
   */
  readonly relaxed: {
    readonly type: RelaxedPrf
    readonly boundary: RelaxedPrf
    readonly partial: SemevalPrf
    readonly strict: SemevalPrf
  }
  readonly semeval: Readonly<Record<SemevalScheme, SemevalPrf>>
  readonly tokenReport: Readonly<Record<string, TokenPrf>>
  readonly tokenAverages: { readonly withO: Averages; readonly withoutO: Averages }
  readonly confusion: Confusion
  readonly typeConfusion: TypeConfusion
}
