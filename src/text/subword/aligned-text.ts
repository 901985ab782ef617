/** Text that changes step by step while each of its characters still knows where it came from. */

/**
 * Characters (code points), and for each the range of the original text that it came from, in UTF-16 code units. Ranges
 * never go backwards; those of characters that came from the same place are equal.
 */
export interface AlignedText {
  readonly characters: readonly string[]
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

const REPLACEMENT = '\uFFFD'

/** A text as it is. A lone surrogate, which no tokenizer can read, becomes U+FFFD. */
export function alignText(text: string): AlignedText {
  const built = new AlignedBuilder()
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at) as number
    const end = at + (point > 0xffff ? 2 : 1)
    const isLone = point >= 0xd800 && point <= 0xdfff
    built.push(isLone ? REPLACEMENT : text.slice(at, end), at, end)
    at = end
  }
  return built
}

/** An aligned text in the making. */
export class AlignedBuilder implements AlignedText {
  readonly characters: string[] = []
  readonly starts: number[] = []
  readonly ends: number[] = []

  push(character: string, start: number, end: number): void {
    this.characters.push(character)
    this.starts.push(start)
    this.ends.push(end)
  }

  append({ characters, starts, ends }: AlignedText): void {
    characters.forEach((character, i) => {
      this.push(character, starts[i], ends[i])
    })
  }

  /** Characters that all come from where one character of another text came from. */
  pushFrom(text: string, source: AlignedText, at: number): void {
    for (const character of text) this.push(character, source.starts[at], source.ends[at])
  }
}

export function contentOf({ characters }: AlignedText): string {
  return characters.join('')
}

export function sliceAligned(
  { characters, starts, ends }: AlignedText,
  from: number,
  to: number,
): AlignedText {
  if (from === 0 && to === characters.length) return { characters, starts, ends }
  return {
    characters: characters.slice(from, to),
    starts: starts.slice(from, to),
    ends: ends.slice(from, to),
  }
}

/** Each character replaced by any number of characters, which come from where it came from. */
export function mapAligned(text: AlignedText, change: (character: string) => string): AlignedText {
  const built = new AlignedBuilder()
  text.characters.forEach((character, i) => {
    built.pushFrom(change(character), text, i)
  })
  return built
}

/** Text put before the first character, from where that comes. Nothing is put before an empty text. */
export function prependAligned(text: AlignedText, prefix: string): AlignedText {
  if (text.characters.length === 0) return text
  const built = new AlignedBuilder()
  built.pushFrom(prefix, text, 0)
  text.characters.forEach((character, i) => {
    built.push(character, text.starts[i], text.ends[i])
  })
  return built
}

/** A range of characters; `isMatch` where it is one that was looked for. */
export interface CharacterRange {
  readonly from: number
  readonly to: number
  readonly isMatch: boolean
}

/** Cuts a text into what a pattern matches and what lies between, in order and without gaps. */
export function matchRanges(text: AlignedText, pattern: RegExp): CharacterRange[] {
  const content = contentOf(text)
  const { length } = text.characters
  if (length === 0) return [{ from: 0, to: 0, isMatch: false }]
  const indexAt = characterIndex(text, content)
  const ranges: CharacterRange[] = []
  let next = 0
  for (const match of content.matchAll(pattern)) {
    if (match[0] === '') continue
    const from = indexAt(match.index)
    const to = indexAt(match.index + match[0].length)
    if (next < from) ranges.push({ from: next, to: from, isMatch: false })
    ranges.push({ from, to, isMatch: true })
    next = to
  }
  if (next < length) ranges.push({ from: next, to: length, isMatch: false })
  return ranges
}

/** From a place in the joined characters to the number of the character there. */
export function characterIndex(text: AlignedText, content: string): (unit: number) => number {
  const { characters } = text
  if (characters.length === content.length) return unit => unit
  const index = new Int32Array(content.length + 1)
  let at = 0
  characters.forEach((character, i) => {
    index[at] = i
    at += character.length
  })
  index[at] = characters.length
  return unit => index[unit]
}
