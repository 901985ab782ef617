import type { Fault } from '../../base/fault.js'
import { type Chain, withWeights } from '../../decode/chain.js'
import { constrainedEmissions, type SpanConstraints } from '../../decode/constraints.js'
import type { Alternative, DecodedSentence } from '../../decode/decoder.js'
import { type Probabilities, probabilities } from '../../decode/lattice.js'
import { listViterbi } from '../../decode/n-best.js'
import { viterbi } from '../../decode/viterbi.js'
import type { TagLists } from '../../encode/tag-lists.js'
import { decodeSpans } from '../../tags/decode-spans.js'
import { endsEntity, lenientSpans, startsEntity } from '../../tags/lenient-spans.js'
import { parseTag, type Tag } from '../../tags/scheme.js'
import type { TokenSpan } from '../../tags/span.js'
import type { Tagging } from '../../tags/tagging.js'
import { transitions } from '../../tags/transitions.js'
import type { FeatureModel, FeatureSentence } from '../feature-model.js'
import { endOf, type HmmCounts, startOf } from './counts.js'
import { TagModel } from './tag-model.js'
import { type SuffixOptions, UnknownWords } from './unknown-words.js'

export interface HmmOptions extends SuffixOptions {
  /** Whether only taggings that the scheme allows may come out. */
  readonly constrained: boolean
}

/** Steps between pairs of tags that a model may have: more take gigabytes of memory, and seconds for each sentence. */
const MOST_STEPS = 5_000_000
const MOST_TAGS = 2000

/** What is wrong with a model of so many tags; `undefined` where nothing is. */
export function hmmSizeFault(
  { tags, scheme }: TagLists,
  constrained: boolean,
  most = MOST_STEPS,
): Pick<Fault, 'expected' | 'got'> | undefined {
  if (tags.length > MOST_TAGS) return { expected: `at most ${MOST_TAGS} tags`, got: String(tags.length) }
  const rules = constrained ? transitions(tags, scheme) : undefined
  const count = (row: readonly boolean[] | undefined) =>
    row ? row.reduce((sum, isAllowed) => sum + (isAllowed ? 1 : 0), 0) : tags.length
  const before = tags.map((_, b) => (rules ? rules.allowed.filter(row => row[b]).length : tags.length))
  const steps = tags.reduce((sum, _, b) => sum + before[b] * count(rules?.allowed[b]), 0)
  return steps > most
    ? {
        expected: `at most ${most} steps between pairs of tags`,
        got: `${steps}, of ${tags.length} tags`,
      }
    : undefined
}

/** A probability of 0 would forbid what a corpus happens not to have. */
const LEAST = 1e-8

/**
 * A second-order hidden Markov model (TnT, Brants 2000). The states of its chain are pairs of tags, so that the best
 * tagging is exact, and so are probabilities and the next best taggings.
 *
 * @example
 * const hmm = new Hmm(lists, counter.result(), { suffixLength: 10, rareCount: 10, constrained: true })
 * hmm.decode({ tokens: ['Ada', 'wrote'] }).spans
 */
export class Hmm implements FeatureModel {
  readonly columns: readonly string[] = []
  private readonly chain: Chain
  /** The second tag of each state, and its first. */
  private readonly second: Int32Array
  private readonly first: Int32Array
  private readonly parsed: readonly Tag[]
  private readonly unknown: UnknownWords
  private readonly priors: Float64Array
  private readonly words: ReadonlyMap<string, number>

  constructor(
    readonly lists: TagLists,
    readonly counts: HmmCounts,
    private readonly options: HmmOptions,
  ) {
    const tags = new TagModel(counts.trigrams)
    this.parsed = lists.tags.map(parseTag)
    this.priors = Float64Array.from(lists.tags, (_, tag) => tags.prior(tag))
    this.unknown = new UnknownWords(counts.words, this.priors, options)
    this.words = new Map(counts.words.words.map((word, i) => [word, i]))
    const pairs = this.pairs()
    this.first = Int32Array.from(pairs, ([a]) => a)
    this.second = Int32Array.from(pairs, ([, b]) => b)
    this.chain = this.createChain(tags)
  }

  find(sentence: FeatureSentence): Tagging {
    const { length } = sentence.tokens
    return length === 0
      ? { tags: [], spans: [] }
      : this.read(viterbi(this.emissions(sentence), length, this.chain))
  }

  decode(sentence: FeatureSentence, constraints?: SpanConstraints): DecodedSentence {
    const { length } = sentence.tokens
    if (length === 0) return { tags: [], spans: [] }
    const emissions = this.emissions(sentence, constraints)
    return this.scored(viterbi(emissions, length, this.chain), () =>
      probabilities(emissions, length, this.chain),
    )
  }

  nBest(sentence: FeatureSentence, n: number): Alternative[] {
    const { length } = sentence.tokens
    if (length === 0) return [{ tags: [], spans: [], probability: 1, logProbability: 0 }]
    const emissions = this.emissions(sentence)
    const lattice = probabilities(emissions, length, this.chain)
    return listViterbi(emissions, length, this.chain, n).map(({ path, score }) => {
      const logProbability = Math.min(0, score - lattice.logPartition)
      return {
        ...this.scored(path, () => lattice),
        probability: Math.exp(logProbability),
        logProbability,
      }
    })
  }

  tagProbabilities(sentence: FeatureSentence): Float64Array {
    const { length } = sentence.tokens
    const tags = this.lists.tags.length
    const result = new Float64Array(length * tags)
    if (length === 0) return result
    const marginals = probabilities(this.emissions(sentence), length, this.chain).tagMarginals()
    for (let t = 0; t < length; t++)
      this.second.forEach((tag, state) => {
        result[t * tags + tag] += marginals[t * this.second.length + state]
      })
    return result
  }

  /** The log probability of a word under each state, `[tokens, states]`. */
  private emissions({ tokens }: FeatureSentence, constraints?: SpanConstraints): Float64Array {
    const { second, lists } = this
    const tags = lists.tags.length
    const own = new Float64Array(tokens.length * tags)
    tokens.forEach((token, t) => {
      this.scoreWord(token, own.subarray(t * tags, (t + 1) * tags))
    })
    const scores = constraints
      ? constrainedEmissions(own, tokens.length, lists.tags, lists.scheme, constraints)
      : own
    const rows = new Float64Array(tokens.length * second.length)
    for (let t = 0; t < tokens.length; t++)
      for (let state = 0; state < second.length; state++)
        rows[t * second.length + state] = scores[t * tags + second[state]]
    return rows
  }

  /** Log P(word | tag) up to a constant of the word, by Bayes' rule from P(tag | word). */
  private scoreWord(token: string, scores: Float64Array): void {
    const shares = this.unknown.tagsOf(token)
    const { first, tags, counts } = this.counts.words
    const w = this.words.get(token)
    const own = new Float64Array(scores.length)
    let total = 0
    if (w !== undefined)
      for (let i = first[w]; i < first[w + 1]; i++) {
        own[tags[i]] = counts[i]
        total += counts[i]
      }
    // A known word is as if its suffixes had been seen once more.
    for (let tag = 0; tag < scores.length; tag++) {
      const share = (own[tag] + shares[tag]) / (total + 1)
      scores[tag] = Math.log(Math.max(share, LEAST) / Math.max(this.priors[tag], LEAST))
    }
  }

  /** Every pair of neighboring tags that may be, and each tag that a sentence may begin with. */
  private pairs(): (readonly [number, number])[] {
    const { tags, scheme } = this.lists
    const rules = this.options.constrained ? transitions(tags, scheme) : undefined
    const pairs: (readonly [number, number])[] = []
    for (let b = 0; b < tags.length; b++) if (rules?.start[b] !== false) pairs.push([startOf(tags.length), b])
    for (let a = 0; a < tags.length; a++)
      for (let b = 0; b < tags.length; b++) if (rules?.allowed[a][b] !== false) pairs.push([a, b])
    return pairs
  }

  private createChain(model: TagModel): Chain {
    const { tags, scheme } = this.lists
    const { first: firsts, second } = this
    const states = second.length
    const rules = this.options.constrained ? transitions(tags, scheme) : undefined
    const [before, after] = [startOf(tags.length), endOf(tags.length)]
    const log = (a: number, b: number, c: number) => Math.log(Math.max(model.probability(a, b, c), LEAST))
    const start = new Float64Array(states).fill(Number.NEGATIVE_INFINITY)
    const end = new Float64Array(states).fill(Number.NEGATIVE_INFINITY)
    const bySecond = new Map<number, number[]>()
    for (let state = 0; state < states; state++) {
      const [a, b] = [firsts[state], second[state]]
      bySecond.set(b, [...(bySecond.get(b) ?? []), state])
      if (a === before) start[state] = log(before, before, b)
      if (rules?.end[b] !== false) end[state] = log(a, b, after)
    }
    const first = new Int32Array(states + 1)
    const from: number[] = []
    const score: number[] = []
    for (let state = 0; state < states; state++) {
      const [b, c] = [firsts[state], second[state]]
      // The first pair of a sentence follows none.
      for (const previous of b === before ? [] : (bySecond.get(b) ?? [])) {
        from.push(previous)
        score.push(log(firsts[previous], b, c))
      }
      first[state + 1] = from.length
    }
    return withWeights({
      tags: states,
      start,
      end,
      first,
      from: Int32Array.from(from),
      score: Float64Array.from(score),
    })
  }

  private read(states: Int32Array): Tagging {
    const tags = Array.from(states, state => this.lists.tags[this.second[state]])
    return {
      tags,
      spans: this.options.constrained ? decodeSpans(tags, this.lists.scheme) : lenientSpans(tags),
    }
  }

  private scored(states: Int32Array, lattice: () => Probabilities): DecodedSentence {
    const { tags, spans } = this.read(states)
    if (spans.length === 0) return { tags, spans: [] }
    const known = lattice()
    return { tags, spans: spans.map(span => ({ ...span, score: this.scoreOf(known, span, states) })) }
  }

  /** The probability of an entity: its first tag may follow any tag that opens it. */
  private scoreOf(lattice: Probabilities, { start, end }: TokenSpan, states: Int32Array): number {
    const { parsed, first, second } = this
    const path = states.slice(start, end)
    const [head, tail] = [parsed[second[path[0]]], parsed[second[path[path.length - 1]]]]
    const closes = (next: number) => {
      const { prefix, type } = parsed[second[next]]
      return endsEntity(tail.prefix, prefix, tail.type === type)
    }
    let sum = 0
    for (let state = 0; state < second.length; state++) {
      if (second[state] !== second[path[0]]) continue
      const before = parsed.at(first[state])
      const isFirst = first[state] === startOf(parsed.length)
      if (isFirst !== (start === 0)) continue
      if (before && !isFirst && !startsEntity(before.prefix, head.prefix, before.type === head.type)) continue
      path[0] = state
      sum += lattice.spanProbability(start, path, () => true, closes)
    }
    return Math.min(1, sum)
  }
}
