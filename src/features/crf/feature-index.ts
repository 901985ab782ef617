import { setting } from '../../base/fault.js'
import { parseTemplate, type Template, type TemplatePart } from '../../config/feature-templates.js'
import { EncodeError } from '../../encode/encode-error.js'
import { createGazetteer, type Gazetteer, type GazetteerList } from '../../encode/gazetteer.js'
import { classLookup, type WordClassList } from '../../encode/word-classes.js'
import type { Tokenizer } from '../../text/tokenizer.js'
import type { FeatureSentence } from '../feature-model.js'
import { isWordValue, wordValues } from './word-values.js'

/** Stands for every list of word classes there is. */
const EVERY = '*'

/** Words whose features are remembered. */
const KEPT = 200_000

const BIAS = ['']
const EDGES = [[], ['first'], ['last'], ['first', 'last']]

/** What templates look at besides words. */
export interface FeatureResources {
  readonly gazetteers?: readonly GazetteerList[]
  readonly classes?: readonly WordClassList[]
  /** What cuts the texts that gazetteers are looked for in. */
  readonly tokenizer?: Pick<Tokenizer, 'tokenize'>
}

/** What a word alone decides. */
interface WordFeatures {
  readonly byPlace: readonly Int32Array[]
}

/** The values of a part at every token: strings, and none where there is nothing. */
type Lookup = (t: number) => readonly string[]

/**
 * Numbers the features of sentences. A feature is a template with a value, such as `lower@-1=the`. While it grows, it gives
 * new features new numbers; an index that was read knows only its own.
 */
export class FeatureIndex {
  readonly templates: readonly Template[]
  /** The features of each template by value. */
  private readonly known: Map<string, number>[]
  private count = 0
  /** The places that templates of one word look at, and which templates look there. */
  private readonly places: readonly { readonly offset: number; readonly templates: readonly number[] }[]
  /** The templates that look at anything else, and those of steps. */
  private readonly others: readonly number[]
  private readonly ofSteps: readonly number[]
  /** For each word, the features of the templates of each place. */
  private readonly cache = new Map<string, WordFeatures>()
  private readonly gazetteers: ReadonlyMap<string, Gazetteer>
  private readonly classes: ReadonlyMap<string, (word: string) => string | undefined>

  /** @param templates texts that `parseTemplate` reads @throws EncodeError for a gazetteer that is not given */
  constructor(
    templates: readonly string[],
    { gazetteers = [], classes = [], tokenizer }: FeatureResources = {},
    private isGrowing = true,
  ) {
    this.templates = templates.map(parseTemplate)
    this.known = templates.map(() => new Map())
    const isOfWord = (i: number) => {
      const { parts, isStep } = this.templates[i]
      const [{ value, from, to }, ...more] = parts
      if (isStep || more.length > 0 || from !== to) return false
      return isWordValue(value) || value === 'class' || value === 'bias'
    }
    const numbers = this.templates.map((_, i) => i)
    const ofWord = numbers.filter(isOfWord)
    const offsets = [...new Set(ofWord.map(i => this.templates[i].parts[0].from))]
    this.others = numbers.filter(i => !isOfWord(i) && !this.templates[i].isStep)
    this.ofSteps = numbers.filter(i => this.templates[i].isStep)
    this.places = offsets.map(offset => ({
      offset,
      templates: ofWord.filter(i => this.templates[i].parts[0].from === offset),
    }))
    this.gazetteers = new Map(gazetteers.map(list => [list.name, createGazetteer(list, tokenizer)]))
    this.classes = new Map(classes.map(list => [list.name, classLookup(list)]))
    const lists = {
      gazetteer: { own: this.gazetteers, at: 'features.gazetteers' },
      class: { own: this.classes, at: 'features.classes' },
    } as const
    this.templates.forEach(({ parts }, i) => {
      for (const { value, name } of parts) {
        if ((value !== 'gazetteer' && value !== 'class') || name === undefined) continue
        const { own, at } = lists[value]
        if (own.has(name) || (value === 'class' && name === EVERY)) continue
        throw new EncodeError(value === 'class' ? 'encode/classes' : 'encode/gazetteer', {
          where: setting(`features.templates.${i}`),
          expected: `the name of a list in ${at} (${[...own.keys()].join(', ') || 'there is none'})`,
          got: JSON.stringify(name),
        })
      }
    })
  }

  /** An index of known features: the values of each template, numbered in their order. */
  static of(
    templates: readonly string[],
    values: readonly (readonly string[])[],
    resources: FeatureResources,
  ): FeatureIndex {
    const index = new FeatureIndex(templates, resources, false)
    values.forEach((own, i) => {
      for (const value of own) index.known[i].set(value, index.count++)
    })
    return index
  }

  /** From now on, there are no new features. */
  close(): void {
    this.isGrowing = false
    this.cache.clear()
  }

  get size(): number {
    return this.count
  }

  /** The template and value of each feature, by its number. */
  *entries(): Generator<{ readonly template: number; readonly value: string; readonly id: number }> {
    for (const [template, own] of this.known.entries())
      for (const [value, id] of own) yield { template, value, id }
  }

  /** Offsets at which one word alone decides some features. */
  get offsets(): readonly number[] {
    return this.places.map(({ offset }) => offset)
  }

  /** The features that a word decides at a place, by the place's number in `offsets`. Not to be changed. */
  featuresOf(word: string, place: number): Int32Array {
    return this.wordFeatures(word).byPlace[place]
  }

  /**
   * All other features of each token.
   * @throws EncodeError `encode/column` for a sentence without a column
   */
  otherFeatures(sentence: FeatureSentence): (t: number) => number[] {
    return this.lookUp(sentence, this.others)
  }

  /** Whether features count for steps. */
  get hasSteps(): boolean {
    return this.ofSteps.length > 0
  }

  /**
   * The features of the step into each token, which is not the first.
   * @throws EncodeError as `otherFeatures`
   */
  stepFeatures(sentence: FeatureSentence): (t: number) => number[] {
    return this.lookUp(sentence, this.ofSteps)
  }

  private lookUp(sentence: FeatureSentence, templates: readonly number[]): (t: number) => number[] {
    const lookups = templates.map(i => ({ i, values: this.values(this.templates[i], i, sentence) }))
    return t => {
      const ids: number[] = []
      for (const { i, values } of lookups)
        for (const value of values(t)) {
          const id = this.idOf(i, value)
          if (id !== undefined) ids.push(id)
        }
      return ids
    }
  }

  /** Calls `found` for each feature of each token, without those of steps. @throws EncodeError as `otherFeatures` */
  read(sentence: FeatureSentence, found: (token: number, feature: number) => void): void {
    const words = sentence.tokens.map(token => this.wordFeatures(token))
    const others = this.otherFeatures(sentence)
    for (let t = 0; t < words.length; t++) {
      for (const [place, { offset }] of this.places.entries()) {
        const features = words[t + offset]?.byPlace[place]
        if (features) for (let i = 0; i < features.length; i++) found(t, features[i])
      }
      for (const id of others(t)) found(t, id)
    }
  }

  private idOf(template: number, value: string): number | undefined {
    const known = this.known[template].get(value)
    if (known !== undefined || !this.isGrowing) return known
    this.known[template].set(value, this.count)
    return this.count++
  }

  /** The features that a word decides at each of the places `offsets`. */
  placesOf(word: string): readonly Int32Array[] {
    return this.places.map(({ templates }) => {
      const ids: number[] = []
      for (const i of templates)
        for (const value of this.valuesOfWord(this.templates[i].parts[0], word)) {
          const id = this.idOf(i, value)
          if (id !== undefined) ids.push(id)
        }
      return Int32Array.from(ids)
    })
  }

  /** `placesOf`, remembered. */
  private wordFeatures(word: string): WordFeatures {
    const known = this.cache.get(word)
    if (known) return known
    if (this.cache.size >= KEPT) this.cache.clear()
    const features = { byPlace: this.placesOf(word) }
    this.cache.set(word, features)
    return features
  }

  /** The values of any other template at each token: of several parts, every combination of theirs. */
  private values({ parts }: Template, template: number, sentence: FeatureSentence): Lookup {
    const lookups = parts.map(part =>
      inRange(part, this.lookup(part, template, sentence), sentence.tokens.length),
    )
    if (lookups.length === 1) return lookups[0]
    return t => {
      let all: readonly string[] = ['']
      for (const [i, lookup] of lookups.entries()) {
        const own = lookup(t)
        if (own.length === 0) return []
        all = all.flatMap(before =>
          own.map(value => (i === 0 ? escaped(value) : `${before}|${escaped(value)}`)),
        )
      }
      return all
    }
  }

  private lookup(part: TemplatePart, template: number, sentence: FeatureSentence): Lookup {
    const { tokens } = sentence
    const last = tokens.length - 1
    const { value, name = '' } = part
    if (value === 'bias') return () => BIAS
    if (value === 'edge') return t => EDGES[(t === 0 ? 1 : 0) + (t === last ? 2 : 0)]
    if (value === 'column') {
      const column = columnOf(sentence, name, template)
      return t => [column[t]]
    }
    if (value === 'gazetteer') {
      const tags = this.gazetteers.get(name)?.tagsOf(tokens) ?? []
      return t => (tags[t] === 'O' ? [] : [tags[t]])
    }
    return t => this.valuesOfWord(part, tokens[t])
  }

  /** The values of a part that looks at one word. */
  private valuesOfWord(part: TemplatePart, word: string): readonly string[] {
    if (part.value === 'bias') return BIAS
    if (part.value !== 'class') return wordValues(part, word)
    const beginning = (path: string | undefined) =>
      path === undefined ? [] : [path.slice(0, part.lengths?.[0])]
    if (part.name !== EVERY) return beginning(this.classes.get(part.name ?? '')?.(word))
    return [...this.classes].flatMap(([name, pathOf]) =>
      beginning(pathOf(word)).map(path => `${name}:${path}`),
    )
  }
}

/** Looks at other places than the token itself; of a range, at all of them as one. */
function inRange({ from, to }: TemplatePart, lookup: Lookup, length: number): Lookup {
  if (from === 0 && to === 0) return lookup
  return t => {
    const values = new Set<string>()
    for (let place = Math.max(0, t + from); place <= Math.min(length - 1, t + to); place++)
      for (const value of lookup(place)) values.add(value)
    return [...values]
  }
}

function escaped(value: string): string {
  return value.replace(/[\\|]/g, '\\$&')
}

function columnOf(
  { tokens, columns = {} }: FeatureSentence,
  name: string,
  template: number,
): readonly string[] {
  const key = [/^\d+$/.test(name) ? `column${name}` : name, name].find(own => Object.hasOwn(columns, own))
  const values = key === undefined ? undefined : columns[key]
  if (values?.length === tokens.length) return values
  throw new EncodeError('encode/column', {
    where: `column ${JSON.stringify(name)}`,
    expected: `a value for each of ${tokens.length} tokens, since a feature looks at this column`,
    got: values ? `${values.length}` : 'tokens without it',
    remedy: ['give tokens that have it, or train without it in ', setting(`features.templates.${template}`)],
  })
}
