import type { FindingKind } from './finding.js'

/** What can be wrong with a token's characters; the first pattern that fits names it. */
const PATTERNS: readonly { readonly kind: FindingKind; readonly pattern: RegExp }[] = [
  {
    pattern: /^$/,
    kind: {
      severity: 'error',
      code: 'empty-token',
      message: 'tokens are empty',
      remedy: 'delete these rows, or put the word in; a tagger would learn a tag for nothing',
    },
  },
  {
    pattern: /^\p{White_Space}+$/u,
    kind: {
      severity: 'warning',
      code: 'blank-token',
      message: 'tokens are white space only',
      remedy: 'delete these rows; where the byte was 0x85, read the file with --encoding windows-1252',
    },
  },
  {
    pattern: /^\p{Default_Ignorable_Code_Point}+$/u,
    kind: {
      severity: 'warning',
      code: 'invisible-token',
      message: 'tokens are invisible (zero-width characters only)',
      remedy: 'delete these rows, or leave them if the text to be tagged has such tokens as well',
    },
  },
  {
    pattern: /\uFFFD/,
    kind: {
      severity: 'warning',
      code: 'replacement-character',
      message: 'tokens hold U+FFFD, left by a conversion that lost a character',
      remedy: 'convert the original file again, naming its encoding',
    },
  },
  {
    // UTF-8 read as Windows-1252: a lead byte (Ã, Â, â, ð, ï, Å, Ä) and what a following byte then looks like.
    pattern:
      /[ÂÃÄÅ][\u0080-\u00BF\u0152-\u0192\u2013-\u2122]|â[\u0080\u20AC][\u0080-\u00BF\u0152-\u2122]|ðŸ|ï»¿/,
    kind: {
      severity: 'warning',
      code: 'mojibake',
      message: 'tokens look like UTF-8 that was read in another encoding (Ã© for é)',
      remedy: 'read the original file with --encoding utf-8, or convert it again',
    },
  },
  {
    pattern: /[\u0000-\u001F\u007F-\u009F]/,
    kind: {
      severity: 'warning',
      code: 'control-character',
      message: 'tokens hold control characters',
      remedy: 'if the file was read as latin1, it is probably windows-1252: pass --encoding windows-1252',
    },
  },
  {
    pattern: /\p{White_Space}/u,
    kind: {
      severity: 'warning',
      code: 'space-in-token',
      message: 'tokens hold white space',
      remedy: 'split them into words, unless the text to be tagged will be cut in the same way',
    },
  },
  {
    pattern: /[\u200B\u2060\uFEFF\u00AD]/,
    kind: {
      severity: 'info',
      code: 'invisible-character',
      message: 'tokens hold zero-width characters, so that equal-looking words differ',
      remedy: 'remove them if the text to be tagged has none',
    },
  },
]

/** Whether any of the patterns can fit: most tokens are plain. */
const PLAIN = /^[!-~]+$/

/** What is odd about a token's characters, if anything. */
export function characterFault(token: string): FindingKind | undefined {
  if (PLAIN.test(token)) return undefined
  return PATTERNS.find(({ pattern }) => pattern.test(token))?.kind
}

/** A token with its invisible characters made visible as `\u200B` and the like. */
export function visible(token: string): string {
  const shown = token.replace(
    /[\p{C}\p{Default_Ignorable_Code_Point}\u00A0\u2028\u2029]/gu,
    c => `\\u${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  )
  return `"${shown}"`
}
