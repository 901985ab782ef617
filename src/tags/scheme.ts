import { InputError } from '../base/errors.js'
import { option, type Place } from '../base/fault.js'

/**
 * How entities are written as one tag per token.
 * IOB1 (Ramshaw & Marcus 1995): `I-` everywhere, `B-` only if an entity of the same type ends right before.
 * BIO, also IOB2 (Ratnaparkhi 1998): every entity starts with `B-`. IOBES: single tokens `S-`, last tokens `E-`.
 * BILOU: IOBES with `U-` for `S-` and `L-` for `E-`. BMES: IOBES with `M-` for `I-`, as in Chinese corpora. BMEWO: BMES with
 * `W-` for `S-`, as in LingPipe. IO: `I-` only; it cannot separate neighbors of the same type.
 */
export type Scheme = 'IO' | 'IOB1' | 'BIO' | 'IOBES' | 'BILOU' | 'BMES' | 'BMEWO'

export type Prefix = 'B' | 'I' | 'E' | 'S' | 'L' | 'U' | 'M' | 'W'

/** What a tag does to the entity before it: continues it, or opens a new one. */
type Move = 'inside' | 'start'

export interface SchemeTable {
  readonly prefixes: readonly Prefix[]
  /** Prefixes that may follow `O` or the sentence's start; each opens an entity. */
  readonly opening: readonly Prefix[]
  readonly after: Readonly<Partial<Record<Prefix, AfterPrefix>>>
  /** Prefixes written for an entity of one token, and for the first, middle and last token of a longer one. */
  readonly write: {
    readonly single: Prefix
    readonly first: Prefix
    readonly middle: Prefix
    readonly last: Prefix
    /** Instead of `single` and `first` if an entity of the same type ends right before; absent: cannot be expressed. */
    readonly neighbor?: { readonly single: Prefix; readonly first: Prefix }
  }
}

interface AfterPrefix {
  /** Legal next prefixes of the same type and of another type. */
  readonly same: Readonly<Partial<Record<Prefix, Move>>>
  readonly other: Readonly<Partial<Record<Prefix, Move>>>
  /** Whether an entity may end here: `O`, the sentence's end or a new entity may follow. */
  readonly last: boolean
}

const iob1After: AfterPrefix = { same: { I: 'inside', B: 'start' }, other: { I: 'start' }, last: true }
const bioAfter: AfterPrefix = { same: { I: 'inside', B: 'start' }, other: { B: 'start' }, last: true }

/** IOBES, BILOU, BMES and BMEWO differ in letters only. */
function singleLastTable(single: 'S' | 'U' | 'W', middle: 'I' | 'M', last: 'E' | 'L'): SchemeTable {
  const open: AfterPrefix = { same: { [middle]: 'inside', [last]: 'inside' }, other: {}, last: false }
  const closed: AfterPrefix = {
    same: { B: 'start', [single]: 'start' },
    other: { B: 'start', [single]: 'start' },
    last: true,
  }
  const letters = { single, first: 'B', middle, last } as const
  return {
    prefixes: ['B', middle, last, single],
    opening: ['B', single],
    after: { B: open, [middle]: open, [last]: closed, [single]: closed },
    write: { ...letters, neighbor: { single, first: 'B' } },
  }
}

/** Every scheme as a table; the functions of this folder read these and know no scheme by name. */
export const SCHEMES: Readonly<Record<Scheme, SchemeTable>> = {
  IO: {
    prefixes: ['I'],
    opening: ['I'],
    after: { I: { same: { I: 'inside' }, other: { I: 'start' }, last: true } },
    write: { single: 'I', first: 'I', middle: 'I', last: 'I' },
  },
  IOB1: {
    prefixes: ['B', 'I'],
    opening: ['I'],
    after: { B: iob1After, I: iob1After },
    write: {
      single: 'I',
      first: 'I',
      middle: 'I',
      last: 'I',
      neighbor: { single: 'B', first: 'B' },
    },
  },
  BIO: {
    prefixes: ['B', 'I'],
    opening: ['B'],
    after: { B: bioAfter, I: bioAfter },
    write: {
      single: 'B',
      first: 'B',
      middle: 'I',
      last: 'I',
      neighbor: { single: 'B', first: 'B' },
    },
  },
  IOBES: singleLastTable('S', 'I', 'E'),
  BILOU: singleLastTable('U', 'I', 'L'),
  BMES: singleLastTable('S', 'M', 'E'),
  BMEWO: singleLastTable('W', 'M', 'E'),
}

export const SCHEME_NAMES = Object.keys(SCHEMES) as readonly Scheme[]

/** Whether a scheme marks single and last tokens, so that neighbors of one type are always apart. */
export function marksLast(scheme: Scheme): boolean {
  return SCHEMES[scheme].write.last !== 'I'
}

/** A parsed tag; `O` has an empty type. */
export interface Tag {
  readonly prefix: Prefix | 'O'
  readonly type: string
}

/** Bad tags: `tags/malformed`, `tags/ill-formed`, `tags/inexpressible`, `tags/spans`, `tags/scheme`. */
export class TagError extends InputError {
  override readonly name = 'TagError'
}

/** What a tag looks like, for messages. */
export const TAG_FORM = 'O, or one of B I E S L U M W, a hyphen and a type (B-PER)'

const OUTSIDE: Tag = Object.freeze({ prefix: 'O', type: '' })
const PREFIXES = 'BIESLUMW'
const CACHE_LIMIT = 20_000
const cache = new Map<string, Tag>()

/**
 * Splits a tag at its first hyphen, so that types may contain hyphens.
 * @throws TagError `tags/malformed` unless it is `O`, or one of `B I E S L U M W`, a hyphen and a type
 *
 * @example
 * parseTag('B-creative-work') // { prefix: 'B', type: 'creative-work' }
 */
export function parseTag(tag: string): Tag {
  if (tag === 'O') return OUTSIDE
  const known = cache.get(tag)
  if (known) return known
  if (!isTag(tag))
    throw new TagError('tags/malformed', {
      where: 'tag',
      expected: TAG_FORM,
      got: tag === '' ? 'an empty tag' : JSON.stringify(tag),
      remedy: 'check which column has the tags, or rename the tag, for example to B-PER',
    })
  const parsed = Object.freeze({ prefix: tag[0] as Prefix, type: tag.slice(2) })
  if (cache.size >= CACHE_LIMIT) cache.clear()
  cache.set(tag, parsed)
  return parsed
}

/** Whether `parseTag` accepts it. */
export function isTag(tag: string): boolean {
  return tag === 'O' || (tag.length > 2 && tag[1] === '-' && PREFIXES.includes(tag[0]))
}

/** Whether it is a tag of a type without white space around it. */
export function isPlainTag(tag: string): boolean {
  return isTag(tag) && isPlainType(tag.slice(2))
}

/** Whether a type has no white space around it: `PER ` would be another type than `PER`. */
export function isPlainType(type: string): boolean {
  return type.trim() === type
}

/**
 * A scheme by its name in any case, or by one of the synonyms IOB, IOB2, BIOES, BILUO and BMESO.
 * @param where the place that a message names
 * @throws TagError `tags/scheme`
 */
export function parseScheme(name: string, where: Place = option('scheme')): Scheme {
  const upper = name.toUpperCase()
  const synonyms: Record<string, Scheme> = {
    IOB: 'IOB1',
    IOB2: 'BIO',
    BIOES: 'IOBES',
    BILUO: 'BILOU',
    BMESO: 'BMES',
  }
  const scheme = synonyms[upper] ?? SCHEME_NAMES.find(known => known === upper)
  if (scheme) return scheme
  throw new TagError('tags/scheme', {
    where,
    expected: `one of ${SCHEME_NAMES.join(', ')}`,
    got: JSON.stringify(name),
  })
}
