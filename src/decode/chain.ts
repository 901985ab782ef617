/**
 * The linear chain that a sentence is decoded with: scores of starting in a tag, of going from tag to tag, of ending.
 * Steps that the scheme forbids are absent. Kept as lists of predecessors, since most steps of IOBES are forbidden: 97 of
 * 289 are legal between 17 tags.
 */
export interface Chain {
  readonly tags: number
  /** Score of starting in each tag; −∞ where the scheme forbids it. `[tags]` */
  readonly start: Float64Array
  /** Score of ending in each tag; −∞ where the scheme forbids it. `[tags]` */
  readonly end: Float64Array
  /** The legal predecessors of tag `k` are `from[first[k] … first[k + 1] − 1]`, with scores `score[…]`. `[tags + 1]` */
  readonly first: Int32Array
  readonly from: Int32Array
  readonly score: Float64Array
  /** The same scores as factors. */
  readonly weights: ChainWeights
  /** Scores of steps that differ from token to token: those into token `t` are `steps[t − 1]`. Absent: all are `score`. */
  readonly steps?: readonly StepScores[]
}

/** Scores of a chain's steps, in their order. */
export interface StepScores {
  readonly score: Float64Array
  readonly weights: Pick<ChainWeights, 'score' | 'shift'>
}

/** The scores of steps into token `t`, from 1. */
export function stepsInto(chain: Chain, t: number): StepScores {
  return chain.steps?.[t - 1] ?? chain
}

/**
 * Scores of steps into one token.
 * @param more what is added to the chain's own, row-major `[from, to]`
 */
export function stepScores({ tags, first, from, score }: Chain, more: ArrayLike<number>): StepScores {
  const own = score.slice()
  for (let to = 0; to < tags; to++)
    for (let i = first[to]; i < first[to + 1]; i++) own[i] += more[from[i] * tags + to]
  return { score: own, weights: stepWeights(own) }
}

/**
 * exp of a chain's scores, those of its steps after `shift` was taken from them, so that none is above 1; NaN where that is too
 * small for a number with all its digits.
 */
export interface ChainWeights {
  readonly start: Float64Array
  readonly end: Float64Array
  readonly score: Float64Array
  readonly shift: number
}

/** What the scheme allows, as `transitions` gives it. */
export interface ChainRules {
  readonly start: readonly boolean[]
  readonly end: readonly boolean[]
  /** `allowed[from][to]` */
  readonly allowed: readonly (readonly boolean[])[]
}

/** Learned scores: `transitions` is row-major `[from, to]`. */
export interface ChainScores {
  readonly transitions: ArrayLike<number>
  readonly start: ArrayLike<number>
  readonly end: ArrayLike<number>
}

/**
 * Builds a chain over `tags` tags.
 * @param scores learned scores of a CRF; without them every legal step scores 0 (a softmax decoder)
 * @param rules which steps are legal; default: all
 */
export function createChain(tags: number, scores?: ChainScores, rules?: ChainRules): Chain {
  const start = new Float64Array(tags)
  const end = new Float64Array(tags)
  const first = new Int32Array(tags + 1)
  const from: number[] = []
  const score: number[] = []
  for (let to = 0; to < tags; to++) {
    start[to] = rules && !rules.start[to] ? Number.NEGATIVE_INFINITY : (scores?.start[to] ?? 0)
    end[to] = rules && !rules.end[to] ? Number.NEGATIVE_INFINITY : (scores?.end[to] ?? 0)
    for (let previous = 0; previous < tags; previous++) {
      if (rules && !rules.allowed[previous][to]) continue
      from.push(previous)
      score.push(scores?.transitions[previous * tags + to] ?? 0)
    }
    first[to + 1] = from.length
  }
  return withWeights({
    tags,
    start,
    end,
    first,
    from: Int32Array.from(from),
    score: Float64Array.from(score),
  })
}

/** A chain of lists that were made already. */
export function withWeights(chain: Omit<Chain, 'weights'>): Chain {
  return { ...chain, weights: weightsOf(chain.start, chain.end, chain.score) }
}

/** A smaller factor has lost digits. */
export const LEAST_FACTOR = 2 ** -1000

/** exp of a score; NaN where it would have lost digits, so that whatever it comes into is recognized and done in log space. */
function factor(score: number): number {
  const found = Math.exp(score)
  return found < LEAST_FACTOR && score !== Number.NEGATIVE_INFINITY ? Number.NaN : found
}

function weightsOf(start: Float64Array, end: Float64Array, score: Float64Array): ChainWeights {
  return { start: start.map(factor), end: end.map(factor), ...stepWeights(score) }
}

function stepWeights(score: Float64Array): StepScores['weights'] {
  const shift = score.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY)
  return { score: score.map(each => factor(each - shift)), shift: score.length === 0 ? 0 : shift }
}
