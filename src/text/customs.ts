/** What the languages write differently: their abbreviations, and the words that begin sentences after one. */
import type { AbbreviationTable } from './abbreviation-table.js'
import { DUTCH_ABBREVIATIONS, DUTCH_OPENERS, ONLY_DUTCH } from './dutch-abbreviations.js'
import { ENGLISH_ABBREVIATIONS, ONLY_ENGLISH, SENTENCE_OPENERS } from './english-abbreviations.js'
import { GERMAN_ABBREVIATIONS, GERMAN_OPENERS, ONLY_GERMAN } from './german-abbreviations.js'
import type { Language } from './language.js'
import { ONLY_SPANISH, SPANISH_ABBREVIATIONS, SPANISH_OPENERS } from './spanish-abbreviations.js'

interface Customs {
  readonly abbreviations: AbbreviationTable
  /** Words that begin sentences and are seldom capitalized inside one. */
  readonly openers: ReadonlySet<string>
}

interface OwnCustoms extends Customs {
  /** The abbreviations that count only in texts of this language, since others have them as words. */
  readonly only: ReadonlySet<string>
}

const ENGLISH: OwnCustoms = {
  abbreviations: ENGLISH_ABBREVIATIONS,
  openers: SENTENCE_OPENERS,
  only: ONLY_ENGLISH,
}

const OTHERS: ReadonlyMap<Language, OwnCustoms> = new Map([
  ['de', { abbreviations: GERMAN_ABBREVIATIONS, openers: GERMAN_OPENERS, only: ONLY_GERMAN }],
  ['nl', { abbreviations: DUTCH_ABBREVIATIONS, openers: DUTCH_OPENERS, only: ONLY_DUTCH }],
  ['es', { abbreviations: SPANISH_ABBREVIATIONS, openers: SPANISH_OPENERS, only: ONLY_SPANISH }],
])

function shared({ abbreviations, only }: OwnCustoms): AbbreviationTable {
  return new Map([...abbreviations].filter(([word]) => !only.has(word)))
}

/** Of tables that have the same word, the last one counts. */
function merged(...tables: readonly AbbreviationTable[]): AbbreviationTable {
  return new Map(tables.flatMap(table => [...table]))
}

const SHARED = merged(...[...OTHERS.values()].map(shared))
const UNKNOWN: Customs = { ...ENGLISH, abbreviations: merged(SHARED, ENGLISH.abbreviations) }
const NO_TABLE: Customs = { ...ENGLISH, abbreviations: merged(SHARED, shared(ENGLISH)) }
const KNOWN: ReadonlyMap<Language, Customs> = new Map<Language, Customs>([
  ['en', ENGLISH],
  ...[...OTHERS].map(
    ([language, own]) =>
      [language, { ...own, abbreviations: merged(shared(ENGLISH), own.abbreviations) }] as const,
  ),
])

/**
 * The customs of a text's language. Where no table is for it, those of English are used, and the abbreviations that are not
 * words elsewhere; a text whose language is unknown may be English and has all English ones.
 */
export function customsOf(language: Language | undefined): Customs {
  return language === undefined ? UNKNOWN : (KNOWN.get(language) ?? NO_TABLE)
}

const EVERY = [ENGLISH, ...OTHERS.values()]
const ANY_OPENER: ReadonlySet<string> = new Set(EVERY.flatMap(({ openers }) => [...openers]))
const ANY_ABBREVIATION: ReadonlySet<string> = new Set(
  EVERY.flatMap(({ abbreviations }) => [...abbreviations.keys()]),
)

/** Whether a word may be an abbreviation in some language, so that the text's language matters. */
export function mayBeAbbreviation(word: string): boolean {
  return ANY_ABBREVIATION.has(word)
}

/** Whether a word begins sentences in some language. */
export function mayBeOpener(word: string): boolean {
  return ANY_OPENER.has(word)
}

/** No abbreviation is longer, in UTF-16 units; longer words are not looked up. */
export const LONGEST_ABBREVIATION = Math.max(...[...ANY_ABBREVIATION].map(word => word.length))
