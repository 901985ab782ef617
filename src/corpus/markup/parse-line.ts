import { isPlainType } from '../../tags/scheme.js'
import { type ProjectedEntity, projectEntities, taggedText } from '../project-entities.js'
import { refuse } from '../read-context.js'
import type { Offsets, Sentence, TextSpan } from '../sentence.js'
import { tokenRanges } from '../text-tokens.js'

/** What a character after a backslash stands for. */
export const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  '[': '[',
  ']': ']',
  '(': '(',
  ')': ')',
  '-': '-',
  n: '\n',
  r: '\r',
  t: '\t',
}

/** A part of a line. Ranges are of the plain text. */
type Atom =
  | { readonly kind: 'text' | 'exact'; readonly start: number; readonly end: number }
  | { readonly kind: 'boundary' }

/** A range of the plain text, and of the atoms that begin in it. */
interface Mention extends TextSpan {
  readonly atoms: readonly [from: number, to: number]
}

export interface MarkedText extends Pick<Sentence, 'entities'> {
  readonly text: string
  readonly tokens: readonly string[]
  /** BIO, or empty if labels are not read. */
  readonly tags: readonly string[]
  readonly offsets: readonly Offsets[]
}

/**
 * Parses text with entities as `[mention](TYPE)`. A backslash escapes `[ ] ( ) \ -` and makes `\n \r \t`. The edges of
 * mentions separate no tokens. For tokens that the tokenizer would not find, `\|` separates two of them, and the text
 * between `\{` and `\}` is exactly one.
 * @param labeled whether mentions are read. If not, there are no tags.
 * @throws RowError
 *
 * @example
 * parseMarkup('[Ada Lovelace](PER) wrote').tags // ['B-PER', 'I-PER', 'O']
 */
export function parseMarkup(line: string, labeled = true): MarkedText {
  const { text, atoms, mentions } = scan(line)
  const cuts = atoms.flatMap(atom => ('start' in atom ? [atom.start, atom.end] : []))
  const pieces = tokenRanges(text, cuts)
  const offsets: Offsets[] = []
  /** The index of the token that an atom is. */
  const exact = new Map<number, number>()
  let next = 0
  for (const [i, atom] of atoms.entries())
    if (atom.kind !== 'boundary') {
      if (atom.kind === 'exact') exact.set(i, offsets.push({ start: atom.start, end: atom.end }) - 1)
      while (next < pieces.length && pieces[next].end <= atom.end) {
        if (atom.kind === 'text') offsets.push(pieces[next])
        next++
      }
    }
  const projected = projectEntities(mentions, offsets).map((found, i) => {
    const [from, to] = mentions[i].atoms
    const own = Array.from({ length: to - from }, (_, k) => exact.get(from + k) ?? -1).filter(at => at >= 0)
    return withTokens(found, own)
  })
  if (projected.some(({ start, end }) => start === end))
    refuse('empty-mention', 'a mention with at least one visible character', line)
  const marked = taggedText(text, offsets, labeled ? projected : [])
  return labeled ? marked : { ...marked, tags: [] }
}

/** Adds tokens of a mention that are empty, so that no range holds them. */
function withTokens(found: ProjectedEntity, tokens: readonly number[]): ProjectedEntity {
  if (tokens.length === 0) return found
  const isEmpty = found.start === found.end
  const all = isEmpty ? tokens : [...tokens, found.start, found.end - 1]
  return {
    ...found,
    start: Math.min(...all),
    end: Math.max(...all) + 1,
    isExact: isEmpty || found.isExact,
    isTagged: isEmpty || found.isTagged,
  }
}

function scan(line: string): { text: string; atoms: Atom[]; mentions: Mention[] } {
  const atoms: Atom[] = []
  const mentions: Mention[] = []
  let text = ''
  let start = 0
  let open: { readonly at: number; readonly atoms: number } | undefined
  let inToken = false
  const refuseInToken = () => {
    if (inToken) refuse('markup', '\\} before the mention ends', line)
  }
  const endText = () => {
    refuseInToken()
    if (text.length > start) atoms.push({ kind: 'text', start, end: text.length })
    start = text.length
  }
  for (let i = 0; i < line.length; i++) {
    const c = line[i]
    if (c === '\\') {
      const escaped = line[++i]
      if (escaped === '|') {
        endText()
        atoms.push({ kind: 'boundary' })
      } else if (escaped === '{') {
        endText()
        inToken = true
      } else if (escaped === '}') {
        if (!inToken) refuse('markup', '\\{ before \\}', line)
        atoms.push({ kind: 'exact', start, end: text.length })
        start = text.length
        inToken = false
      } else text += unescaped(escaped)
    } else if (c === '[') {
      refuseInToken()
      if (open) refuse('markup', 'mentions that do not nest, as [mention](TYPE)', line, BRACKET)
      open = { at: text.length, atoms: atoms.length }
    } else if (c === ']' && (open || line[i + 1] === '(')) {
      refuseInToken()
      if (!open) return refuse('markup', 'a [ before ](', line, BRACKET)
      const { type, end } = scanType(line, i + 1)
      mentions.push({ start: open.at, end: text.length, type, atoms: [open.atoms, atoms.length] })
      open = undefined
      i = end
    } else text += c
  }
  endText()
  if (open) refuse('markup', '](TYPE) after the mention', line, BRACKET)
  return { text, atoms, mentions }
}

const BRACKET = 'write \\[ and \\] for plain brackets'

const BRACKETS_IN_TYPE = 'write \\( \\[ and \\] for brackets in a type'

/** The type in the brackets that start at `at`, and the index of the closing one. */
function scanType(line: string, at: number): { type: string; end: number } {
  if (line[at] !== '(') refuse('markup', '(TYPE) right after the mention', line, BRACKET)
  let type = ''
  for (let i = at + 1; i < line.length; i++) {
    if (line[i] === '\\') type += unescaped(line[++i])
    else if ('([]'.includes(line[i]))
      refuse(
        'markup',
        'a closing bracket after the type, as [mention](TYPE)',
        line.slice(at, i + 1),
        BRACKETS_IN_TYPE,
      )
    else if (line[i] !== ')') type += line[i]
    else if (type === '') break
    else if (isPlainType(type)) return { type, end: i }
    else return refuse('bad-type', 'a type without white space around it', JSON.stringify(type))
  }
  return refuse('markup', 'a type and a closing bracket after the mention, as [mention](TYPE)', line)
}

function unescaped(letter: string | undefined): string {
  const character = letter === undefined ? undefined : ESCAPES[letter]
  if (character !== undefined) return character
  return refuse(
    'escape',
    'one of \\ [ ] ( ) - n r t | { } after a backslash',
    letter === undefined ? 'the end of the line' : JSON.stringify(letter),
    'write \\\\ for a plain backslash',
  )
}
