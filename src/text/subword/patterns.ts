/**
 * Regular expressions of tokenizer files. A file may come from anyone, and an expression can take forever on the right
 * text, so only those of published models are known.
 */
import type { JsonFields } from './json-fields.js'

/** `\s` of the files' own engine is every white space, which JavaScript writes as a property. */
const WORDS_OF_GPT_2 =
  "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\p{White_Space}\\p{L}\\p{N}]+|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+"

const KNOWN: Readonly<Record<string, string>> = {
  ' {2,}': ' {2,}',
  ' +': ' +',
  '\\s+': '\\p{White_Space}+',
  '\\s': '\\p{White_Space}',
  '\\d': '\\p{Nd}',
  '\\d+': '\\p{Nd}+',
  '\\p{N}': '\\p{N}',
  '\\n': '\\n',
  '[\\r\\n]': '[\\r\\n]',
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+": WORDS_OF_GPT_2,
  "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+": WORDS_OF_GPT_2,
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+":
    "'[sSdDmMtT]|'[lL][lL]|'[vV][eE]|'[rR][eE]|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\p{White_Space}\\p{L}\\p{N}]+[\\r\\n]*|\\p{White_Space}*[\\r\\n]+|\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+",
}

export function wordsOfGpt2(): RegExp {
  return new RegExp(WORDS_OF_GPT_2, 'gu')
}

export function literalPattern(text: string): RegExp {
  return new RegExp(escapePattern(text), 'gu')
}

export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** @param fields an object with `String`, a text to look for as it is, or `Regex` */
export function parsePattern(fields: JsonFields): RegExp {
  if (fields.has('String')) return literalPattern(fields.string('String'))
  const source = fields.string('Regex')
  if (!Object.hasOwn(KNOWN, source))
    throw fields.refused('a regular expression of a published tokenizer', JSON.stringify(source))
  return new RegExp(KNOWN[source], 'gu')
}
