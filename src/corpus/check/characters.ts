import { option, say } from '../../base/fault.js'
import type { CheckKind } from './check.js'
import { error, type FindingKind, info, warning } from './finding.js'

const EMPTY = error(
  'empty-token',
  'tokens are empty',
  'delete these rows, or add the word; a tagger would learn a tag for nothing',
)
const BLANK = warning(
  'blank-token',
  'tokens are only white space',
  say`delete these rows; if the byte was 0x85, read the file with ${option('encoding', 'windows-1252')}`,
)
const INVISIBLE = warning(
  'invisible-token',
  'tokens are invisible (only zero-width characters)',
  'delete these rows, or keep them if the text to be tagged has such tokens too',
)
const REPLACEMENT = warning(
  'replacement-character',
  'tokens contain U+FFFD, from a conversion that lost a character',
  'convert the original file again, with the right encoding',
)
const MOJIBAKE = warning(
  'mojibake',
  'tokens look like UTF-8 that was read in another encoding (Ã© for é)',
  say`read the original file with ${option('encoding', 'utf-8')}, or convert it again`,
)
const CONTROL = warning(
  'control-character',
  'tokens contain control characters',
  say`if the file was read as latin1, it is probably windows-1252: use ${option('encoding', 'windows-1252')}`,
)
const SPACE = warning(
  'space-in-token',
  'tokens contain white space',
  'split them into words, unless the text to be tagged will be split in the same way',
)
const WHOLE_SENTENCE = warning(
  'sentence-in-token',
  'tokens are whole sentences',
  'split them into words, with one tag for each',
)
const LONG = warning(
  'long-token',
  'tokens are very long and no web addresses',
  'look for lost spaces or line ends, or for data that is not text',
)
const HIDDEN = info(
  'invisible-character',
  'tokens contain zero-width characters, so that words that look equal are different',
  'remove them if the text to be tagged has none',
)

/** What is unusual about the characters of tokens. */
export const characters: CheckKind = {
  finds: [EMPTY, BLANK, INVISIBLE, REPLACEMENT, MOJIBAKE, CONTROL, WHOLE_SENTENCE, SPACE, LONG, HIDDEN],
  create: ({ log }) => ({
    add({ tokens, at }) {
      for (let i = 0; i < tokens.length; i++) {
        const kind = unusualCharacters(tokens[i])
        if (kind) log.add(kind, at(i), visible(tokens[i]))
      }
    },
  }),
}

/** The first pattern that matches counts. */
const PATTERNS: readonly (readonly [RegExp, FindingKind])[] = [
  [/^$/, EMPTY],
  [/^\p{White_Space}+$/u, BLANK],
  [/^\p{Default_Ignorable_Code_Point}+$/u, INVISIBLE],
  [/\uFFFD/, REPLACEMENT],
  // UTF-8 read as Windows-1252: a lead byte (Ã, Â, â, ð, ï, Å, Ä) and what a following byte then looks like.
  [
    /[ÂÃÄÅ][\u0080-\u00BF\u0152-\u0192\u2013-\u2122]|â[\u0080\u20AC][\u0080-\u00BF\u0152-\u2122]|ðŸ|ï»¿/,
    MOJIBAKE,
  ],
  [/[\u0000-\u001F\u007F-\u009F]/, CONTROL],
  [/\S(?:\p{White_Space}+[^\p{White_Space}]+){4}/u, WHOLE_SENTENCE],
  [/\p{White_Space}/u, SPACE],
  [/[\u200B\u2060\uFEFF\u00AD]/, HIDDEN],
]

/** No pattern matches these, and most tokens are like them. */
const PLAIN = /^[!-~]+$/

/** What is unusual about the characters of a token, if anything. */
export function unusualCharacters(token: string): FindingKind | undefined {
  if (token.length > LONG_TOKEN && isTooLong(token)) return LONG
  return PLAIN.test(token) ? undefined : PATTERNS.find(([pattern]) => pattern.test(token))?.[1]
}

/** Longer tokens are unusual, and still longer ones are never right. */
const LONG_TOKEN = 100
const ENDLESS = 2000

function isTooLong(token: string): boolean {
  if (token.length > ENDLESS) return true
  return !/:\/\/|www\.|[/@]|\p{White_Space}/u.test(token)
}

/** A token in quotes, with invisible characters as escapes such as `\u200B`. */
export function visible(token: string): string {
  const shown = token
    .slice(0, 200)
    .replace(
      /[\p{C}\p{Default_Ignorable_Code_Point}\u00A0\u2028\u2029]/gu,
      c => `\\u${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    )
  return `"${shown}${token.length > 200 ? '…' : ''}"`
}
