/**
 * Units are what the encoder steps over: the tokens themselves, their characters, or pieces of them. Each character is
 * labeled, and a token's tag is decided from all of its characters; of its pieces the first stands for the token.
 */
import { logSumExp } from '../../base/log-sum-exp.js'
import type { PretrainedConfig } from '../../config/schema.js'
import { type Merge, PieceSplitter } from '../../encode/pieces.js'
import type { SentenceInput } from './sentence.js'

export type UnitKind = 'word' | 'character' | 'piece'

/** A sentence's units. */
export interface UnitSequence {
  readonly texts: readonly string[]
  /** Token `t` consists of the units `starts[t] … ends[t] − 1`; a space between tokens belongs to neither. */
  readonly starts: Int32Array
  readonly ends: Int32Array
}

export interface Units {
  readonly kind: UnitKind
  /** Units that stand before and after every sentence, and belong to no token. Absent: none. */
  readonly around?: { readonly before: number; readonly after: number }
  /** @param document what stands around the tokens, for units that take some of it with them */
  split(tokens: readonly string[], document?: SentenceInput['around']): UnitSequence
}

const SPACE = ' '

const WORDS: Units = {
  kind: 'word',
  split: tokens => ({
    texts: tokens,
    starts: Int32Array.from(tokens, (_, t) => t),
    ends: Int32Array.from(tokens, (_, t) => t + 1),
  }),
}

const CHARACTERS: Units = {
  kind: 'character',
  split: tokens => joined(tokens, token => [...token], SPACE),
}

/**
 * @param merges of byte-pair encoding, for pieces
 * @param maskOf the only piece of a token that is masked, such as `<USR>`; `undefined`: the token is split
 */
export function unitsOf(
  kind: UnitKind,
  merges: readonly Merge[] = [],
  maskOf: (token: string) => string | undefined = () => undefined,
): Units {
  switch (kind) {
    case 'word':
      return WORDS
    case 'character':
      return CHARACTERS
    case 'piece': {
      const splitter = new PieceSplitter(merges)
      const known = new Map<string, readonly string[]>()
      const piecesOf = (token: string) => {
        let pieces = known.get(token)
        if (!pieces) {
          if (known.size > TOKENS_KEPT) known.clear()
          const mask = maskOf(token)
          pieces = mask === undefined ? splitter.split(token) : [mask]
          known.set(token, pieces)
        }
        return pieces
      }
      return { kind, split: tokens => joined(tokens, piecesOf) }
    }
  }
}

/** Distinct tokens whose pieces are remembered. */
const TOKENS_KEPT = 100_000

function joined(
  tokens: readonly string[],
  split: (token: string) => readonly string[],
  between?: string,
): UnitSequence {
  const texts: string[] = []
  const starts = new Int32Array(tokens.length)
  const ends = new Int32Array(tokens.length)
  tokens.forEach((token, t) => {
    if (t > 0 && between !== undefined) texts.push(between)
    starts[t] = texts.length
    // An empty token has nothing to split, but it has a label like any other.
    if (token === '') texts.push('')
    else texts.push(...split(token))
    ends[t] = texts.length
  })
  return { texts, starts, ends }
}

/**
 * One tag per unit from one tag per token: a token's characters all have its tag; a space within an entity has the tag of
 * the token after it, any other space has `O`.
 */
export function tagsOfUnits(tags: readonly string[], { texts, starts, ends }: UnitSequence): string[] {
  const result = new Array<string>(texts.length).fill('O')
  tags.forEach((tag, t) => {
    result.fill(tag, starts[t], ends[t])
    if (t > 0 && continues(tags[t - 1], tag)) result.fill(tag, ends[t - 1], starts[t])
  })
  return result
}

function continues(previous: string, tag: string): boolean {
  return /^[IEL]-/.test(tag) && previous.slice(2) === tag.slice(2)
}

/**
 * One row of scores per token from one row of logits per unit: a token of pieces has the logits of its first
 * piece, its last one or their mean, a token of characters the mean of their log probabilities, so that every character counts.
 *
 * @param logits `[units, tags]`
 * @returns `[tokens, tags]`; the same array where units are words
 */
export function tokenScores(
  logits: Float32Array,
  { units, tokens }: { readonly units?: UnitSequence; readonly tokens: number },
  { kind, pooling = 'first' }: { readonly kind: UnitKind; readonly pooling?: PretrainedConfig['pooling'] },
  tags: number,
): Float32Array {
  if (kind === 'word' || !units) return logits
  const { starts, ends } = units
  const scores = new Float32Array(tokens * tags)
  for (let t = 0; t < tokens; t++) {
    if (kind === 'piece' && pooling !== 'mean') {
      const unit = pooling === 'first' ? starts[t] : ends[t] - 1
      scores.set(logits.subarray(unit * tags, (unit + 1) * tags), t * tags)
      continue
    }
    const count = ends[t] - starts[t]
    for (let unit = starts[t]; unit < ends[t]; unit++) {
      const row = logits.subarray(unit * tags, (unit + 1) * tags)
      const total = kind === 'piece' ? 0 : logSumExp(row)
      for (let k = 0; k < tags; k++) scores[t * tags + k] += (row[k] - total) / count
    }
  }
  return scores
}
