import { setting } from '../base/fault.js'
import { tokenize } from '../text/tokenize.js'
import type { Tokenizer } from '../text/tokenizer.js'
import { EncodeError } from './encode-error.js'
import { NameAutomaton } from './name-automaton.js'

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

/**
 * Prepares a list of names for matching. A name is found where its words are consecutive tokens, whether the text is
 * split at white space alone or as this program splits it (`St. Louis`, `O'Neill's`). Both preparing and matching take
 * time linear in the number of tokens, however long the names are and whatever they share.
 *
 * @param tokenizer what cuts the texts that the names are looked for in
 * @example
 * const cities = createGazetteer({ name: 'cities', ignoreCase: false, entries: ['New York', 'York'] })
 * cities.tagsOf(['to', 'New', 'York', 'City']) // ['O', 'B', 'I', 'O']
 */
export function createGazetteer(
  { name, ignoreCase, entries }: GazetteerList,
  tokenizer: Pick<Tokenizer, 'tokenize'> = { tokenize },
): Gazetteer {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
  const names = new NameAutomaton()
  for (const entry of entries) for (const form of nameForms(entry, ignoreCase, tokenizer)) names.add(form)
  names.link()
  return {
    name,
    tagsOf: tokens => {
      const lengths = names.longestAt(tokens.map(fold))
      const tags = new Array<GazetteerTag>(tokens.length).fill('O')
      for (let start = 0; start < tokens.length; start += Math.max(1, lengths[start]))
        if (lengths[start] > 0) tags.fill('I', start, start + lengths[start])[start] = 'B'
      return tags
    },
  }
}

/** The tokens that a name may be in a text, whether that is split at white space or by a tokenizer. */
export function nameForms(
  name: string,
  ignoreCase: boolean,
  tokenizer: Pick<Tokenizer, 'tokenize'>,
): readonly (readonly string[])[] {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text)
  const folded = fold(name)
  const forms = [
    folded.split(/\s+/u).filter(word => word !== ''),
    // The tokenizer knows abbreviations and elisions by their case, and the text may have either.
    tokenizer.tokenize(name).map(token => fold(token.text)),
  ]
  return folded === name ? forms : [...forms, tokenizer.tokenize(folded).map(token => token.text)]
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
