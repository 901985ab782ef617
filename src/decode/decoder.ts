import { decodeSpans } from '../tags/decode-spans.js'
import { endsEntity, lenientSpans, startsEntity } from '../tags/lenient-spans.js'
import { parseTag, type Scheme, type Tag } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import type { Tagging } from '../tags/tagging.js'
import { transitions } from '../tags/transitions.js'
import { type Chain, type ChainScores, createChain, type StepScores, stepScores } from './chain.js'
import { constrainedEmissions, type SpanConstraints } from './constraints.js'
import { type Probabilities, probabilities } from './lattice.js'
import { listViterbi } from './n-best.js'
import { viterbi } from './viterbi.js'

/** A predicted entity: token indices, a type and a score. */
export interface ScoredSpan extends TokenSpan {
  /** In [0, 1]: a neural tagger's own probability of exactly this entity (see `spanProbability`). */
  readonly score: number
  /** Which part of a recognizer found it, if it has several. */
  readonly source?: string
}

/** Tags and scored entities of a sentence; the tags are in the model's scheme. */
export type DecodedSentence = Tagging<ScoredSpan>

/** One of the likeliest taggings of a sentence. */
export interface Alternative extends DecodedSentence {
  /** The model's probability of exactly this tagging, in [0, 1]; those of all legal taggings sum to 1. */
  readonly probability: number
  /** Its natural logarithm, at most 0: the probability itself may be too small for a number above 0 in a long sentence. */
  readonly logProbability: number
}

export interface DecoderOptions {
  /** Whether only taggings that the scheme allows may come out. */
  readonly constrained: boolean
  /** Learned scores of a CRF; without them every step from tag to tag scores 0 (a softmax). */
  readonly scores?: ChainScores
}

/**
 * Turns scores of tokens into tags and entities: Viterbi under the scheme's constraints, entity scores from the same
 * chain's marginals. `emissions` are always one score per token and tag, row-major `[length, tags]`.
 *
 * @example
 * const decoder = new Decoder(['O', 'B-PER', 'I-PER'], 'BIO', { constrained: true })
 * decoder.decode(Float32Array.of(0, 3, 0, 0, 0, 2), 2).spans // one PER over both tokens, with its score
 */
export class Decoder {
  private readonly chain: Chain
  private readonly parsed: readonly Tag[]
  private readonly constrained: boolean

  /** @param tags by id, the columns of the emissions */
  constructor(
    readonly tags: readonly string[],
    private readonly scheme: Scheme,
    { constrained, scores }: DecoderOptions,
  ) {
    this.constrained = constrained
    this.parsed = tags.map(parseTag)
    this.chain = createChain(tags.length, scores, constrained ? transitions(tags, scheme) : undefined)
  }

  /**
   * Scores of the steps into one token, for the methods' `steps`: one for each token but the first.
   * @param more what is added to the scores of steps, row-major `[from, to]`
   */
  stepScores(more: ArrayLike<number>): StepScores {
    return stepScores(this.chain, more)
  }

  /** The ids of the best tags only. */
  tagIds(emissions: ArrayLike<number>, length: number, steps?: readonly StepScores[]): Int32Array {
    return length === 0 ? new Int32Array(0) : viterbi(emissions, length, this.chainOf(steps))
  }

  /** The tags and entities that `decode` finds, without their probabilities, which take longer. */
  find(emissions: ArrayLike<number>, length: number, steps?: readonly StepScores[]): Tagging {
    return this.taggingOf(this.tagIds(emissions, length, steps))
  }

  /**
   * Tags, entities and their probabilities.
   * @param constraints what is known of the sentence: the result is exactly that of the taggings that agree with it
   */
  decode(
    given: ArrayLike<number>,
    length: number,
    constraints?: SpanConstraints,
    steps?: readonly StepScores[],
  ): DecodedSentence {
    if (length === 0) return { tags: [], spans: [] }
    const emissions = constraints
      ? constrainedEmissions(given, length, this.tags, this.scheme, constraints)
      : given
    const ids = this.tagIds(emissions, length, steps)
    return this.read(ids, ([{ end }]) => probabilities(emissions, length, this.chainOf(steps), end))
  }

  /**
   * The `n` likeliest taggings, likeliest first (the first is what `decode` gives), each with its probability
   * exp(score − log Z) under the same chain. An unconstrained softmax may tag the same entities in several ill-formed
   * ways; otherwise no two alternatives have the same entities.
   *
   * @param n at least 1; fewer alternatives come back if fewer taggings are legal
   * @throws RangeError if `n` is not a whole number from 1
   */
  nBest(
    emissions: ArrayLike<number>,
    length: number,
    n: number,
    steps?: readonly StepScores[],
  ): Alternative[] {
    if (length === 0) return [{ tags: [], spans: [], probability: 1, logProbability: 0 }]
    const chain = this.chainOf(steps)
    const lattice = probabilities(emissions, length, chain)
    return listViterbi(emissions, length, chain, n).map(({ path, score }) => {
      const logProbability = Math.min(0, score - lattice.logPartition)
      return { ...this.read(path, () => lattice), probability: Math.exp(logProbability), logProbability }
    })
  }

  /** The probability of each tag at each token, row-major `[length, tags]`. */
  marginals(emissions: ArrayLike<number>, length: number, steps?: readonly StepScores[]): Float64Array {
    if (length === 0) return new Float64Array(0)
    return probabilities(emissions, length, this.chainOf(steps)).tagMarginals()
  }

  private chainOf(steps: readonly StepScores[] | undefined): Chain {
    return steps ? { ...this.chain, steps } : this.chain
  }

  private read(ids: Int32Array, lattice: (spans: readonly TokenSpan[]) => Probabilities): DecodedSentence {
    const { tags, spans } = this.taggingOf(ids)
    if (spans.length === 0) return { tags, spans: [] }
    const known = lattice(spans)
    return { tags, spans: spans.map(span => ({ ...span, score: this.scoreOf(known, span, ids) })) }
  }

  /** Tags that are not held to the scheme may be ill-formed: they are read leniently. */
  private taggingOf(ids: Int32Array): Tagging {
    const tags = Array.from(ids, id => this.tags[id])
    return { tags, spans: this.constrained ? decodeSpans(tags, this.scheme) : lenientSpans(tags) }
  }

  private scoreOf(lattice: Probabilities, { start, end }: TokenSpan, ids: Int32Array): number {
    const head = this.parsed[ids[start]]
    const tail = this.parsed[ids[end - 1]]
    const probability = lattice.spanProbability(
      start,
      ids.subarray(start, end),
      previous =>
        startsEntity(this.parsed[previous].prefix, head.prefix, this.parsed[previous].type === head.type),
      next => endsEntity(tail.prefix, this.parsed[next].prefix, this.parsed[next].type === tail.type),
    )
    return Math.min(1, probability)
  }
}
