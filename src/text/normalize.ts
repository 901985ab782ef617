/** Normalization of single tokens before they are looked up in a vocabulary; the text itself is never changed. */

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

/** The normalizations by the name that configs use, in the order in which they are applied. */
export const NORMALIZERS = {
  user: maskUser,
  url: maskUrl,
  lower: lowerCase,
  digits: zeroDigits,
} as const satisfies Readonly<Record<string, (token: string) => string>>

export type NormalizerName = keyof typeof NORMALIZERS

const MASKS: ReadonlySet<string> = new Set(['<USR>', '<URL>'])

/** Which normalizations to apply; what is left out is off. */
export type NormalizeOptions = { readonly [name in NormalizerName]?: boolean }

/**
 * Applies the chosen normalizations to one token. Masks stay as they are: `<USR>` is not put into lower case.
 *
 * @example
 * normalizeToken('@Ada', { user: true, lower: true }) // '<USR>'
 * normalizeToken('Room12', { lower: true, digits: true }) // 'room00'
 */
export function normalizeToken(token: string, options: NormalizeOptions): string {
  let result = token
  for (const name of Object.keys(NORMALIZERS) as NormalizerName[]) {
    if (!options[name]) continue
    result = NORMALIZERS[name](result)
    if (MASKS.has(result)) return result
  }
  return result
}
