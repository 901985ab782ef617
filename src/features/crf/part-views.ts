import type { Template, TemplatePart } from '../../config/feature-templates.js'
import type { FeatureSentence } from '../feature-model.js'
import { DistinctParts } from './distinct-parts.js'
import type { FeatureNumbers } from './feature-numbers.js'
import { isOfWord, type PartValues } from './part-values.js'

/** Numbers of values that are remembered for words: some 16 MiB of them. */
const KEPT_NUMBERS = 2 ** 20

/** Where a part looks; what it looks at there is a view: a part without its place. */
interface PlacedView {
  readonly view: number
  readonly from: number
  readonly to: number
}

/** What a template's parts look at. */
interface Plan {
  readonly template: number
  readonly parts: readonly PlacedView[]
  /** What each part sees at the token at hand. */
  readonly seen: (readonly number[])[]
}

/** The values of a view at each token, by number. */
type Shown = readonly (readonly number[])[]

const NONE: readonly number[] = []

/** Finds the features of some templates in sentences. Parts that look at the same thing look once, wherever they look. */
export class PartViews {
  private readonly plans: readonly Plan[]
  private readonly views: readonly TemplatePart[]
  /** The views that look at one word. */
  private readonly ofWords: readonly number[]
  /** By word: the values of each view of words. */
  private readonly cache = new Map<string, readonly (readonly number[])[]>()
  private kept = 0

  constructor(
    templates: readonly Template[],
    chosen: readonly number[],
    private readonly values: PartValues,
    private readonly numbers: FeatureNumbers,
  ) {
    const views = new DistinctParts()
    this.plans = chosen.map(template => ({
      template,
      parts: templates[template].parts.map(part => ({
        view: views.numberOf(part),
        from: part.from,
        to: part.to,
      })),
      seen: [],
    }))
    this.views = views.parts
    this.ofWords = this.views.flatMap((part, i) => (isOfWord(part) ? [i] : []))
  }

  /**
   * The features of each token.
   * @throws EncodeError `encode/column` for a sentence without a column
   */
  featuresOf(sentence: FeatureSentence): (t: number) => number[] {
    const { plans, numbers } = this
    const shown = this.shownIn(sentence)
    const { length } = sentence.tokens
    return t => {
      const found: number[] = []
      for (const { template, parts, seen } of plans) {
        for (let i = 0; i < parts.length; i++) seen[i] = valuesAt(shown[parts[i].view], parts[i], t, length)
        numbers.findAll(template, seen, found)
      }
      return found
    }
  }

  /** What was remembered may be less than what is known now. */
  forget(): void {
    this.cache.clear()
    this.kept = 0
  }

  private shownIn(sentence: FeatureSentence): readonly Shown[] {
    const shown: Shown[] = this.views.map(part =>
      isOfWord(part)
        ? NO_TOKENS
        : this.values.ofSentence(part, sentence).map(texts => this.numbers.valuesOf(texts)),
    )
    if (this.ofWords.length === 0) return shown
    const words = sentence.tokens.map(token => this.ofWord(token))
    for (const [i, view] of this.ofWords.entries()) shown[view] = words.map(own => own[i])
    return shown
  }

  private ofWord(word: string): readonly (readonly number[])[] {
    const known = this.cache.get(word)
    if (known) return known
    const own = this.ofWords.map(view => this.numbers.valuesOf(this.values.ofWord(this.views[view], word)))
    for (const numbers of own) this.kept += 8 + numbers.length
    if (this.kept > KEPT_NUMBERS) this.forget()
    this.cache.set(word, own)
    return own
  }
}

const NO_TOKENS: Shown = []

/** The values at a part's place; of a range, all of them as one. */
function valuesAt(shown: Shown, { from, to }: PlacedView, t: number, length: number): readonly number[] {
  if (from === to) return t + from >= 0 && t + from < length ? shown[t + from] : NONE
  const all: number[] = []
  for (let place = Math.max(0, t + from); place <= Math.min(length - 1, t + to); place++)
    for (const value of shown[place]) all.push(value)
  // Few are compared one by one: faster than a set.
  return all.length > 32 ? [...new Set(all)] : all.filter((value, i) => all.indexOf(value) === i)
}
