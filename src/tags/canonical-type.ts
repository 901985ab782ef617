/** Names that annotators and corpora use for one type. The first is the canonical one. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['person', 'per', 'pers', 'prs'],
  ['location', 'loc'],
  ['organization', 'org', 'orgn'],
  ['miscellaneous', 'misc', 'miscellany'],
  ['geopoliticalentity', 'gpe'],
  ['facility', 'fac'],
  ['product', 'prod'],
  ['quantity', 'qty'],
  ['language', 'lang'],
  ['email', 'emailaddress'],
  ['phone', 'phonenumber', 'telephone', 'telephonenumber', 'tel'],
  ['url', 'uri'],
]
const CANONICAL = new Map(SYNONYMS.flatMap(names => names.map(name => [name, names[0]])))

/**
 * A name that is the same for `PER`, `per`, `Person` and `PERSONS`, and for `ORG`, `Organisation` and `ORGANIZATION`:
 * without case, accents, punctuation and plural, in American spelling, abbreviations written out.
 */
export function canonicalType(type: string): string {
  const letters = type
    .normalize('NFD')
    .replace(/[\u0300-\u036F]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
  if (letters === '') return type
  const american = letters.replace(/isation/g, 'ization')
  const singular = /[^s]s$/.test(american) && american.length > 3 ? american.slice(0, -1) : american
  return CANONICAL.get(singular) ?? CANONICAL.get(american) ?? singular
}
