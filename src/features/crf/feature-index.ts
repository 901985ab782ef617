import { parseTemplate, type Template, type TemplatePart } from '../../config/feature-templates.js'
import type { FeatureSentence } from '../feature-model.js'
import { DistinctParts } from './distinct-parts.js'
import { type FeatureEntry, FeatureNumbers } from './feature-numbers.js'
import { type FeatureResources, isOfWord, PartValues } from './part-values.js'
import { PartViews } from './part-views.js'

/** Words whose features are remembered. */
const KEPT = 200_000

/** A template of one word, and its part as a number of those that words are looked at with. */
interface WordTemplate {
  readonly template: number
  readonly part: number
}

/**
 * Numbers the features of sentences. A feature is a template with a value, such as `lower@-1=the`. While it grows, it gives
 * new features new numbers; an index that was read knows only its own.
 */
export class FeatureIndex {
  readonly templates: readonly Template[]
  private readonly values: PartValues
  private readonly numbers: FeatureNumbers
  /** Offsets at which one word alone decides some features. */
  readonly offsets: readonly number[]
  /** The templates that look at each of them. */
  private readonly places: readonly (readonly WordTemplate[])[]
  /** What words are looked at with, by templates of one word: each part once, whatever its place. */
  private readonly wordParts: readonly TemplatePart[]
  /** The templates that look at anything else, and those of steps. */
  private readonly others: PartViews
  private readonly ofSteps: PartViews
  /** Whether features count for steps. */
  readonly hasSteps: boolean
  /** For each word, the features of the templates of each place. */
  private readonly cache = new Map<string, readonly Int32Array[]>()

  /**
   * @param templates texts that `parseTemplate` reads
   * @param known the values of each template, numbered in their order; without them, it grows
   * @throws EncodeError for a gazetteer that is not given
   */
  constructor(
    templates: readonly string[],
    resources: FeatureResources = {},
    known?: readonly (readonly string[])[],
  ) {
    this.templates = templates.map(parseTemplate)
    this.values = new PartValues(this.templates, resources)
    const partCounts = this.templates.map(({ parts }) => parts.length)
    this.numbers = new FeatureNumbers(partCounts, known)
    const isOfOneWord = ({ parts, isStep }: Template) =>
      !isStep && parts.length === 1 && parts[0].from === parts[0].to && isOfWord(parts[0])
    const numbered = (isChosen: (template: Template) => boolean) =>
      this.templates.flatMap((template, i) => (isChosen(template) ? [i] : []))
    const ofWord = numbered(isOfOneWord)
    const steps = numbered(({ isStep }) => isStep)
    const others = numbered(template => !isOfOneWord(template) && !template.isStep)
    this.others = new PartViews(this.templates, others, this.values, this.numbers)
    this.ofSteps = new PartViews(this.templates, steps, this.values, this.numbers)
    this.hasSteps = steps.length > 0
    const parts = new DistinctParts()
    const byOffset = new Map<number, { template: number; part: number }[]>()
    for (const template of ofWord) {
      const [part] = this.templates[template].parts
      const place = byOffset.get(part.from) ?? []
      byOffset.set(part.from, place)
      place.push({ template, part: parts.numberOf(part) })
    }
    this.wordParts = parts.parts
    this.offsets = [...byOffset.keys()]
    this.places = [...byOffset.values()]
  }

  /** An index of known features: the values of each template, numbered in their order. */
  static of(
    templates: readonly string[],
    values: readonly (readonly string[])[],
    resources: FeatureResources,
  ): FeatureIndex {
    return new FeatureIndex(templates, resources, values)
  }

  /** From now on, there are no new features. */
  close(): void {
    this.numbers.close()
    this.cache.clear()
    this.others.forget()
    this.ofSteps.forget()
  }

  get size(): number {
    return this.numbers.size
  }

  /** The template and value of each feature, by its number; only of those that are wanted. */
  entries(isWanted: (id: number) => boolean = () => true): Generator<FeatureEntry> {
    return this.numbers.entries(isWanted)
  }

  /** The features that a word decides at a place, by the place's number in `offsets`. Not to be changed. */
  featuresOf(word: string, place: number): Int32Array {
    return this.wordFeatures(word)[place]
  }

  /**
   * All other features of each token.
   * @throws EncodeError `encode/column` for a sentence without a column
   */
  otherFeatures(sentence: FeatureSentence): (t: number) => number[] {
    return this.others.featuresOf(sentence)
  }

  /**
   * The features of the step into each token, which is not the first.
   * @throws EncodeError as `otherFeatures`
   */
  stepFeatures(sentence: FeatureSentence): (t: number) => number[] {
    return this.ofSteps.featuresOf(sentence)
  }

  /** Calls `found` for each feature of each token, without those of steps. @throws EncodeError as `otherFeatures` */
  read(sentence: FeatureSentence, found: (token: number, feature: number) => void): void {
    const words = sentence.tokens.map(token => this.wordFeatures(token))
    const others = this.otherFeatures(sentence)
    for (let t = 0; t < words.length; t++) {
      for (const [place, offset] of this.offsets.entries()) {
        const features = words[t + offset]?.[place]
        if (features) for (let i = 0; i < features.length; i++) found(t, features[i])
      }
      for (const id of others(t)) found(t, id)
    }
  }

  /** The features that a word decides at each of the places `offsets`. */
  placesOf(word: string): readonly Int32Array[] {
    const seen = this.wordParts.map(part => this.numbers.valuesOf(this.values.ofWord(part, word)))
    return this.places.map(templates => {
      const ids: number[] = []
      for (const { template, part } of templates)
        for (const value of seen[part]) this.numbers.findOne(template, value, ids)
      return Int32Array.from(ids)
    })
  }

  /** `placesOf`, remembered. */
  private wordFeatures(word: string): readonly Int32Array[] {
    const known = this.cache.get(word)
    if (known) return known
    if (this.cache.size >= KEPT) this.cache.clear()
    const features = this.placesOf(word)
    this.cache.set(word, features)
    return features
  }
}
