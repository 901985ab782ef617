import { IntList } from '../../base/int-list.js'
import type { FeatureSentence } from '../feature-model.js'
import type { FeatureIndex } from './feature-index.js'
import { ListNumbers } from './list-numbers.js'
import { shared, sharedCopy } from './shared-array.js'

/** Training sentences as numbers, one after the other, in memory that threads share. */
export interface CrfData {
  readonly tags: number
  readonly features: number
  /** The tokens of sentence `s` are `sentences[s] … sentences[s + 1] − 1`. */
  readonly sentences: Int32Array
  /** The sentences of part `i` are `parts[i] … parts[i + 1] − 1`. `[PARTS + 1]` */
  readonly parts: Int32Array
  /**
   * The features of token `t` are those of the bundles `bundlesOf[tokens[t] … tokens[t + 1] − 1]`. A bundle holds features
   * that always come together, such as all that a word decides at a place.
   */
  readonly tokens: Int32Array
  readonly bundlesOf: Int32Array
  /** The features of bundle `b` are `ids[bundles[b] … bundles[b + 1] − 1]`. */
  readonly bundles: Int32Array
  readonly ids: Int32Array
  /** The bundles of part `i` are `partBundles[i] … partBundles[i + 1] − 1`: parts share none. `[PARTS + 1]` */
  readonly partBundles: Int32Array
  /** The gold tag of each token. */
  readonly gold: Int32Array
  /** How often each sentence counts. */
  readonly weights: Float64Array
  /**
   * The weights of feature `f` are those of tags `tagOf[first[f] … first[f + 1] − 1]`: the tags that it occurs with. A feature of
   * steps has weights for pairs: `tagOf` is the number of tags, plus the pair's place in `[from, to]`.
   */
  readonly first: Int32Array
  readonly tagOf: Int32Array
  /**
   * The bundle of features of the step into each token; −1 where it has none, as the first one of a sentence. Empty where no
   * template is about steps. Bundles of steps are numbered with the others.
   */
  readonly stepBundles: Int32Array
}

/** The number of weights: one for each feature with each of its tags, then `[from, to]` for steps between tags. */
export function parameterCount({ tagOf, tags }: CrfData): number {
  return tagOf.length + tags * tags
}

interface Labeled {
  readonly sentence: FeatureSentence
  readonly gold: Int32Array
  readonly weight: number
}

export interface CollectedFeatures {
  readonly data: CrfData
  /** The values of each template's features, numbered in this order. */
  readonly values: readonly (readonly string[])[]
  /** The number of each feature of the index; −1 for those that were left out. */
  readonly numbers: Int32Array
}

/**
 * Reads the features of all sentences.
 * @param minCount a feature that fewer tokens have is left out
 */
export function collectFeatures(
  labeled: readonly Labeled[],
  index: FeatureIndex,
  { tags, minCount }: { readonly tags: number; readonly minCount: number },
): CollectedFeatures {
  const total = labeled.reduce((sum, { gold }) => sum + gold.length, 0)
  const sentences = shared(Int32Array, labeled.length + 1)
  const gold = shared(Int32Array, total)
  const weights = shared(Float64Array, labeled.length)
  labeled.forEach(({ gold: own, weight }, s) => {
    gold.set(own, sentences[s])
    weights[s] = weight
    sentences[s + 1] = sentences[s] + own.length
  })
  const parts = cutParts(sentences)
  const tokens = shared(Int32Array, total + 1)
  const partBundles = shared(Int32Array, PARTS + 1)
  const bundlesOf = new IntList()
  const stepBundles = shared(Int32Array, index.hasSteps ? total : 0).fill(-1)
  const bundleEnds = new IntList()
  const found = new IntList()
  for (let part = 0; part < PARTS; part++) {
    const bundler = new Bundler(index, found, bundleEnds)
    for (let s = parts[part]; s < parts[part + 1]; s++) {
      bundler.read(labeled[s].sentence, (t, bundle) => {
        bundlesOf.push(bundle)
        tokens[sentences[s] + t + 1] = bundlesOf.length
      })
      if (index.hasSteps)
        bundler.readSteps(labeled[s].sentence, (t, bundle) => {
          stepBundles[sentences[s] + t] = bundle
        })
    }
    partBundles[part + 1] = bundleEnds.length
  }
  // A token without a bundle has none of its own.
  for (let t = 0; t < total; t++) tokens[t + 1] = Math.max(tokens[t + 1], tokens[t])
  const counts = countFeatures({ tokens, bundlesOf, stepBundles, bundleEnds, found }, index.size)
  const { numbers, values } = keptFeatures(index, counts, minCount)
  const features = values.reduce((sum, own) => sum + own.length, 0)
  const bundles = shared(Int32Array, bundleEnds.length + 1)
  const kept = new IntList()
  for (let b = 0, read = 0; b < bundleEnds.length; b++) {
    for (; read < bundleEnds.at(b); read++) {
      const id = numbers[found.at(read)]
      if (id >= 0) kept.push(id)
    }
    bundles[b + 1] = kept.length
  }
  const lists = { tokens, bundlesOf: sharedCopy(bundlesOf), stepBundles, bundles, ids: sharedCopy(kept) }
  const observed = observedTags({ ...lists, gold, features, tags })
  return {
    data: { tags, features, sentences, parts, partBundles, gold, weights, ...lists, ...observed },
    values,
    numbers,
  }
}

/**
 * Parts that the training sentences are cut into. Each has a gradient of its own, and these are summed in order: whoever
 * computes a part, and when, the sum has the same bytes.
 */
export const PARTS = 4

/** Cuts the sentences into parts of about as many tokens. @returns the sentence at which each part begins, and the end */
function cutParts(sentences: Int32Array): Int32Array {
  const count = sentences.length - 1
  const total = sentences[count]
  const cuts = shared(Int32Array, PARTS + 1)
  for (let part = 1, s = 0; part <= PARTS; part++) {
    while (s < count && sentences[s] < (total * part) / PARTS) s++
    cuts[part] = part === PARTS ? count : s
  }
  return cuts
}

/** Finds the bundles of a part's tokens, and lists the features of new ones. */
class Bundler {
  private readonly byWord: readonly Map<string, number>[]
  private readonly lists: ListNumbers

  constructor(
    private readonly index: FeatureIndex,
    private readonly found: IntList,
    private readonly ends: IntList,
  ) {
    this.byWord = index.offsets.map(() => new Map())
    this.lists = new ListNumbers(found, ends)
  }

  read(sentence: FeatureSentence, report: (t: number, bundle: number) => void): void {
    const { tokens } = sentence
    const others = this.index.otherFeatures(sentence)
    for (let t = 0; t < tokens.length; t++) {
      for (const [place, offset] of this.index.offsets.entries()) {
        const word = tokens[t + offset]
        if (word === undefined) continue
        const known = this.byWord[place].get(word)
        const bundle = known ?? this.add(this.index.featuresOf(word, place))
        if (known === undefined) this.byWord[place].set(word, bundle)
        report(t, bundle)
      }
      const ids = others(t)
      if (ids.length > 0) report(t, this.lists.numberOf(ids))
    }
  }

  readSteps(sentence: FeatureSentence, report: (t: number, bundle: number) => void): void {
    const features = this.index.stepFeatures(sentence)
    for (let t = 1; t < sentence.tokens.length; t++) {
      const ids = features(t)
      if (ids.length > 0) report(t, this.lists.numberOf(ids))
    }
  }

  private add(features: Int32Array): number {
    for (let i = 0; i < features.length; i++) this.found.push(features[i])
    this.ends.push(this.found.length)
    return this.ends.length - 1
  }
}

/** How many tokens have each feature. */
function countFeatures(
  {
    tokens,
    bundlesOf,
    stepBundles,
    bundleEnds,
    found,
  }: {
    readonly tokens: Int32Array
    readonly bundlesOf: IntList
    readonly stepBundles: Int32Array
    readonly bundleEnds: IntList
    readonly found: IntList
  },
  features: number,
): Int32Array {
  const often = new Int32Array(bundleEnds.length)
  for (let i = 0; i < tokens[tokens.length - 1]; i++) often[bundlesOf.at(i)]++
  for (const bundle of stepBundles) if (bundle >= 0) often[bundle]++
  const counts = new Int32Array(features)
  for (let b = 0, read = 0; b < bundleEnds.length; b++)
    for (; read < bundleEnds.at(b); read++) counts[found.at(read)] += often[b]
  return counts
}

/** New numbers of the features that occur often enough, in order of their templates; −1 for the others. */
function keptFeatures(index: FeatureIndex, counts: Int32Array, minCount: number) {
  const numbers = new Int32Array(index.size).fill(-1)
  const values: string[][] = index.templates.map(() => [])
  let next = 0
  for (const { template, value, id } of index.entries(own => counts[own] >= minCount)) {
    numbers[id] = next++
    values[template].push(value)
  }
  return { numbers, values }
}

/** The tags that each feature occurs with, and the pairs of tags that those of steps do. */
function observedTags({
  tokens,
  bundlesOf,
  stepBundles,
  bundles,
  ids,
  gold,
  features,
  tags,
}: Pick<
  CrfData,
  'tokens' | 'bundlesOf' | 'stepBundles' | 'bundles' | 'ids' | 'gold' | 'features' | 'tags'
>): Pick<CrfData, 'first' | 'tagOf'> {
  const ofBundles = new Uint8Array((bundles.length - 1) * tags)
  for (let t = 0; t < gold.length; t++)
    for (let i = tokens[t]; i < tokens[t + 1]; i++) ofBundles[bundlesOf[i] * tags + gold[t]] = 1
  const seen = new Uint8Array(features * tags)
  for (let b = 0; b < bundles.length - 1; b++)
    for (let i = bundles[b]; i < bundles[b + 1]; i++)
      for (let k = 0; k < tags; k++) seen[ids[i] * tags + k] |= ofBundles[b * tags + k]
  const first = shared(Int32Array, features + 1)
  const found = new IntList()
  const pairs = observedPairs({ stepBundles, bundles, ids, gold, tags })
  for (let f = 0; f < features; f++) {
    for (let k = 0; k < tags; k++) if (seen[f * tags + k] === 1) found.push(k)
    for (const pair of pairs.get(f) ?? []) found.push(tags + pair)
    first[f + 1] = found.length
  }
  return { first, tagOf: sharedCopy(found) }
}

/** The pairs of tags that each feature of steps occurs with, in order. */
function observedPairs({
  stepBundles,
  bundles,
  ids,
  gold,
  tags,
}: Pick<CrfData, 'stepBundles' | 'bundles' | 'ids' | 'gold' | 'tags'>): ReadonlyMap<
  number,
  readonly number[]
> {
  const found = new Map<number, Set<number>>()
  for (let t = 1; t < stepBundles.length; t++) {
    const bundle = stepBundles[t]
    if (bundle < 0) continue
    for (let i = bundles[bundle]; i < bundles[bundle + 1]; i++) {
      const own = found.get(ids[i])
      const pair = gold[t - 1] * tags + gold[t]
      if (own) own.add(pair)
      else found.set(ids[i], new Set([pair]))
    }
  }
  return new Map([...found].map(([id, own]) => [id, [...own].sort((a, b) => a - b)]))
}
