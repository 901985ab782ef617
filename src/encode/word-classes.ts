import { setting } from '../base/fault.js'
import { isRecord } from '../base/json-types.js'
import { EncodeError } from './encode-error.js'
import { vectorForms } from './word-vectors.js'

/** Classes of words, each with its path in a tree of classes: plain data, saved with the model. */
export interface WordClassList {
  readonly name: string
  readonly classes: readonly WordClass[]
}

export interface WordClass {
  /** The path from the root, of 0 and 1. */
  readonly path: string
  /** Separated by one space: a list of texts would make the model's file of vocabularies much larger. */
  readonly words: string
}

/** Words whose paths are remembered. */
const KEPT = 100_000

/**
 * Looks up words: as they are, then in lower case, then with their digits as 0 or #, as vectors are.
 * @example
 * const pathOf = classLookup({ name: 'a', classes: [{ path: '01', words: 'london paris' }] })
 * pathOf('London') // '01'
 */
export function classLookup({ classes }: WordClassList): (word: string) => string | undefined {
  const paths = new Map(classes.flatMap(({ path, words }) => words.split(' ').map(word => [word, path])))
  const find = (word: string) => {
    for (const [, form] of vectorForms(word)) {
      const path = paths.get(form)
      if (path !== undefined) return path
    }
    return undefined
  }
  const known = new Map<string, string | undefined>()
  return word => {
    if (known.has(word)) return known.get(word)
    if (known.size >= KEPT) known.clear()
    const path = find(word)
    known.set(word, path)
    return path
  }
}

/** Whether JSON is a `WordClassList`: every path once, every word once. */
export function isWordClassList(value: unknown): value is WordClassList {
  if (!(isRecord(value) && typeof value.name === 'string' && Array.isArray(value.classes))) return false
  const classes = value.classes as unknown[]
  if (!classes.every(isWordClass)) return false
  const words = classes.flatMap(own => own.words.split(' '))
  return (
    new Set(words).size === words.length && new Set(classes.map(({ path }) => path)).size === classes.length
  )
}

function isWordClass(value: unknown): value is WordClass {
  return (
    isRecord(value) &&
    typeof value.path === 'string' &&
    isClassPath(value.path) &&
    typeof value.words === 'string'
  )
}

/** Paths are those of trees: longer ones are none of a class. */
export function isClassPath(text: string): boolean {
  return /^[01]{0,256}$/.test(text)
}

/** @throws EncodeError `encode/classes` where two lists have the same name */
export function checkClassNames(lists: readonly WordClassList[], at: string): void {
  lists.forEach(({ name }, i) => {
    if (lists.findIndex(list => list.name === name) === i) return
    throw new EncodeError('encode/classes', {
      where: setting(`${at}.${i}.name`),
      expected: 'a different name for each list of word classes',
      got: `${JSON.stringify(name)} twice`,
      remedy: 'give them different names',
    })
  })
}
