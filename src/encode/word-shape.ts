/** The casing classes of Reimers & Gurevych's tagger. */
export type Casing =
  | 'numeric'
  | 'mainly-numeric'
  | 'all-lower'
  | 'all-upper'
  | 'initial-upper'
  | 'contains-digit'
  | 'other'

/**
 * The first class that applies: all digits; more than half digits; with cased letters, all lower, all upper or the
 * first one upper; some digit; anything else.
 *
 * @example
 * casingOf('London') // 'initial-upper'
 * casingOf('1990s')  // 'mainly-numeric'
 */
export function casingOf(word: string): Casing {
  const characters = [...word]
  const digits = characters.filter(character => /\p{Nd}/u.test(character)).length
  if (digits > 0 && digits === characters.length) return 'numeric'
  if (digits * 2 > characters.length) return 'mainly-numeric'
  const lower = word.toLowerCase()
  const upper = word.toUpperCase()
  if (lower !== upper) {
    if (word === lower) return 'all-lower'
    if (word === upper) return 'all-upper'
    const initial = characters[0]
    if (initial !== initial.toLowerCase()) return 'initial-upper'
  }
  return digits > 0 ? 'contains-digit' : 'other'
}

/**
 * The word's outline: capitals as `X`, other letters as `x`, digits as `d`, the rest as it is; runs are cut to two.
 *
 * @example
 * shapeOf('McDonald-2000') // 'XxXxx-dd'
 */
export function shapeOf(word: string): string {
  let shape = ''
  let last = ''
  let run = 0
  for (const character of word) {
    const outline = outlineOf(character)
    run = outline === last ? run + 1 : 1
    last = outline
    if (run <= 2) shape += outline
  }
  return shape
}

function outlineOf(character: string): string {
  if (character < '\x80') return OUTLINES[character.charCodeAt(0)]
  return outlineOfAny(character)
}

/** By code unit, as `outlineOfAny`. */
const OUTLINES = Array.from({ length: 0x80 }, (_, unit) => outlineOfAny(String.fromCharCode(unit)))

function outlineOfAny(character: string): string {
  if (/[\p{Lu}\p{Lt}]/u.test(character)) return 'X'
  if (/\p{L}/u.test(character)) return 'x'
  return /\p{Nd}/u.test(character) ? 'd' : character
}

/** The first `length` code points; all of a shorter word. */
export function prefixOf(word: string, length: number): string {
  return [...word].slice(0, length).join('')
}

/** The last `length` code points; all of a shorter word. */
export function suffixOf(word: string, length: number): string {
  return [...word].slice(-length).join('')
}
