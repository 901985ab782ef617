/** Normalizations of single tokens before they are looked up in a vocabulary. The text itself is never changed. */

/** Every decimal digit, of any script, becomes a zero: `1996-08-30` → `0000-00-00`. */
export function zeroDigits(token: string): string {
  return token.replace(/\p{Nd}/gu, '0')
}

/** The normalizations by their names in configurations, in the order in which they are applied. */
export const NORMALIZERS = {
  /** `@name` → `<USR>`. */
  user: token => (/^[@＠][\p{L}\p{N}\p{M}_]/u.test(token) ? '<USR>' : token),
  /** `http://…`, `https://…`, `www.…` → `<URL>`. */
  url: token => (/^(?:[a-z][a-z0-9+.-]{0,11}:\/\/|www\.)./iu.test(token) ? '<URL>' : token),
  /** `Ada` → `ada`, by Unicode's rules, whatever the machine's locale is. */
  lower: token => token.toLowerCase(),
  digits: zeroDigits,
} as const satisfies Readonly<Record<string, (token: string) => string>>

export type NormalizerName = keyof typeof NORMALIZERS

/** Which normalizations to apply. Default: none. */
export type NormalizeOptions = { readonly [name in NormalizerName]?: boolean }

/**
 * Applies the chosen normalizations to one token. A mask stays as it is: `<USR>` does not become lower case.
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
    if (result === '<USR>' || result === '<URL>') return result
  }
  return result
}
