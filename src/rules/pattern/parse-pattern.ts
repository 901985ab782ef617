/** The structure of a regular expression. What a class matches is left to the engine, see `character-set.ts`. */
import { InputError } from '../../base/errors.js'
import type { Fault, Place } from '../../base/fault.js'

/** What must stand beside a place for it to be one: a character of a set, or the text's edge. */
export interface Neighbor {
  /** As they are written: `\d`, `[a-z]`, `x`. */
  readonly sets: readonly string[]
  readonly edge: boolean
  readonly negated: boolean
}

export type PatternNode =
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'look'; readonly side: 'before' | 'after'; readonly neighbor: Neighbor }
  | { readonly kind: 'boundary'; readonly negated: boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | {
      readonly kind: 'repeat'
      readonly body: PatternNode
      readonly least: number
      /** May be Infinity. */
      readonly most: number
      readonly isLazy: boolean
    }

export interface PatternText {
  readonly source: string
  readonly ignoreCase: boolean
  /** Where the pattern stands, for messages. */
  readonly where: Place
}

/** Characters of a pattern. */
const MOST_CHARACTERS = 10_000
/** Groups within one another. */
const MOST_DEPTH = 100

/**
 * Reads a pattern in the syntax of JavaScript's regular expressions with the flag `u`.
 *
 * @throws InputError `rules/pattern` for what is none, for back references, and for lookarounds of more than one character:
 *   what cannot be matched in linear time
 */
export function parsePattern(pattern: PatternText): PatternNode {
  const { source, ignoreCase } = pattern
  if (source.length > MOST_CHARACTERS)
    throw refuse(pattern, `a pattern of at most ${MOST_CHARACTERS} characters`, `${source.length}`)
  try {
    new RegExp(source, ignoreCase ? 'iu' : 'u')
  } catch (error) {
    // A pattern that is too deep for the engine is a RangeError or an InternalError in some of them.
    const reason = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error)
    throw refuse(pattern, 'a regular expression of JavaScript', reason)
  }
  return new Parser(pattern).whole()
}

export function refuse(
  { where, source }: Pick<PatternText, 'where' | 'source'>,
  expected: string,
  got: string,
  remedy?: string,
): InputError {
  const shown = source.length > 60 ? `${source.slice(0, 59)}…` : source
  const fault: Fault = { where, expected, got: `${got} in ${shown}`, ...(remedy !== undefined && { remedy }) }
  return new InputError('rules/pattern', fault)
}

const EMPTY: PatternNode = { kind: 'sequence', parts: [] }

/** The engine has accepted the pattern: what is left is to see how it is put together. */
class Parser {
  private at = 0
  private depth = 0
  private readonly source: string

  constructor(private readonly pattern: PatternText) {
    this.source = pattern.source
  }

  whole(): PatternNode {
    return this.choice()
  }

  private choice(): PatternNode {
    if (++this.depth > MOST_DEPTH)
      throw refuse(this.pattern, `at most ${MOST_DEPTH} groups within one another`, 'more')
    const options = [this.sequence()]
    while (this.source[this.at] === '|') {
      this.at++
      options.push(this.sequence())
    }
    this.depth--
    return options.length === 1 ? options[0] : { kind: 'choice', options }
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = []
    while (this.at < this.source.length && !'|)'.includes(this.source[this.at]))
      parts.push(this.repeated(this.atom()))
    return parts.length === 1 ? parts[0] : { kind: 'sequence', parts }
  }

  private repeated(body: PatternNode): PatternNode {
    const found = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\?)?/.exec(this.source.slice(this.at, this.at + 40))
    if (!found) return body
    this.at += found[0].length
    const [, sign, low, comma, high, lazy] = found
    const isLazy = lazy !== undefined
    if (sign !== undefined)
      return { kind: 'repeat', body, least: sign === '+' ? 1 : 0, most: sign === '?' ? 1 : Infinity, isLazy }
    const least = Number(low)
    const most = comma === undefined ? least : high === '' ? Infinity : Number(high)
    return most === 0 ? EMPTY : { kind: 'repeat', body, least, most, isLazy }
  }

  private atom(): PatternNode {
    const { source, at } = this
    switch (source[at]) {
      case '(':
        return this.group()
      case '[': {
        let end = at + 1
        while (source[end] !== ']') end += source[end] === '\\' ? 2 : 1
        return this.set(end + 1)
      }
      case '^':
        this.at++
        return { kind: 'look', side: 'before', neighbor: { sets: [], edge: true, negated: false } }
      case '$':
        this.at++
        return { kind: 'look', side: 'after', neighbor: { sets: [], edge: true, negated: false } }
      case '\\':
        return this.escape()
      default:
        return this.set(at + String.fromCodePoint(source.codePointAt(at) ?? 0).length)
    }
  }

  private group(): PatternNode {
    const opening = /^\((?:\?(?::|<?[=!]|<[^>]*>))?/u.exec(this.source.slice(this.at))?.[0] ?? '('
    if (opening === '(' && this.source[this.at + 1] === '?')
      throw refuse(this.pattern, 'groups without modifiers', this.source.slice(this.at, this.at + 4))
    this.at += opening.length
    const body = this.choice()
    this.at++
    const look = /^\(\?(<?)([=!])$/.exec(opening)
    if (!look) return body
    const side = look[1] === '<' ? 'before' : 'after'
    const neighbor = neighborOf(body, side)
    if (neighbor) return { kind: 'look', side, neighbor: { ...neighbor, negated: look[2] === '!' } }
    throw refuse(
      this.pattern,
      'lookarounds of one character, such as (?<!\\d) or (?=\\s|$)',
      'a longer one',
      'use a rule of tokens, with before or after',
    )
  }

  private escape(): PatternNode {
    const rest = this.source.slice(this.at, this.at + 200)
    const next = rest[1]
    if (next === 'b' || next === 'B') {
      this.at += 2
      return { kind: 'boundary', negated: next === 'B' }
    }
    if (/[1-9k]/.test(next))
      throw refuse(this.pattern, 'a pattern that can be matched in linear time', 'a back reference')
    const found =
      /^\\(?:u\{[\da-fA-F]+\}|u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|c[a-zA-Z]|[pP]\{[^}]*\}|[\s\S])/.exec(
        rest,
      )
    return this.set(this.at + (found?.[0].length ?? 2))
  }

  private set(end: number): PatternNode {
    const source = this.source.slice(this.at, end)
    this.at = end
    return { kind: 'set', source }
  }
}

/** A lookaround's content as a test of one neighbor; `undefined` where it is more. */
function neighborOf(body: PatternNode, side: 'before' | 'after'): Omit<Neighbor, 'negated'> | undefined {
  if (body.kind === 'set') return { sets: [body.source], edge: false }
  if (body.kind === 'look' && body.side === side && body.neighbor.sets.length === 0)
    return { sets: [], edge: true }
  if (body.kind !== 'choice') return undefined
  const options = body.options.map(each => neighborOf(each, side))
  if (!options.every(each => each !== undefined)) return undefined
  return { sets: options.flatMap(({ sets }) => sets), edge: options.some(({ edge }) => edge) }
}
