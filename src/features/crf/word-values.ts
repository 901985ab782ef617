import type { TemplatePart, ValueName } from '../../config/feature-templates.js'
import { shapeOf } from '../../encode/word-shape.js'

/** The values that depend on a word alone. */
export type WordValueName = Exclude<ValueName, 'bias' | 'edge' | 'column' | 'gazetteer' | 'class'>

type Lengths = readonly [least: number, most: number]

/** What a template looks at in a word, as texts. Words are compared as Python compares them (`isupper` …). */
const VALUES: Readonly<Record<WordValueName, (word: string, lengths: Lengths) => readonly string[]>> = {
  word: word => [word],
  lower: word => [word.toLowerCase()],
  shape: word => [shapeOf(word)],
  upper: word => [flag(word === word.toUpperCase() && word !== word.toLowerCase())],
  title: word => [flag(isTitle(word))],
  digit: word => [flag(/^\p{Nd}+$/u.test(word))],
  prefix: (word, lengths) => affixes(word, lengths, (length, all) => [0, Math.min(length, all)]),
  suffix: (word, lengths) => affixes(word, lengths, (length, all) => [Math.max(0, all - length), all]),
  ngram: nGrams,
}

export function isWordValue(value: ValueName): value is WordValueName {
  return Object.hasOwn(VALUES, value)
}

/** The values of a part for one word. */
export function wordValues({ value, lengths = [1, 1] }: TemplatePart, word: string): readonly string[] {
  return isWordValue(value) ? VALUES[value](word, lengths) : []
}

function flag(is: boolean): string {
  return is ? '1' : '0'
}

/** Capitals only after what has no case, small letters only after letters, as Python's `istitle`. */
function isTitle(word: string): boolean {
  let before = false
  let any = false
  for (const character of word) {
    const isUpper = isAscii(character)
      ? character >= 'A' && character <= 'Z'
      : /[\p{Lu}\p{Lt}]/u.test(character)
    const isLower = isAscii(character) ? character >= 'a' && character <= 'z' : /\p{Ll}/u.test(character)
    if ((isUpper && before) || (isLower && !before)) return false
    before = isUpper || isLower
    any ||= before
  }
  return any
}

function isAscii(character: string): boolean {
  return character < '\x80'
}

type Cut = (length: number, all: number) => readonly [from: number, to: number]

/** Affixes of some lengths, in code points; of a shorter word, all of it once. */
function affixes(word: string, [least, most]: Lengths, cut: Cut): readonly string[] {
  const { length: all, slice } = characters(word)
  const found: string[] = []
  for (let length = least; length <= most; length++) {
    found.push(slice(...cut(length, all)))
    if (length >= all) break
  }
  return found
}

/** Every run of characters of some lengths in the word with its ends marked, each once. */
function nGrams(word: string, [least, most]: Lengths): readonly string[] {
  const { length: all, slice } = characters(`<${word}>`)
  const found = new Set<string>()
  for (let length = least; length <= Math.min(most, all); length++)
    for (let start = 0; start + length <= all; start++) found.add(slice(start, start + length))
  return [...found]
}

interface Characters {
  readonly length: number
  readonly slice: (from: number, to: number) => string
}

/** The code points of a word. */
function characters(word: string): Characters {
  if (!/[\ud800-\udfff]/.test(word)) return { length: word.length, slice: (from, to) => word.slice(from, to) }
  const all = [...word]
  return { length: all.length, slice: (from, to) => all.slice(from, to).join('') }
}
