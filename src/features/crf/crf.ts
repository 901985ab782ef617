import type { StepScores } from '../../decode/chain.js'
import { Decoder } from '../../decode/decoder.js'
import type { TagLists } from '../../encode/tag-lists.js'
import { EmissionModel } from '../emission-model.js'
import type { FeatureSentence } from '../feature-model.js'
import type { FeatureIndex } from './feature-index.js'

/** The numbers of a CRF. */
export interface CrfWeights {
  /**
   * The weights of feature `f` are those of tags `tags[first[f] … first[f + 1] − 1]`; of a feature of steps, those of pairs:
   * the number of tags, plus the pair's place in `[from, to]`. `[features + 1]`
   */
  readonly first: Int32Array
  readonly tags: Int32Array
  readonly weights: Float32Array
  /** Row-major `[from, to]`. */
  readonly transitions: Float32Array
}

/** Scores of words that are remembered: 32 MiB of them. */
const KEPT_NUMBERS = 2 ** 22

/**
 * A linear-chain conditional random field over sparse features: the score of a tagging is the sum of the weights of its
 * features and of its steps between tags.
 *
 * @example
 * new Crf(lists, index, weights, { constrained: true }).decode({ tokens: ['Ada', 'wrote'] }).spans
 */
export class Crf extends EmissionModel {
  readonly columns: readonly string[]
  protected readonly decoder: Decoder
  /** By word: what it adds to the scores of tags at each of the index's places, `[places, tags]`. */
  private readonly words = new Map<string, Float64Array>()
  /** By the features of a step. */
  private readonly stepsByFeatures = new Map<string, StepScores>()

  constructor(
    readonly lists: TagLists,
    readonly index: FeatureIndex,
    readonly weights: CrfWeights,
    { constrained, columns = [] }: { readonly constrained: boolean; readonly columns?: readonly string[] },
  ) {
    super()
    this.columns = columns
    const none = new Float32Array(lists.tags.length)
    this.decoder = new Decoder(lists.tags, lists.scheme, {
      constrained,
      scores: { transitions: weights.transitions, start: none, end: none },
    })
  }

  /** Scores of each token's tags, `[tokens, tags]`. */
  protected emissions(sentence: FeatureSentence): Float64Array {
    const { tokens } = sentence
    const count = this.lists.tags.length
    const { offsets } = this.index
    const rows = new Float64Array(tokens.length * count)
    for (let t = 0; t < tokens.length; t++) {
      const word = this.ofWord(tokens[t])
      for (let place = 0; place < offsets.length; place++) {
        // What a template sees at an offset counts for the token from which it looks.
        const at = t - offsets[place]
        if (at < 0 || at >= tokens.length) continue
        for (let k = 0; k < count; k++) rows[at * count + k] += word[place * count + k]
      }
    }
    const others = this.index.otherFeatures(sentence)
    for (let t = 0; t < tokens.length; t++) this.add(others(t), rows, t * count)
    return rows
  }

  protected override steps(sentence: FeatureSentence): readonly StepScores[] | undefined {
    if (!this.index.hasSteps) return undefined
    const features = this.index.stepFeatures(sentence)
    return Array.from({ length: Math.max(0, sentence.tokens.length - 1) }, (_, t) =>
      this.ofStep(features(t + 1)),
    )
  }

  private ofStep(ids: readonly number[]): StepScores {
    const key = ids.join()
    const known = this.stepsByFeatures.get(key)
    if (known) return known
    const { first, tags, weights } = this.weights
    const count = this.lists.tags.length
    const more = new Float64Array(count * count)
    for (const id of ids) for (let p = first[id]; p < first[id + 1]; p++) more[tags[p] - count] += weights[p]
    const own = this.decoder.stepScores(more)
    if ((this.stepsByFeatures.size + 1) * 2 * more.length > KEPT_NUMBERS) this.stepsByFeatures.clear()
    this.stepsByFeatures.set(key, own)
    return own
  }

  private ofWord(word: string): Float64Array {
    const known = this.words.get(word)
    if (known) return known
    const count = this.lists.tags.length
    const places = this.index.placesOf(word)
    const own = new Float64Array(places.length * count)
    places.forEach((ids, place) => {
      this.add(ids, own, place * count)
    })
    if ((this.words.size + 1) * Math.max(16, own.length) > KEPT_NUMBERS) this.words.clear()
    this.words.set(word, own)
    return own
  }

  /** Adds the weights of features to the scores of a token's tags, which begin at `row`. */
  private add(ids: ArrayLike<number>, rows: Float64Array, row: number): void {
    const { first, tags, weights } = this.weights
    for (let i = 0; i < ids.length; i++) {
      const end = first[ids[i] + 1]
      for (let p = first[ids[i]]; p < end; p++) rows[row + tags[p]] += weights[p]
    }
  }
}
