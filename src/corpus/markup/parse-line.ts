import { encodeSpans } from '../../tags/encode-spans.js'
import type { TokenSpan } from '../../tags/span.js'
import { isPlainType } from '../plain-tag.js'
import { refuse } from '../record-problem.js'
import type { Offsets } from '../sentence.js'
import { sliceAll, tokenRanges } from '../text-tokens.js'

/** What a letter after a backslash stands for in text. */
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

/** A line taken apart, in order; ranges are of the plain text. */
type Atom =
  | { readonly kind: 'text' | 'exact'; readonly start: number; readonly end: number }
  | { readonly kind: 'boundary' }
  | { readonly kind: 'open' }
  | { readonly kind: 'close'; readonly type: string }

export interface MarkedText {
  readonly text: string
  readonly tokens: readonly string[]
  /** BIO; empty where labels are not read. */
  readonly tags: readonly string[]
  readonly offsets: readonly Offsets[]
}

/**
 * Text with entities as `[mention](TYPE)`. A backslash takes the meaning from `[ ] ( ) \ -` and makes `\n \r \t`.
 * Where tokens are not what the tokenizer would find: `\|` parts two of them, and what stands between `\{` and `\}` is
 * exactly one.
 * @param labeled whether mentions are read; without them the text is cut as if it had none, and there are no tags
 * @throws RecordProblem
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
      if (offsets.length === open) refuse('a mention with at least one visible character', line)
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

/** Text that only a mention's edge parted is one piece again. */
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
    if (inToken) refuse('\\} before the mention ends', line)
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
        if (!inToken) refuse('\\{ before \\}', line)
        atoms.push({ kind: 'exact', start, end: text.length })
        start = text.length
        inToken = false
      } else text += unescaped(escaped)
    } else if (c === '[') {
      endText()
      if (inMention) refuse('mentions that do not nest, as [mention](TYPE)', line, BRACKET)
      inMention = true
      atoms.push({ kind: 'open' })
    } else if (c === ']' && (inMention || line[i + 1] === '(')) {
      endText()
      if (!inMention) refuse('a [ before ](', line, BRACKET)
      const { type, end } = scanType(line, i + 1)
      atoms.push({ kind: 'close', type })
      inMention = false
      i = end
    } else text += c
  }
  endText()
  if (inMention) refuse('](TYPE) after the mention', line, BRACKET)
  return { text, atoms }
}

const BRACKET = 'write \\[ and \\] for brackets that stand for themselves'

/** The type in brackets from `at`, and the index of the closing one. */
function scanType(line: string, at: number): { type: string; end: number } {
  if (line[at] !== '(') refuse('(TYPE) right after the mention', line, BRACKET)
  let type = ''
  for (let i = at + 1; i < line.length; i++) {
    if (line[i] === '\\') type += unescaped(line[++i])
    else if (line[i] !== ')') type += line[i]
    else if (type === '') break
    else if (isPlainType(type)) return { type, end: i }
    else return refuse('a type without white space around it', JSON.stringify(type))
  }
  return refuse('a type and a closing bracket after the mention, as [mention](TYPE)', line)
}

function unescaped(letter: string | undefined): string {
  const character = letter === undefined ? undefined : ESCAPES[letter]
  if (character !== undefined) return character
  return refuse(
    'after a backslash one of \\ [ ] ( ) - n r t | { }',
    letter === undefined ? "the line's end" : JSON.stringify(letter),
    'write \\\\ for a backslash that stands for itself',
  )
}
