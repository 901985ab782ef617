import { setting } from '../../base/fault.js'
import type { Template, TemplatePart } from '../../config/feature-templates.js'
import { EncodeError } from '../../encode/encode-error.js'
import { createGazetteer, type Gazetteer, type GazetteerList } from '../../encode/gazetteer.js'
import { classLookup, type WordClassList } from '../../encode/word-classes.js'
import type { Tokenizer } from '../../text/tokenizer.js'
import type { FeatureSentence } from '../feature-model.js'
import { isWordValue, wordValues } from './word-values.js'

/** Stands for every list of word classes there is. */
const EVERY = '*'

const BIAS = ['']
const EDGES = [[], ['first'], ['last'], ['first', 'last']]

/** What templates look at besides words. */
export interface FeatureResources {
  readonly gazetteers?: readonly GazetteerList[]
  readonly classes?: readonly WordClassList[]
  /** What cuts the texts that gazetteers are looked for in. */
  readonly tokenizer?: Pick<Tokenizer, 'tokenize'>
}

/** Whether a word alone decides what a part sees at its place. */
export function isOfWord({ value }: TemplatePart): boolean {
  return isWordValue(value) || value === 'class' || value === 'bias'
}

/** What parts of templates see, as texts. */
export class PartValues {
  private readonly gazetteers: ReadonlyMap<string, Gazetteer>
  private readonly classes: ReadonlyMap<string, (word: string) => string | undefined>

  /** @throws EncodeError for a gazetteer or word classes that are not given */
  constructor(
    private readonly templates: readonly Template[],
    { gazetteers = [], classes = [], tokenizer }: FeatureResources,
  ) {
    this.gazetteers = new Map(gazetteers.map(list => [list.name, createGazetteer(list, tokenizer)]))
    this.classes = new Map(classes.map(list => [list.name, classLookup(list)]))
    const lists = {
      gazetteer: { own: this.gazetteers, at: 'features.gazetteers' },
      class: { own: this.classes, at: 'features.classes' },
    } as const
    templates.forEach(({ parts }, i) => {
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

  /** What a part for which `isOfWord` sees in a word. */
  ofWord(part: TemplatePart, word: string): readonly string[] {
    if (part.value === 'bias') return BIAS
    if (part.value !== 'class') return wordValues(part, word)
    const beginning = (path: string | undefined) =>
      path === undefined ? [] : [path.slice(0, part.lengths?.[0])]
    if (part.name !== EVERY) return beginning(this.classes.get(part.name ?? '')?.(word))
    return [...this.classes].flatMap(([name, pathOf]) =>
      beginning(pathOf(word)).map(path => `${name}:${path}`),
    )
  }

  /**
   * What any other part sees at each token.
   * @throws EncodeError `encode/column` for a sentence without a column
   */
  ofSentence({ value, name = '' }: TemplatePart, sentence: FeatureSentence): readonly (readonly string[])[] {
    const { tokens } = sentence
    const last = tokens.length - 1
    if (value === 'edge') return tokens.map((_, t) => EDGES[(t === 0 ? 1 : 0) + (t === last ? 2 : 0)])
    if (value === 'column') return this.columnOf(sentence, name).map(own => [own])
    const tags = this.gazetteers.get(name)?.tagsOf(tokens) ?? []
    return tags.map(tag => (tag === 'O' ? [] : [tag]))
  }

  private columnOf({ tokens, columns = {} }: FeatureSentence, name: string): readonly string[] {
    const key = [/^\d+$/.test(name) ? `column${name}` : name, name].find(own => Object.hasOwn(columns, own))
    const values = key === undefined ? undefined : columns[key]
    if (values?.length === tokens.length) return values
    const template = this.templates.findIndex(({ parts }) =>
      parts.some(part => part.value === 'column' && part.name === name),
    )
    throw new EncodeError('encode/column', {
      where: `column ${JSON.stringify(name)}`,
      expected: `a value for each of ${tokens.length} tokens, since a feature looks at this column`,
      got: values ? `${values.length}` : 'tokens without it',
      remedy: [
        'give tokens that have it, or train without it in ',
        setting(`features.templates.${template}`),
      ],
    })
  }
}
