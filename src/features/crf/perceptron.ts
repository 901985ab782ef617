import type { Random } from '../../base/random.js'
import { createChain } from '../../decode/chain.js'
import { viterbi } from '../../decode/viterbi.js'
import { chainSteps, eachWeight, type StepFeatures, stepFeaturesOf } from './step-features.js'
import type { CrfData } from './training-data.js'
import { parameterCount } from './training-data.js'

/** What a perceptron needs to continue: weights, their sum weighted by when they changed, and how often it looked. */
export interface PerceptronState {
  readonly weights: Float64Array
  readonly sums: Float64Array
  readonly seen: number
}

/**
 * The averaged structured perceptron (Collins 2002): tags a sentence, and where it is wrong, adds 1 to the features of the
 * gold tags and takes 1 from those of the wrong ones. What counts in the end is the mean of the weights over all sentences
 * seen, which is kept as a sum (Daumé 2006, figure 2.3).
 */
export class Perceptron {
  readonly weights: Float64Array
  readonly sums: Float64Array
  seen = 0
  private readonly features: StepFeatures | undefined

  constructor(private readonly data: CrfData) {
    this.features = stepFeaturesOf(data)
    this.weights = new Float64Array(parameterCount(data))
    this.sums = new Float64Array(this.weights.length)
  }

  restore({ weights, sums, seen }: PerceptronState): void {
    this.weights.set(weights)
    this.sums.set(sums)
    this.seen = seen
  }

  /** One pass over all sentences, in random order. @returns how many tokens got a wrong tag */
  epoch(random: Random): number {
    const { sentences } = this.data
    const order = random.shuffle(Array.from({ length: sentences.length - 1 }, (_, s) => s))
    let wrong = 0
    for (const s of order) wrong += this.learn(s)
    return wrong
  }

  /** The mean of the weights so far. */
  average(): Float64Array {
    const seen = Math.max(1, this.seen)
    return this.weights.map((weight, p) => weight - this.sums[p] / seen)
  }

  /** Learns from one sentence. @returns how many of its tokens got a wrong tag */
  learn(s: number): number {
    const { tags, sentences, gold, tagOf, stepBundles, weights: often } = this.data
    const [start, length] = [sentences[s], sentences[s + 1] - sentences[s]]
    this.seen++
    if (length === 0) return 0
    const none = new Float64Array(tags)
    const { features } = this
    const plain = createChain(tags, {
      transitions: this.weights.subarray(tagOf.length),
      start: none,
      end: none,
    })
    const bundles = stepBundles.subarray(start + 1, start + length)
    const chain = features ? { ...plain, steps: chainSteps(features, plain, bundles, this.weights) } : plain
    const found = viterbi(this.emissions(start, length), length, chain)
    let wrong = 0
    for (let t = 0; t < length; t++) {
      const right = gold[start + t]
      if (found[t] !== right) {
        wrong++
        this.change(start + t, right, often[s])
        this.change(start + t, found[t], -often[s])
      }
      if (t === 0 || (found[t] === right && found[t - 1] === gold[start + t - 1])) continue
      const [pair, wrongPair] = [gold[start + t - 1] * tags + right, found[t - 1] * tags + found[t]]
      this.add(tagOf.length + pair, often[s])
      this.add(tagOf.length + wrongPair, -often[s])
      if (!features) continue
      eachWeight(features, stepBundles[start + t], (p, own) => {
        if (own === pair) this.add(p, often[s])
        if (own === wrongPair) this.add(p, -often[s])
      })
    }
    return wrong
  }

  private emissions(start: number, length: number): Float64Array {
    const { tags, first, tagOf } = this.data
    const rows = new Float64Array(length * tags)
    for (let t = 0; t < length; t++)
      this.eachFeature(start + t, id => {
        for (let p = first[id]; p < first[id + 1]; p++) rows[t * tags + tagOf[p]] += this.weights[p]
      })
    return rows
  }

  private change(token: number, tag: number, by: number): void {
    const { first, tagOf } = this.data
    this.eachFeature(token, id => {
      for (let p = first[id]; p < first[id + 1]; p++) if (tagOf[p] === tag) this.add(p, by)
    })
  }

  private eachFeature(token: number, visit: (id: number) => void): void {
    const { tokens, bundlesOf, bundles, ids } = this.data
    for (let i = tokens[token]; i < tokens[token + 1]; i++)
      for (let at = bundles[bundlesOf[i]]; at < bundles[bundlesOf[i] + 1]; at++) visit(ids[at])
  }

  private add(p: number, by: number): void {
    this.weights[p] += by
    this.sums[p] += (this.seen - 1) * by
  }
}
