import { encodeSpans } from '../../tags/encode-spans.js'
import { isPlainType } from '../../tags/scheme.js'
import type { TokenSpan } from '../../tags/span.js'
import { refuse } from '../read-context.js'
import type { Offsets } from '../sentence.js'
import { sliceAll, tokenRanges } from '../text-tokens.js'

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
  | { readonly kind: 'open' }
  | { readonly kind: 'close'; readonly type: string }

export interface MarkedText {
  readonly text: string
  readonly tokens: readonly string[]
  /** BIO, or empty if labels are not read. */
  readonly tags: readonly string[]
  readonly offsets: readonly Offsets[]
}

/**
 * Parses text with entities as `[mention](TYPE)`. A backslash escapes `[ ] ( ) \ -` and makes `\n \r \t`. For tokens
 * that the tokenizer would not find, `\|` separates two of them, and the text between `\{` and `\}` is exactly one.
 * @param labeled whether mentions are read. If not, the text is tokenized as if it had none, and there are no tags.
 * @throws RowError
 *
 * @example
 * parseMarkup('[Ada Lovelace](PER) wrote').tags // ['B-PER', 'I-PER', 'O']
 */
export function parseMarkup(line: string, labeled = true): MarkedText {
  const scanned = scan(line)
  const { text } = scanned
  const atoms = labeled ? scanned.atoms : withoutMentions(scanned.atoms)
  const cuts = atoms.flatMap(atom => ('start' in atom ? [atom.start, atom.end] : []))
  const pieces = tokenRanges(text, cuts)
  const offsets: Offsets[] = []
  const spans: TokenSpan[] = []
  let open = -1
  let next = 0
  for (const atom of atoms)
    if (atom.kind === 'open') open = offsets.length
    else if (atom.kind === 'close') {
      if (offsets.length === open)
        refuse('empty-mention', 'a mention with at least one visible character', line)
      spans.push({ start: open, end: offsets.length, type: atom.type })
    } else if (atom.kind !== 'boundary') {
      if (atom.kind === 'exact') offsets.push({ start: atom.start, end: atom.end })
      while (next < pieces.length && pieces[next].end <= atom.end) {
        if (atom.kind === 'text') offsets.push(pieces[next])
        next++
      }
    }
  const tokens = sliceAll(text, offsets)
  return { text, tokens, tags: labeled ? encodeSpans(spans, tokens.length, 'BIO') : [], offsets }
}

/** Joins texts that only the edge of a mention separated. */
function withoutMentions(atoms: readonly Atom[]): Atom[] {
  const kept: Atom[] = []
  for (const atom of atoms) {
    if (atom.kind === 'open' || atom.kind === 'close') continue
    const last = kept.at(-1)
    if (atom.kind === 'text' && last?.kind === 'text') kept[kept.length - 1] = { ...last, end: atom.end }
    else kept.push(atom)
  }
  return kept
}

function scan(line: string): { text: string; atoms: Atom[] } {
  const atoms: Atom[] = []
  let text = ''
  let start = 0
  let inMention = false
  let inToken = false
  const endText = () => {
    if (inToken) refuse('markup', '\\} before the mention ends', line)
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
      endText()
      if (inMention) refuse('markup', 'mentions that do not nest, as [mention](TYPE)', line, BRACKET)
      inMention = true
      atoms.push({ kind: 'open' })
    } else if (c === ']' && (inMention || line[i + 1] === '(')) {
      endText()
      if (!inMention) refuse('markup', 'a [ before ](', line, BRACKET)
      const { type, end } = scanType(line, i + 1)
      atoms.push({ kind: 'close', type })
      inMention = false
      i = end
    } else text += c
  }
  endText()
  if (inMention) refuse('markup', '](TYPE) after the mention', line, BRACKET)
  return { text, atoms }
}

const BRACKET = 'write \\[ and \\] for plain brackets'

/** The type in the brackets that start at `at`, and the index of the closing one. */
function scanType(line: string, at: number): { type: string; end: number } {
  if (line[at] !== '(') refuse('markup', '(TYPE) right after the mention', line, BRACKET)
  let type = ''
  for (let i = at + 1; i < line.length; i++) {
    if (line[i] === '\\') type += unescaped(line[++i])
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
