/** How a normalized text is cut before the model looks for pieces, as the section `pre_tokenizer` of its file says. */
import {
  type AlignedText,
  type CharacterRange,
  mapAligned,
  matchRanges,
  prependAligned,
  sliceAligned,
} from './aligned-text.js'
import { toByteCharacters } from './byte-alphabet.js'
import { componentOf, type JsonFields } from './json-fields.js'
import { replaceMatches } from './normalizers.js'
import { literalPattern, parsePattern, wordsOfGpt2 } from './patterns.js'
import { isNumber, isPunctuation, isSpace } from './unicode-classes.js'

/** @returns the parts of each part that has one, in order */
export type PreTokenizer = (parts: readonly AlignedText[]) => readonly AlignedText[]

type Parse = (fields: JsonFields) => PreTokenizer

/** @throws ModelFileError that names a pre-tokenizer that is not known */
export function parsePreTokenizer(fields: JsonFields): PreTokenizer {
  return componentOf(fields, PRE_TOKENIZERS)
}

/** At white space, which goes, and at punctuation, each of which is a part. */
export const bertPreTokenizer: PreTokenizer = parts =>
  splitEach(
    splitEach(parts, text => byClass(text, isSpace), 'Removed'),
    text => byClass(text, isPunctuation),
    'Isolated',
  )

export function byteLevelPreTokenizer(addSpace: boolean, cutsWords = true): PreTokenizer {
  const pattern = wordsOfGpt2()
  return parts => {
    const spaced = parts.map(part =>
      addSpace && part.characters[0] !== ' ' ? prependAligned(part, ' ') : part,
    )
    const words = cutsWords ? splitEach(spaced, text => matchRanges(text, pattern), 'Isolated') : spaced
    return words.map(word => mapAligned(word, toByteCharacters))
  }
}

const PRE_TOKENIZERS: Readonly<Record<string, Parse>> = {
  Sequence: fields => {
    const steps = fields.objects('pretokenizers').map(parsePreTokenizer)
    return parts => steps.reduce((now, step) => step(now), parts)
  },
  BertPreTokenizer: () => bertPreTokenizer,
  Whitespace: () => {
    const pattern =
      /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu
    return parts => splitEach(parts, text => inverted(matchRanges(text, pattern)), 'Removed')
  },
  WhitespaceSplit: () => splitAtSpace,
  Punctuation: fields => {
    const behavior = behaviorOf(fields, 'Isolated')
    return parts => splitEach(parts, text => byClass(text, isPunctuation), behavior)
  },
  Digits: fields => {
    const behavior = fields.boolean('individual_digits') ? 'Isolated' : 'Contiguous'
    return parts => splitEach(parts, text => byClass(text, isNumber), behavior)
  },
  Metaspace: parseMetaspace,
  ByteLevel: fields =>
    byteLevelPreTokenizer(fields.boolean('add_prefix_space'), fields.boolean('use_regex', true)),
  Split: fields => {
    const pattern = parsePattern(fields.object('pattern'))
    const behavior = behaviorOf(fields)
    const isInverted = fields.boolean('invert', false)
    const find = (text: AlignedText) => matchRanges(text, pattern)
    return parts => splitEach(parts, isInverted ? text => inverted(find(text)) : find, behavior)
  },
}

const SCHEMES = ['always', 'first', 'never'] as const

function parseMetaspace(fields: JsonFields): PreTokenizer {
  const mark = fields.string('replacement')
  const named = fields.string('prepend_scheme', fields.boolean('add_prefix_space', true) ? 'always' : 'never')
  const scheme = SCHEMES.find(own => own === named)
  if (!scheme) throw fields.refused(`a prepend_scheme of ${SCHEMES.join(', ')}`, `"${named}"`)
  if ([...mark].length !== 1) throw fields.refused('a replacement of one character', JSON.stringify(mark))
  return metaspace({ mark, scheme, cuts: fields.boolean('split', true) })
}

/** Shows spaces as marks, puts one before each part or before the first, and cuts before each mark. */
export function metaspace({
  mark,
  scheme,
  cuts,
}: {
  readonly mark: string
  readonly scheme: (typeof SCHEMES)[number]
  readonly cuts: boolean
}): PreTokenizer {
  const space = literalPattern(' ')
  const pattern = literalPattern(mark)
  const marked = (part: AlignedText) => {
    const replaced = replaceMatches(part, space, mark)
    const isWanted = scheme === 'always' || (scheme === 'first' && replaced.starts[0] === 0)
    return isWanted && replaced.characters[0] !== mark ? prependAligned(replaced, mark) : replaced
  }
  return parts => {
    const all = parts.map(marked)
    return cuts ? splitEach(all, text => matchRanges(text, pattern), 'MergedWithNext') : all
  }
}

export const splitAtSpace: PreTokenizer = parts => splitEach(parts, text => byClass(text, isSpace), 'Removed')

const BEHAVIORS = ['Removed', 'Isolated', 'Contiguous', 'MergedWithPrevious', 'MergedWithNext'] as const
type Behavior = (typeof BEHAVIORS)[number]

function behaviorOf(fields: JsonFields, otherwise?: Behavior): Behavior {
  const name = fields.string('behavior', otherwise)
  const behavior = BEHAVIORS.find(own => own === name)
  if (!behavior) throw fields.refused(`a behavior of ${BEHAVIORS.join(', ')}`, `"${name}"`)
  return behavior
}

/** Each character of a class is a match of its own. */
function byClass({ characters }: AlignedText, isMember: (character: string) => boolean): CharacterRange[] {
  const ranges: CharacterRange[] = []
  let next = 0
  characters.forEach((character, i) => {
    if (!isMember(character)) return
    if (next < i) ranges.push({ from: next, to: i, isMatch: false })
    ranges.push({ from: i, to: i + 1, isMatch: true })
    next = i + 1
  })
  if (next < characters.length) ranges.push({ from: next, to: characters.length, isMatch: false })
  return ranges
}

function inverted(ranges: readonly CharacterRange[]): CharacterRange[] {
  return ranges.map(range => ({ ...range, isMatch: !range.isMatch }))
}

function splitEach(
  parts: readonly AlignedText[],
  find: (text: AlignedText) => readonly CharacterRange[],
  behavior: Behavior,
): AlignedText[] {
  return parts.flatMap(part =>
    joinRanges(find(part), behavior)
      .filter(({ from, to }) => to > from)
      .map(({ from, to }) => sliceAligned(part, from, to)),
  )
}

/** What becomes of the matches: parts of their own, nothing, or parts of their neighbors. */
function joinRanges(ranges: readonly CharacterRange[], behavior: Behavior): readonly CharacterRange[] {
  switch (behavior) {
    case 'Removed':
      return ranges.filter(({ isMatch }) => !isMatch)
    case 'Isolated':
      return ranges
    case 'Contiguous':
      return joined(ranges, (before, range) => before.isMatch === range.isMatch)
    case 'MergedWithPrevious':
      return joined(ranges, (before, range) => range.isMatch && !before.isMatch)
    case 'MergedWithNext':
      return joined(ranges, (before, range) => before.isMatch && !range.isMatch)
  }
}

/** Each range joined to the one before it where both, as they were found, should be. */
function joined(
  ranges: readonly CharacterRange[],
  isJoined: (before: CharacterRange, range: CharacterRange) => boolean,
): CharacterRange[] {
  const all: CharacterRange[] = []
  ranges.forEach((range, i) => {
    const last = all.at(-1)
    if (last && isJoined(ranges[i - 1], range)) all[all.length - 1] = { ...last, to: range.to }
    else all.push(range)
  })
  return all
}
