/**
 * How an abbreviation behaves.
 * - `title`: is before a name or another word and never ends a sentence (Dr., Gen., German bzw.);
 * - `plain`: ends a sentence only before a common first word (Inc., etc.);
 * - `number`: is an abbreviation only before a number (No. 5, Fig. 2, p. 12, Mar. 3), else a word and a full stop.
 */
export type AbbreviationKind = 'title' | 'plain' | 'number'

export interface Abbreviation {
  readonly kind: AbbreviationKind
  /** Whether the text must have a capital: "Gen." but not "gen.". */
  readonly capital: boolean
}

/** By the word in lower case without its last stop. */
export type AbbreviationTable = ReadonlyMap<string, Abbreviation>

/**
 * Capitalized entries need a capital in the text; lower-case ones take any case. A word of several lists is in the last of
 * number, plain, title that has it.
 */
export function abbreviationTable(lists: Readonly<Record<AbbreviationKind, string>>): AbbreviationTable {
  const map = new Map<string, Abbreviation>()
  for (const kind of ['number', 'plain', 'title'] as const)
    for (const entry of lists[kind].split(' ')) {
      const key = entry.toLowerCase()
      const known = map.get(key)
      const capital = /^\p{Lu}/u.test(entry) && !(known?.kind === kind && !known.capital)
      map.set(key, { kind, capital })
    }
  return map
}
