import type { DecoderConfig } from '../config/schema.js'
import type { FoundEntities } from '../corpus/found-entities.js'
import { PARAMETER } from '../model/tagger-definition.js'
import { decodeSpans } from '../tags/decode-spans.js'
import { endsEntity, lenientSpans, startsEntity } from '../tags/lenient-spans.js'
import { parseTag, type Scheme } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import { transitions } from '../tags/transitions.js'
import { type Chain, createChain } from './chain.js'
import { forwardBackward, type Lattice, spanProbability, tagMarginals } from './marginals.js'
import { listViterbi } from './n-best.js'
import { viterbi } from './viterbi.js'

/** A predicted entity: token indices, type, and the model's own probability of exactly this entity. */
export interface ScoredSpan extends TokenSpan {
  /** In [0, 1]; see `spanProbability`. */
  readonly score: number
}

export interface DecodedSentence {
  /** A tag a token, in the model's scheme. */
  readonly tags: readonly string[]
  readonly spans: readonly ScoredSpan[]
}

/** One of the likeliest taggings of a sentence. */
export interface Alternative extends DecodedSentence {
  /** The model's probability of exactly this tagging, in [0, 1]; those of all legal taggings sum to 1. */
  readonly probability: number
  /** Its natural logarithm, at most 0, which tells apart what of a long sentence is too unlikely for a number above 0. */
  readonly logProbability: number
}

/** From logits to tags and entities: Viterbi under the scheme's constraints, scores from the same chain's marginals. */
export class Decoder {
  private readonly chain: Chain
  private readonly parsed
  private readonly constrained: boolean

  /**
   * @param tags the model's tags by id
   * @param parameterValue parameter values by name; asked for a CRF's only
   */
  constructor(
    private readonly tags: readonly string[],
    private readonly scheme: Scheme,
    config: Pick<DecoderConfig, 'kind' | 'constrained'>,
    parameterValue: (name: string) => Float32Array,
  ) {
    this.constrained = config.constrained
    this.parsed = tags.map(parseTag)
    this.chain = createChain(
      tags.length,
      config.kind === 'crf'
        ? {
            transitions: parameterValue(PARAMETER.transitions),
            start: parameterValue(PARAMETER.start),
            end: parameterValue(PARAMETER.end),
          }
        : undefined,
      config.constrained ? transitions(tags, scheme) : undefined,
    )
  }

  /** The best tags only. @param emissions row-major `[length, tags]` */
  tagIds(emissions: Float32Array, length: number): Int32Array {
    return length === 0 ? new Int32Array(0) : viterbi(emissions, length, this.chain)
  }

  /** The tags and entities that `decode` finds, without their probabilities, which take longer. */
  find(emissions: Float32Array, length: number): FoundEntities {
    return this.entitiesOf(this.tagIds(emissions, length))
  }

  /** Tags, entities and their probabilities. */
  decode(emissions: Float32Array, length: number): DecodedSentence {
    if (length === 0) return { tags: [], spans: [] }
    const ids = this.tagIds(emissions, length)
    return this.read(ids, () => forwardBackward(emissions, length, this.chain))
  }

  /**
   * The `n` likeliest taggings, likeliest first (the first is what `decode` gives), each with its probability
   * exp(score − log Z) under the same chain. A CRF's and a constrained softmax's are distinct readings of the sentence;
   * an unconstrained softmax may tag the same entities in several ill-formed ways.
   *
   * @param emissions row-major `[length, tags]`
   * @param n from 1; there are fewer where fewer taggings are legal
   * @throws RangeError where `n` is no whole number from 1
   */
  nBest(emissions: Float32Array, length: number, n: number): Alternative[] {
    if (length === 0) return [{ tags: [], spans: [], probability: 1, logProbability: 0 }]
    const lattice = forwardBackward(emissions, length, this.chain)
    return listViterbi(emissions, length, this.chain, n).map(({ path, score }) => {
      const logProbability = Math.min(0, score - lattice.logPartition)
      return { ...this.read(path, () => lattice), probability: Math.exp(logProbability), logProbability }
    })
  }

  /** The probability of each tag at each token, row-major `[length, tags]`. */
  marginals(emissions: Float32Array, length: number): Float64Array {
    return length === 0 ? new Float64Array(0) : tagMarginals(forwardBackward(emissions, length, this.chain))
  }

  private read(ids: Int32Array, lattice: () => Lattice): DecodedSentence {
    const { tags, spans } = this.entitiesOf(ids)
    if (spans.length === 0) return { tags, spans: [] }
    const known = lattice()
    return { tags, spans: spans.map(span => ({ ...span, score: this.scoreOf(known, span, ids) })) }
  }

  /** What is not held to the scheme may be ill-formed, and is read leniently. */
  private entitiesOf(ids: Int32Array): FoundEntities {
    const tags = Array.from(ids, id => this.tags[id])
    return { tags, spans: this.constrained ? decodeSpans(tags, this.scheme) : lenientSpans(tags) }
  }

  private scoreOf(lattice: Lattice, { start, end }: TokenSpan, ids: Int32Array): number {
    const head = this.parsed[ids[start]]
    const tail = this.parsed[ids[end - 1]]
    const probability = spanProbability(
      lattice,
      start,
      ids.subarray(start, end),
      previous =>
        startsEntity(this.parsed[previous].prefix, head.prefix, this.parsed[previous].type === head.type),
      next => endsEntity(tail.prefix, this.parsed[next].prefix, this.parsed[next].type === tail.type),
    )
    return Math.min(1, probability)
  }
}
