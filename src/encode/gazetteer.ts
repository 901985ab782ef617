import { setting } from '../base/fault.js'
import { tokenize } from '../text/tokenize.js'
import { EncodeError } from './encode-error.js'

/** A list of names as it was read: plain data, saved with the model. */
export interface GazetteerList {
  readonly name: string
  readonly ignoreCase: boolean
  /** Each name once, as it is written. */
  readonly entries: readonly string[]
}

/** Whether a token begins a name, continues one, or is in none. */
type GazetteerTag = 'B' | 'I' | 'O'

export interface Gazetteer {
  readonly name: string
  /** One tag per token. From left to right, the longest name that begins at a token is taken; names do not overlap. */
  tagsOf(tokens: readonly string[]): GazetteerTag[]
}

/** Separates the tokens of a key; no token contains it. */
const BETWEEN = '\n'

/**
 * Prepares a list of names for matching. A name is found where its words are consecutive tokens, whether the text is
 * split at white space alone or as this program splits it (`St. Louis`, `O'Neill's`).
 *
 * @example
 * const cities = createGazetteer({ name: 'cities', ignoreCase: false, entries: ['New York', 'York'] })
 * cities.tagsOf(['to', 'New', 'York', 'City']) // ['O', 'B', 'I', 'O']
 */
export function createGazetteer({ name, ignoreCase, entries }: GazetteerList): Gazetteer {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
  /** Whole names and beginnings of longer ones, as keys. */
  const known = new Map<string, 'name' | 'beginning'>()
  for (const entry of entries) {
    const folded = fold(entry)
    const words = folded.split(/\s+/u).filter(word => word !== '')
    // The tokenizer knows abbreviations and elisions by their case, and the text may have either.
    const cuts = [words, tokenize(entry).map(token => fold(token.text))]
    if (folded !== entry) cuts.push(tokenize(folded).map(token => token.text))
    for (const tokens of cuts) {
      let key = ''
      tokens.forEach((token, i) => {
        key = i === 0 ? token : key + BETWEEN + token
        if (i === tokens.length - 1) known.set(key, 'name')
        else if (!known.has(key)) known.set(key, 'beginning')
      })
    }
  }
  return {
    name,
    tagsOf: tokens => {
      const folded = tokens.map(fold)
      const tags = new Array<GazetteerTag>(tokens.length).fill('O')
      for (let start = 0; start < tokens.length; ) {
        const end = longestFrom(folded, start, known)
        if (end > start) tags.fill('I', start, end)[start] = 'B'
        start = Math.max(end, start + 1)
      }
      return tags
    },
  }
}

/** @returns the token after the longest name that begins at `start`; `start` if there is none */
function longestFrom(
  tokens: readonly string[],
  start: number,
  known: ReadonlyMap<string, 'name' | 'beginning'>,
): number {
  let key = tokens[start]
  let longest = start
  for (let end = start + 1; ; end++) {
    const found = known.get(key)
    if (found === 'name') longest = end
    if (found === undefined || end >= tokens.length) return longest
    key += BETWEEN + tokens[end]
  }
}

/** @throws EncodeError `encode/gazetteer` where two lists have the same name */
export function checkNames(lists: readonly GazetteerList[]): void {
  lists.forEach(({ name }, i) => {
    if (lists.findIndex(list => list.name === name) === i) return
    throw new EncodeError('encode/gazetteer', {
      where: setting(`input.gazetteers.${i}.name`),
      expected: 'a different name for each gazetteer',
      got: `${JSON.stringify(name)} twice`,
      remedy: 'give them different names',
    })
  })
}
