/** Labeled text without its white space, which is the same whatever tokens the text is cut into. */
import { InputError } from '../base/errors.js'
import { type Offsets, placeOf, type Sentence } from '../corpus/sentence.js'
import type { TokenSpan } from '../tags/span.js'

/** A sentence by its visible characters: those that are not white space. All ranges are of `text`. */
export interface VisibleText {
  readonly text: string
  /** One per token of the sentence; empty for a token of white space alone. */
  readonly tokens: readonly Offsets[]
  readonly entities: readonly TokenSpan[]
}

/**
 * A sentence's visible characters. Of a sentence with a text of its own, they are those of the text; otherwise those of
 * its tokens.
 *
 * @param read the entities of a sentence's tags, as ranges of tokens
 * @throws InputError `score/empty-entity` for an entity of white space alone
 * @example
 * visibleText({ tokens: ['New York', '!'], tags: ['B-LOC', 'O'], lines: [1] }, lenientSpans)
 * // { text: 'NewYork!', tokens: [{ start: 0, end: 7 }, { start: 7, end: 8 }], entities: [{ start: 0, end: 7, type: 'LOC' }] }
 */
export function visibleText(
  sentence: Sentence,
  read: (tags: readonly string[]) => readonly TokenSpan[],
  path: string,
): VisibleText {
  const { text, tokens } = placedTokens(sentence)
  const entities = read(sentence.tags).map(span => {
    const { start } = tokens[span.start]
    const { end } = tokens[span.end - 1]
    if (start === end)
      throw new InputError('score/empty-entity', {
        where: placeOf(sentence, span.start, path),
        expected: 'an entity with a character that is not white space',
        got: `${JSON.stringify(sentence.tokens[span.start])} (${span.type})`,
      })
    return { start, end, type: span.type }
  })
  return { text, tokens, entities }
}

function placedTokens({ tokens, text, offsets }: Sentence): Omit<VisibleText, 'entities'> {
  if (text !== undefined && offsets !== undefined) {
    const before = visibleBefore(text)
    return {
      text: withoutSpace(text),
      tokens: offsets.map(({ start, end }) => ({ start: before[start], end: before[end] })),
    }
  }
  const visible = tokens.map(withoutSpace)
  let at = 0
  return {
    text: visible.join(''),
    tokens: visible.map(({ length }) => {
      at += length
      return { start: at - length, end: at }
    }),
  }
}

export function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '')
}

/** How many visible code units are before each place of a text. */
function visibleBefore(text: string): Int32Array {
  const before = new Int32Array(text.length + 1)
  for (let i = 0; i < text.length; i++) before[i + 1] = before[i] + (isSpace(text, i) ? 0 : 1)
  return before
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code < 128 ? code === 32 || (code >= 9 && code <= 13) : /\s/.test(text[at])
}
