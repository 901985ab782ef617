/** What a tokenizer does to a text before it cuts it, as the section `normalizer` of its file says. */
import {
  AlignedBuilder,
  type AlignedText,
  mapAligned,
  matchRanges,
  prependAligned,
  sliceAligned,
} from './aligned-text.js'
import { toByteCharacters } from './byte-alphabet.js'
import { componentOf, type JsonFields } from './json-fields.js'
import { type NormalForm, normalForm } from './normal-forms.js'
import { parsePattern } from './patterns.js'
import { PrecompiledMap, replaceMapped } from './precompiled-map.js'
import { isControl, isIdeograph, isMark, isNonSpacingMark, isSpace } from './unicode-classes.js'

export type Normalizer = (text: AlignedText) => AlignedText

type Parse = (fields: JsonFields) => Normalizer

const form =
  (name: NormalForm): Parse =>
  () =>
  text =>
    normalForm(text, name)

/** @throws ModelFileError that names a normalizer that is not known */
export function parseNormalizer(fields: JsonFields): Normalizer {
  return componentOf(fields, NORMALIZERS)
}

/** BERT's own, of which each part can be turned off. */
export interface BertNormalization {
  readonly cleanText: boolean
  readonly ideographs: boolean
  readonly stripAccents: boolean
  readonly lowercase: boolean
}

export function bertNormalizer(settings: BertNormalization): Normalizer {
  const parts: Normalizer[] = []
  if (settings.cleanText)
    parts.push(text =>
      mapAligned(text, character => {
        if (character === '\0' || character === '\uFFFD' || isControl(character)) return ''
        return isSpace(character) ? ' ' : character
      }),
    )
  if (settings.ideographs)
    parts.push(text => mapAligned(text, character => (isIdeograph(character) ? ` ${character} ` : character)))
  if (settings.stripAccents) parts.push(text => removed(normalForm(text, 'NFD'), isNonSpacingMark))
  if (settings.lowercase) parts.push(lowercase)
  return inTurn(parts)
}

const NORMALIZERS: Readonly<Record<string, Parse>> = {
  Sequence: fields => inTurn(fields.objects('normalizers').map(parseNormalizer)),
  NFC: form('NFC'),
  NFD: form('NFD'),
  NFKC: form('NFKC'),
  NFKD: form('NFKD'),
  Lowercase: () => lowercase,
  StripAccents: () => text => removed(text, isMark),
  Strip: fields => strip(fields.boolean('strip_left'), fields.boolean('strip_right')),
  BertNormalizer: fields => {
    const lower = fields.boolean('lowercase')
    return bertNormalizer({
      cleanText: fields.boolean('clean_text'),
      ideographs: fields.boolean('handle_chinese_chars'),
      stripAccents: fields.boolean('strip_accents', lower),
      lowercase: lower,
    })
  },
  Replace: fields => {
    const pattern = parsePattern(fields.object('pattern'))
    const content = fields.string('content')
    return text => replaceMatches(text, pattern, content)
  },
  Prepend: fields => {
    const prefix = fields.string('prepend')
    return text => prependAligned(text, prefix)
  },
  Precompiled: fields => {
    const map = PrecompiledMap.of(fields)
    return text => replaceMapped(text, map)
  },
  ByteLevel: () => text => mapAligned(text, toByteCharacters),
}

function inTurn(parts: readonly Normalizer[]): Normalizer {
  return text => parts.reduce((now, part) => part(now), text)
}

function removed(text: AlignedText, isRemoved: (character: string) => boolean): AlignedText {
  return mapAligned(text, character => (isRemoved(character) ? '' : character))
}

/** Each character by itself: a sigma at the end of a word is like any other, as in the tokenizers of published models. */
const lowercase: Normalizer = text => mapAligned(text, character => character.toLowerCase())

function strip(left: boolean, right: boolean): Normalizer {
  return text => {
    const { characters } = text
    let from = 0
    let to = characters.length
    while (left && from < to && isSpace(characters[from])) from++
    while (right && to > from && isSpace(characters[to - 1])) to--
    return sliceAligned(text, from, to)
  }
}

/** What takes the place of a match comes from where its last character came from. */
export function replaceMatches(text: AlignedText, pattern: RegExp, content: string): AlignedText {
  const built = new AlignedBuilder()
  for (const { from, to, isMatch } of matchRanges(text, pattern)) {
    if (isMatch) built.pushFrom(content, text, to - 1)
    else for (let i = from; i < to; i++) built.push(text.characters[i], text.starts[i], text.ends[i])
  }
  return built
}
