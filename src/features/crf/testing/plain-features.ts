import { parseTemplate, type TemplatePart } from '../../../config/feature-templates.js'
import type { WordClassList } from '../../../encode/word-classes.js'
import type { FeatureSentence } from '../../feature-model.js'

/** A feature by name. */
export interface PlainFeature {
  readonly template: number
  readonly value: string
}

/** What templates see at each token, made of texts alone: the slow way, without any number. In the order of templates. */
export function plainFeatures(
  templates: readonly string[],
  { tokens, columns = {} }: FeatureSentence,
  classes: readonly WordClassList[],
): readonly (readonly PlainFeature[])[] {
  const at = (part: TemplatePart, t: number): string[] => {
    if (t < 0 || t >= tokens.length) return []
    if (part.value === 'edge')
      return [...(t === 0 ? ['first'] : []), ...(t === tokens.length - 1 ? ['last'] : [])]
    if (part.value === 'column') return [columns[part.name ?? ''][t]]
    return ofWord(part, tokens[t], classes)
  }
  return tokens.map((_, t) =>
    templates.flatMap((text, template) => {
      const { parts } = parseTemplate(text)
      const lists = parts.map(part => {
        const found = new Set<string>()
        for (let offset = part.from; offset <= part.to; offset++)
          for (const value of at(part, t + offset)) found.add(value)
        return [...found]
      })
      const values =
        lists.length === 1
          ? lists[0]
          : lists
              .map(list => list.map(value => value.replaceAll('\\', '\\\\').replaceAll('|', '\\|')))
              .reduce((all, list) => all.flatMap(before => list.map(value => `${before}|${value}`)))
      return values.map(value => ({ template, value }))
    }),
  )
}

function ofWord(part: TemplatePart, word: string, classes: readonly WordClassList[]): string[] {
  const characters = [...word]
  const [least, most] = part.lengths ?? [1, 1]
  const lengths = Array.from({ length: most - least + 1 }, (_, i) => least + i)
  const unique = (all: readonly string[]) => [...new Set(all)]
  switch (part.value) {
    case 'bias':
      return ['']
    case 'word':
      return [word]
    case 'lower':
      return [word.toLowerCase()]
    case 'shape':
      return [shape(characters)]
    case 'upper':
      return [word === word.toUpperCase() && word !== word.toLowerCase() ? '1' : '0']
    case 'title':
      return [isTitle(characters) ? '1' : '0']
    case 'digit':
      return [/^\p{Nd}+$/u.test(word) ? '1' : '0']
    case 'prefix':
      return unique(lengths.map(length => characters.slice(0, length).join('')))
    case 'suffix':
      return unique(lengths.map(length => characters.slice(-length).join('')))
    case 'ngram': {
      const all = ['<', ...characters, '>']
      return unique(
        lengths.flatMap(length =>
          all.flatMap((_, i) => (i + length <= all.length ? [all.slice(i, i + length).join('')] : [])),
        ),
      )
    }
    default:
      return classes.flatMap(({ name, classes: own }) => {
        if (part.name !== '*' && part.name !== name) return []
        const { path } = own.find(({ words }) => words.split(' ').includes(word)) ?? {}
        if (path === undefined) return []
        const beginning = path.slice(0, part.lengths?.[0])
        return [part.name === '*' ? `${name}:${beginning}` : beginning]
      })
  }
}

function shape(characters: readonly string[]): string {
  const outline = characters.map(own =>
    /[\p{Lu}\p{Lt}]/u.test(own) ? 'X' : /\p{L}/u.test(own) ? 'x' : /\p{Nd}/u.test(own) ? 'd' : own,
  )
  return outline.filter((own, i) => !(own === outline[i - 1] && own === outline[i - 2])).join('')
}

function isTitle(characters: readonly string[]): boolean {
  const cases = characters.map(own => (/[\p{Lu}\p{Lt}]/u.test(own) ? 'U' : /\p{Ll}/u.test(own) ? 'l' : '.'))
  // A capital opens a run of letters with case, and small ones follow it.
  return /^(?:\.|Ul*(?!U|l))+$/.test(cases.join('')) && cases.includes('U')
}
