import type { TestResults } from './token-tests.js'

/** One token of a pattern, or several in a row. */
export interface PatternItem {
  /** Tests that the token must pass, all of them, by number. */
  readonly tests: readonly number[]
  /** Tests of which the token must fail one; none of them, if empty. */
  readonly not: readonly number[]
  readonly least: number
  /** May be Infinity. */
  readonly most: number
}

/** A state of the pattern: one token, which may be left out, or may be there again. */
interface State {
  readonly tests: readonly number[]
  readonly not: readonly number[]
  readonly isOptional: boolean
  readonly isLoop: boolean
}

const NEVER = -1

/**
 * A sequence of tokens with repetitions, as spaCy's Matcher has them. Finds the longest match from each token in time
 * linear in the sentence: the sentence is read from its end, and each state keeps how far a match from there can reach.
 */
export class TokenPattern {
  /** Steps taken so far: one per token and state. For tests. */
  steps = 0
  private readonly states: readonly State[]
  /** Bits of the tests that some token must pass for there to be a match. */
  private readonly required: Int32Array

  constructor(items: readonly PatternItem[]) {
    this.states = items.flatMap(({ tests, not, least, most }) => {
      const state = (isOptional: boolean, isLoop = false): State => ({ tests, not, isOptional, isLoop })
      const states = Array.from({ length: least }, () => state(false))
      if (most === Number.POSITIVE_INFINITY) return [...states, state(true, true)]
      return [...states, ...Array.from({ length: most - least }, () => state(true))]
    })
    const needed = this.states.flatMap(({ tests, isOptional }) => (isOptional ? [] : tests))
    this.required = new Int32Array((Math.max(-1, ...needed) >> 5) + 1)
    for (const test of needed) this.required[test >> 5] |= 1 << (test & 31)
  }

  /** The number of its states. */
  get size(): number {
    return this.states.length
  }

  /** The same pattern for sentences that are read backwards. */
  reversed(): TokenPattern {
    const pattern = new TokenPattern([])
    Object.assign(pattern, { states: [...this.states].reverse(), required: this.required })
    return pattern
  }

  /**
   * For each token, and the sentence's end: the end of the longest match that begins there, or -1. A match of no tokens
   * ends where it begins.
   *
   * @param mayEnd by place: whether a match may end there; default: anywhere
   * @returns `undefined` where there is no match of at least one token
   */
  longestEnds(results: TestResults, mayEnd?: Uint8Array): Int32Array | undefined {
    if (!this.isPossible(results)) return undefined
    const { states } = this
    const { length } = results
    const ends = new Int32Array(length + 1)
    let later = new Int32Array(states.length + 1).fill(NEVER)
    let own = new Int32Array(states.length + 1)
    let isAny = false
    this.steps += (length + 1) * (states.length + 1)
    for (let at = length; at >= 0; at--) {
      own[states.length] = mayEnd?.[at] === 0 ? NEVER : at
      for (let s = states.length - 1; s >= 0; s--) {
        const state = states[s]
        let end = state.isOptional ? own[s + 1] : NEVER
        const reach = Math.max(later[s + 1], state.isLoop ? later[s] : NEVER)
        if (reach > end && at < length && passes(results, at, state)) end = reach
        own[s] = end
      }
      ends[at] = own[0]
      isAny ||= own[0] > at
      ;[own, later] = [later, own]
    }
    return isAny ? ends : undefined
  }

  private isPossible({ any }: TestResults): boolean {
    return this.required.every((bits, word) => (any[word] & bits) === bits)
  }
}

function passes({ bits, words }: TestResults, at: number, { tests, not }: State): boolean {
  const row = at * words
  for (const test of tests) if ((bits[row + (test >> 5)] & (1 << (test & 31))) === 0) return false
  if (not.length === 0) return true
  for (const test of not) if ((bits[row + (test >> 5)] & (1 << (test & 31))) === 0) return true
  return false
}

/** The same sentence, read backwards. */
export function reversedResults({ length, words, bits, any }: TestResults): TestResults {
  const backwards = new Int32Array(bits.length)
  for (let i = 0; i < length; i++)
    backwards.set(bits.subarray(i * words, (i + 1) * words), (length - 1 - i) * words)
  return { length, words, bits: backwards, any }
}
