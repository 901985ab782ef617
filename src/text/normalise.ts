/** Normalisation of single tokens before they are looked up in a vocabulary; the text itself is never changed. */

/** Every run-on of decimal digits, of any script, becomes as many zeros: `1996-08-30` → `0000-00-00`. */
export function zeroDigits(token: string): string {
  return token.replace(/\p{Nd}/gu, '0')
}

/** `Ada` → `ada`, by Unicode's rules, whatever the machine's locale. */
export function lowerCase(token: string): string {
  return token.toLowerCase()
}

/** `@name` → `<USR>`. */
export function maskUser(token: string): string {
  return /^[@＠][\p{L}\p{N}\p{M}_]/u.test(token) ? '<USR>' : token
}

/** `http://…`, `https://…`, `www.…` → `<URL>`. */
export function maskUrl(token: string): string {
  return /^(?:[a-z][a-z0-9+.-]{0,11}:\/\/|www\.)./iu.test(token) ? '<URL>' : token
}

/** The normalisations by the name that configs use, in the order in which they are applied. */
export const NORMALISERS = {
  user: maskUser,
  url: maskUrl,
  lower: lowerCase,
  digits: zeroDigits,
} as const satisfies Readonly<Record<string, (token: string) => string>>

export type NormaliserName = keyof typeof NORMALISERS

const MASKS: ReadonlySet<string> = new Set(['<USR>', '<URL>'])

/** Which normalisations to apply; what is left out is off. */
export type NormaliseOptions = { readonly [name in NormaliserName]?: boolean }

/**
 * Applies the chosen normalisations to one token. Masks stay as they are: `<USR>` is not put into lower case.
 *
 * @example
 * normaliseToken('@Ada', { user: true, lower: true }) // '<USR>'
 * normaliseToken('Room12', { lower: true, digits: true }) // 'room00'
 */
export function normaliseToken(token: string, options: NormaliseOptions): string {
  let result = token
  for (const name of Object.keys(NORMALISERS) as NormaliserName[]) {
    if (!options[name]) continue
    result = NORMALISERS[name](result)
    if (MASKS.has(result)) return result
  }
  return result
}
