/** Where two texts differ, for a message. */
import { InputError } from '../base/errors.js'
import type { FilePlace } from '../base/fault.js'
import { lineOf } from '../corpus/sentence.js'
import { splitsPair } from '../corpus/text-tokens.js'
import type { PlacedText, TextReader } from './text-reader.js'

const SHOWN = 30
/** A record is missed only if so much of its text is found. */
const FOUND = 12

/** The error for the first character that two sentences do not share, with what may be the reason. @param from its place */
export async function textDifference(
  left: TextReader,
  own: PlacedText,
  right: TextReader,
  other: PlacedText,
  from: number,
): Promise<InputError> {
  const [a, b] = [new View(own), new View(other)]
  // Not between the halves of a character.
  const isInside = splitsPair(own.text, from - own.start) && splitsPair(other.text, from - other.start)
  const place = isInside ? from - 1 : from
  const reason = knownReason(a.rest(place), b.rest(place)) ?? (await missingRecord(left, a, right, b, place))
  return new InputError('score/text', {
    where: placeOf(right.path, other, place),
    expected: `${a.character(place)}${a.before(place)}, as in ${a.excerpt(place)} at ${left.path}:${a.line(place)}`,
    got: `${b.character(place)} in ${b.excerpt(place)}`,
    remedy: reason ?? 'both files must label the same text; only white space may differ',
  })
}

/** The error for a text that goes on after the other one has ended. @param from where it has ended */
export function textEnds({
  longer,
  at,
  shorter,
  from,
}: {
  readonly longer: TextReader
  readonly at: PlacedText
  readonly shorter: TextReader
  readonly from: number
}): InputError {
  const { last } = shorter
  const place = Math.max(from, at.start)
  const view = new View(at)
  return new InputError('score/lengths', {
    where: last ? placeOf(shorter.path, last, Math.max(last.start, last.end - 1)) : { file: shorter.path },
    expected: `${view.excerpt(place)} to follow, as at ${longer.path}:${view.line(place)}`,
    got: 'the end of the file',
    remedy: 'score label files of the same text',
  })
}

function placeOf(file: string, placed: PlacedText, place: number): FilePlace {
  const { sentence, number } = placed
  const { document, documentName } = sentence
  const unit = sentence.text === undefined ? 'sentence' : 'record'
  const name = documentName ?? (document === undefined ? undefined : document + 1)
  const inDocument = name === undefined ? '' : ` of document ${JSON.stringify(name)}`
  return { file, line: new View(placed).line(place), field: `${unit} ${number}${inDocument}` }
}

/** A sentence as messages show it. Places are those of the whole file. */
class View {
  constructor(readonly placed: PlacedText) {}

  /** The visible characters from a place on. */
  rest(place: number): string {
    return this.placed.text.slice(place - this.placed.start)
  }

  line(place: number): number {
    return lineOf(this.placed.sentence, this.token(place))
  }

  /** The character, with its number unless it is a plain one. */
  character(place: number): string {
    const [character = ''] = this.rest(place)
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return /^[ -~]$/.test(character) ? JSON.stringify(character) : `${JSON.stringify(character)} (U+${code})`
  }

  /** The tokens from the one at a place on. */
  excerpt(place: number): string {
    const { tokens } = this.placed.sentence
    const text = tokens.slice(this.token(place), this.token(place) + SHOWN).join(' ')
    return JSON.stringify(text.length > SHOWN ? `${[...text.slice(0, SHOWN)].join('')}…` : text)
  }

  /** What is before a place, in words. */
  before(place: number): string {
    const { tokens, text, start, sentence } = this.placed
    const token = this.token(place)
    const own = text.slice(tokens[token]?.start ?? 0, place - start)
    const all = [...sentence.tokens.slice(Math.max(0, token - SHOWN), token), own].join(' ').trimEnd()
    if (all === '') return ''
    return ` after ${JSON.stringify(all.length > SHOWN ? `…${all.slice(-SHOWN)}` : all)}`
  }

  private token(place: number): number {
    const { tokens, start } = this.placed
    const token = tokens.findIndex(({ end }) => end > place - start)
    return token < 0 ? Math.max(0, tokens.length - 1) : token
  }
}

/** What makes two texts differ though they mean the same, if it can be told from how they go on. */
function knownReason(a: string, b: string): string | undefined {
  const length = Math.min(a.length, b.length, SHOWN)
  const alike = (change: (text: string) => string) => {
    const [x, y] = [change(a), change(b)]
    const shared = Math.min(length, x.length, y.length)
    return shared > 0 && x.slice(0, shared) === y.slice(0, shared)
  }
  if (alike(text => text.toLowerCase()))
    return 'the letters differ in case: label text that is written in the same way'
  if (alike(text => text.normalize('NFC')))
    return 'one text has its accents as characters of their own: write both in the same Unicode normalization, such as NFC'
  if (alike(withPlainBrackets))
    return 'one text has brackets or quotes as in the Penn Treebank (-LRB-, ``): write both in the same way'
  return undefined
}

const TREEBANK: Readonly<Record<string, string>> = {
  ...{ '-LRB-': '(', '-RRB-': ')', '-LSB-': '[', '-RSB-': ']', '-LCB-': '{', '-RCB-': '}' },
  ...{ '``': '"', "''": '"' },
}

function withPlainBrackets(text: string): string {
  return text.replace(/-[LR][RSC]B-|``|''/g, escaped => TREEBANK[escaped] ?? escaped)
}

/** Whether the text of one side goes on as the other's next sentence does. */
async function missingRecord(
  left: TextReader,
  a: View,
  right: TextReader,
  b: View,
  place: number,
): Promise<string | undefined> {
  const [nextGold, nextPredicted] = [await left.next(), await right.next()]
  for (const [next, view, longer, shorter] of [
    [nextGold, b, left, right],
    [nextPredicted, a, right, left],
  ] as const) {
    const start = next?.text.slice(0, SHOWN) ?? ''
    const rest = view.rest(Math.max(view.placed.start, place - 1))
    if (next && start.length >= FOUND && [view.placed.text, rest].some(text => text.startsWith(start)))
      return `something seems to be missing in ${shorter.path}: it goes on as ${longer.path}:${new View(next).line(next.start)} does`
  }
  return undefined
}
