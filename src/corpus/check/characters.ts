import type { FindingCode } from './finding-kinds.js'

/** What can be wrong with the characters of a token. The first pattern that matches counts. */
const PATTERNS: readonly (readonly [RegExp, FindingCode])[] = [
  [/^$/, 'empty-token'],
  [/^\p{White_Space}+$/u, 'blank-token'],
  [/^\p{Default_Ignorable_Code_Point}+$/u, 'invisible-token'],
  [/\uFFFD/, 'replacement-character'],
  // UTF-8 read as Windows-1252: a lead byte (Ã, Â, â, ð, ï, Å, Ä) and what a following byte then looks like.
  [
    /[ÂÃÄÅ][\u0080-\u00BF\u0152-\u0192\u2013-\u2122]|â[\u0080\u20AC][\u0080-\u00BF\u0152-\u2122]|ðŸ|ï»¿/,
    'mojibake',
  ],
  [/[\u0000-\u001F\u007F-\u009F]/, 'control-character'],
  [/\p{White_Space}/u, 'space-in-token'],
  [/[\u200B\u2060\uFEFF\u00AD]/, 'invisible-character'],
]

/** No pattern matches these, and most tokens are like them. */
const PLAIN = /^[!-~]+$/

/** What is unusual about the characters of a token, if anything. */
export function unusualCharacters(token: string): FindingCode | undefined {
  return PLAIN.test(token) ? undefined : PATTERNS.find(([pattern]) => pattern.test(token))?.[1]
}

/** A token in quotes, with invisible characters as escapes such as `\u200B`. */
export function visible(token: string): string {
  const shown = token.replace(
    /[\p{C}\p{Default_Ignorable_Code_Point}\u00A0\u2028\u2029]/gu,
    c => `\\u${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  )
  return `"${shown}"`
}
