/** Pieces that are looked for in the text itself, before the model sees it: special ones such as `[MASK]`, and others. */
import { type AlignedText, alignText, characterIndex, contentOf } from './aligned-text.js'
import { type JsonFields, unexpected } from './json-fields.js'
import type { Normalizer } from './normalizers.js'
import { escapePattern } from './patterns.js'
import { isSpace } from './unicode-classes.js'

export interface AddedPiece {
  readonly id: number
  readonly content: string
  /** Whether it is only found where no letter is next to it. */
  readonly singleWord: boolean
  /** Whether white space before it, or after it, is part of it. */
  readonly leftSpace: boolean
  readonly rightSpace: boolean
  /** Whether it is looked for in the normalized text. */
  readonly normalized: boolean
  readonly special: boolean
}

export function parseAddedPieces(fields: JsonFields): readonly AddedPiece[] {
  if (!fields.has('added_tokens')) return []
  return fields.objects('added_tokens').map(own => {
    const content = own.string('content')
    if (content === '') throw unexpected(own.placeOf('content'), 'a text', content)
    return {
      ...{ id: own.count('id'), content, special: own.boolean('special', false) },
      singleWord: own.boolean('single_word', false),
      leftSpace: own.boolean('lstrip', false),
      rightSpace: own.boolean('rstrip', false),
      normalized: own.boolean('normalized', !own.boolean('special', false)),
    }
  })
}

/** A part of a text: an added piece by its id, or characters for the model. */
export interface AddedRange {
  readonly from: number
  readonly to: number
  readonly id: number | undefined
}

export type AddedFinder = (text: AlignedText) => readonly AddedRange[]

const WORD = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u

/** Finds the pieces that are looked for before, or after, the text is normalized: the longest at the leftmost place. */
export function addedFinder(pieces: readonly AddedPiece[], normalizer: Normalizer | undefined): AddedFinder {
  const byContent = new Map<string, AddedPiece>()
  for (const piece of pieces) {
    const content = normalizer ? contentOf(normalizer(alignText(piece.content))) : piece.content
    if (content !== '') byContent.set(content, piece)
  }
  const contents = [...byContent.keys()].sort((a, b) => b.length - a.length)
  if (contents.length === 0) return text => whole(text)
  const pattern = new RegExp(contents.map(escapePattern).join('|'), 'gu')
  return text => {
    const content = contentOf(text)
    const matches = [...content.matchAll(pattern)]
    if (matches.length === 0) return whole(text)
    const indexAt = characterIndex(text, content)
    const found = matches.map(match => ({
      from: indexAt(match.index),
      to: indexAt(match.index + match[0].length),
      piece: byContent.get(match[0]) as AddedPiece,
    }))
    return cut(text, found)
  }
}

function whole({ characters }: AlignedText): AddedRange[] {
  return characters.length === 0 ? [] : [{ from: 0, to: characters.length, id: undefined }]
}

function cut(
  { characters }: AlignedText,
  found: readonly { readonly from: number; readonly to: number; readonly piece: AddedPiece }[],
): AddedRange[] {
  const ranges: AddedRange[] = []
  let next = 0
  for (const { piece, ...match } of found) {
    let { from, to } = match
    if (piece.singleWord && (WORD.test(characters[from - 1] ?? '') || WORD.test(characters[to] ?? '')))
      continue
    if (piece.leftSpace) while (from > next && isSpace(characters[from - 1])) from--
    if (piece.rightSpace) while (to < characters.length && isSpace(characters[to])) to++
    if (next < from) ranges.push({ from: next, to: from, id: undefined })
    ranges.push({ from, to, id: piece.id })
    next = to
  }
  if (next < characters.length) ranges.push({ from: next, to: characters.length, id: undefined })
  return ranges
}
