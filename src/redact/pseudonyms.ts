import { canonical, isPerson, labelOf } from './policies.js'

/** What reads like a pseudonym: a label, `_` and a number. */
const NUMBERED = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]+_\d+(?![A-Za-z0-9_-])/g

/** Pseudonyms of one document or corpus: variants of a name have the same one. */
export class Pseudonyms {
  private readonly names = new Map<string, string>()
  private readonly counts = new Map<string, number>()

  /**
   * @param entities all of one document: a person's single name may stand for a full one in it
   * @param texts the document's texts: what reads like a pseudonym in them is nobody's
   */
  ofText(entities: readonly { readonly type: string; readonly text: string }[], texts: readonly string[]) {
    const taken = new Set(texts.flatMap(text => text.match(NUMBERED) ?? []))
    const persons = fullNames(
      entities.filter(({ type }) => isPerson(type)).map(({ type, text }) => canonical(type, text)),
    )
    return (type: string, text: string): string => {
      const form = canonical(type, text)
      const label = labelOf(type)
      const name = `${label}\n${isPerson(type) ? (persons.get(form) ?? form) : form}`
      const known = this.names.get(name)
      if (known !== undefined) return known
      let count = (this.counts.get(label) ?? 0) + 1
      while (taken.has(`${label}_${count}`)) count++
      this.counts.set(label, count)
      const made = `${label}_${count}`
      this.names.set(name, made)
      return made
    }
  }
}

/**
 * Full names that single words of a document stand for: `Lovelace` is `ada lovelace` if that is the only full name in it
 * which ends or begins so.
 * @param names canonical forms of all names of persons in it
 */
function fullNames(names: readonly string[]): ReadonlyMap<string, string> {
  const owners = new Map<string, string | undefined>()
  for (const name of new Set(names)) {
    const words = name.split(' ')
    if (words.length < 2) continue
    for (const word of new Set([words[0], words[words.length - 1]]))
      owners.set(word, owners.has(word) && owners.get(word) !== name ? undefined : name)
  }
  return new Map([...owners].filter((entry): entry is [string, string] => entry[1] !== undefined))
}
