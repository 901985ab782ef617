/** How an entity may be redacted. */
export const POLICIES = ['replace', 'mask', 'hash', 'encrypt', 'pseudonym', 'format', 'keep'] as const
export type Policy = (typeof POLICIES)[number]

/** Those that need a key of the user's. */
export const KEYED: readonly Policy[] = ['hash', 'encrypt']

/** A type as part of a stand-in: letters, digits, `_` and `-`. */
export function labelOf(type: string): string {
  return type.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 64) || 'ENTITY'
}

/** As many asterisks as the text has characters. */
export function mask(text: string): string {
  return '*'.repeat([...text].length)
}

const DIGITS = '0123456789'
const LOWER = 'abcdefghijklmnopqrstuvwxyz'
const UPPER = LOWER.toUpperCase()

/**
 * Another text of the same form: digits become other digits, letters other letters of the same case (Latin ones), and what is
 * neither stays. No letter and no digit stays the same.
 * @param next random bytes
 */
export function keepFormat(text: string, next: () => number): string {
  return [...text]
    .map(character => {
      const alphabet = /\p{Nd}/u.test(character)
        ? DIGITS
        : /\p{Lu}|\p{Lt}/u.test(character)
          ? UPPER
          : /[\p{L}\p{M}\p{N}\p{So}]/u.test(character)
            ? LOWER
            : undefined
      if (alphabet === undefined) return character
      const others = alphabet.replace(character, '')
      return others[Math.floor((next() / 256) * others.length)]
    })
    .join('')
}

const TITLE =
  /^(?:(?:mr|mrs|ms|miss|dr|prof|professor|sir|dame|lord|lady|sen|senator|rep|president|pres|judge|capt|captain|gen|general|herr|frau|mme|m|sr|sra)\.? )+/i

/** What spelled variants of an entity share: case, white space, a title, a genitive; separators in a number. */
export function canonical(type: string, text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
  if (/^(?:PHONE|CREDIT_CARD|IBAN|[A-Z]{2}_[A-Z_]+)$/.test(type)) return plain.replace(/[^\p{L}\p{N}+]/gu, '')
  const bare = plain.replace(/['’]s?$/u, '')
  return isPerson(type) ? bare.replace(TITLE, '') : bare
}

export function isPerson(type: string): boolean {
  return /^(?:PER|PERSON|B-PER|NAME)$/i.test(type)
}
