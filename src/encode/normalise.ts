/** What is done to a word before it is looked up. Plain data, so that it is saved with the vocabulary. */
export interface WordNormalisation {
  readonly lowerCase: boolean
  /** Every decimal digit of any script becomes `0`. */
  readonly zeroDigits: boolean
}

export type NormaliseWord = (word: string) => string

/** `1984` → `0000`, `٣` → `0`. */
export function zeroDigits(word: string): string {
  return word.replace(/\p{Nd}/gu, '0')
}

/**
 * @example
 * createNormaliser({ lowerCase: true, zeroDigits: true })('B-52s') // 'b-00s'
 */
export function createNormaliser({ lowerCase, zeroDigits: zero }: WordNormalisation): NormaliseWord {
  if (lowerCase && zero) return word => zeroDigits(word.toLowerCase())
  if (lowerCase) return word => word.toLowerCase()
  return zero ? zeroDigits : word => word
}
