/**
 * Regular expressions that take time linear in the text, whatever they and the text are. Backtracking takes more: even
 * `\d+x` takes quadratic time on digits alone, since each digit begins an attempt.
 *
 * The text is read twice. From its end to its beginning, it is noted for each place from which states of the pattern's
 * automaton the rest of a match lies ahead; sets of states are remembered, as a deterministic automaton made on demand
 * (Thompson 1968). Then a match begins at the first place where the pattern's start is among them, and follows, state by
 * state, what the pattern prefers and is known to end. No step is ever taken back.
 */
import type { TextRange } from '../../text/token.js'
import { Alphabet, EDGE } from './alphabet.js'
import { Characters } from './characters.js'
import { type PatternText, parsePattern, refuse } from './parse-pattern.js'
import {
  ACCEPT,
  CONSUME,
  compileProgram,
  isNullable,
  LOOK,
  type Program,
  passes,
  SPLIT,
  setsIn,
} from './program.js'
import { meets, type Requirements, requirementsOf } from './requirements.js'

/** Sets of states that are remembered between texts. */
const SETS_KEPT = 4096

/**
 * A compiled pattern. It finds what JavaScript's engine finds with the flags `gu`, or `giu`.
 *
 * @example
 * const pattern = new LinearPattern({ source: '\\b[A-Z]{2}-\\d+', ignoreCase: false, where: 'rules.yaml' })
 * pattern.findAll(new Characters('see AB-17')) // [{ start: 4, end: 9 }]
 */
export class LinearPattern {
  /** Steps taken so far, each of which takes no longer than the pattern has states. For tests. */
  steps = 0
  private readonly requirements: Requirements
  private readonly alphabet: Alphabet
  private readonly program: Program
  /** Before each state, those that lead to it without a character. */
  private readonly sources: readonly (readonly number[])[]
  private readonly consuming: readonly number[]
  /** By class: what the pattern's tests can know of the character before a place; equal for most. */
  private readonly behind: Int32Array
  private readonly behinds: number
  /** By set of states: the states that it has; each leads to the end of a match from some place. */
  private sets: Uint8Array[] = []
  private numbers = new Map<string, number>()
  /** By set: whether a match begins there. */
  private isStart = new Uint8Array(0)
  /** By set, then by what is on both sides of a place: the set at that place, if this one is next; -1 where not known. */
  private earlier = new Int32Array(0)
  private readonly columns: number
  /** By state: the place at which it was last looked at while a match is followed. */
  private readonly seen: Int32Array

  /** @throws InputError `rules/pattern` for what is no pattern, may match nothing or is too large */
  constructor(pattern: PatternText) {
    const root = parsePattern(pattern)
    if (isNullable(root))
      throw refuse(pattern, 'a pattern that matches at least one character', 'one that may match nothing')
    this.requirements = requirementsOf(root, pattern.ignoreCase)
    this.alphabet = new Alphabet(setsIn(root), pattern.ignoreCase)
    this.program = compileProgram(root, pattern, this.alphabet)
    const { kinds, next, other } = this.program
    const sources: number[][] = kinds.map(() => [])
    kinds.forEach((kind, state) => {
      if (kind === SPLIT || kind === LOOK) sources[next[state]].push(state)
      if (kind === SPLIT) sources[other[state]].push(state)
    })
    this.sources = sources
    this.consuming = kinds.flatMap((kind, state) => (kind === CONSUME ? [state] : []))
    this.behind = this.behindKinds()
    this.behinds = Math.max(...this.behind) + 1
    this.columns = this.alphabet.size * this.behinds
    this.seen = new Int32Array(kinds.length)
    this.forget()
  }

  /** The number of its states. */
  get size(): number {
    return this.program.kinds.length
  }

  /** All matches from left to right, without overlaps, in UTF-16 code units. */
  findAll(text: Characters): TextRange[] {
    const { codes } = text
    const sets = this.readBackwards(text)
    if (sets === undefined) return []
    const found: TextRange[] = []
    this.seen.fill(-1)
    for (let at = 0; at <= codes.length; at++) {
      if (this.isStart[sets[at]] === 0) continue
      const end = this.follow(codes, sets, at)
      found.push({ start: text.unitAt(at), end: text.unitAt(end) })
      at = end - 1
    }
    return found
  }

  /** Whether there is a match. */
  test(text: string): boolean {
    return this.readBackwards(new Characters(text)) !== undefined
  }

  /** By place: the states from which a match ends further on. `undefined` where no match begins anywhere. */
  private readBackwards(text: Characters): Int32Array | undefined {
    if (!meets(text, this.requirements)) return undefined
    const { codes } = text
    if (this.sets.length > SETS_KEPT) this.forget()
    const { alphabet, behind, behinds, columns } = this
    let { earlier, isStart } = this
    const found = new Int32Array(codes.length + 1)
    let isAny = 0
    let set = 0
    let following = EDGE
    this.steps += codes.length + 1
    for (let at = codes.length; at >= 0; at--) {
      const previous = at === 0 ? EDGE : alphabet.classOf(codes[at - 1])
      let known = earlier[set * columns + following * behinds + behind[previous]]
      if (known < 0) {
        known = this.makeSet(set, following, previous)
        ;({ earlier, isStart } = this)
      }
      found[at] = set = known
      isAny |= isStart[set]
      following = previous
    }
    return isAny === 1 ? found : undefined
  }

  private makeSet(later: number, following: number, previous: number): number {
    const { kinds, next, takes, tests, start } = this.program
    const after = this.sets[later]
    const has = new Uint8Array(kinds.length)
    const members: number[] = []
    const add = (state: number) => {
      if (has[state] === 1) return
      has[state] = 1
      members.push(state)
    }
    // The end of a match is the first state that was made.
    add(0)
    for (const state of this.consuming)
      if (after[next[state]] === 1 && takes[state]?.[following] === 1) add(state)
    for (let i = 0; i < members.length; i++)
      for (const source of this.sources[members[i]]) {
        const test = tests[source]
        if (test === undefined || passes(test, previous, following)) add(source)
      }
    const key = members.sort((a, b) => a - b).join()
    let number = this.numbers.get(key)
    if (number === undefined) {
      number = this.addSet(has)
      this.numbers.set(key, number)
      this.isStart[number] = has[start]
    }
    this.earlier[later * this.columns + following * this.behinds + this.behind[previous]] = number
    return number
  }

  private addSet(has: Uint8Array): number {
    const number = this.sets.push(has) - 1
    if (number === this.isStart.length) {
      const isStart = new Uint8Array(2 * number + 4)
      isStart.set(this.isStart)
      const earlier = new Int32Array(isStart.length * this.columns).fill(-1)
      earlier.set(this.earlier)
      Object.assign(this, { isStart, earlier })
    }
    return number
  }

  /** @returns the end of the match that begins at a place */
  private follow(codes: Int32Array, sets: Int32Array, from: number): number {
    const { kinds, next } = this.program
    let state = this.program.start
    for (let at = from; ; at++) {
      const leaf = this.preferred(state, codes, sets, at)
      if (kinds[leaf] === ACCEPT) return at
      state = next[leaf]
    }
  }

  /** The state that the pattern prefers at a place, of those that take a character or end the match. */
  private preferred(from: number, codes: Int32Array, sets: Int32Array, at: number): number {
    const { kinds, next, other, tests } = this.program
    const has = this.sets[sets[at]]
    const waiting = [from]
    for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
      if (has[state] === 0 || this.seen[state] === at) continue
      this.steps++
      this.seen[state] = at
      if (kinds[state] === CONSUME || kinds[state] === ACCEPT) return state
      const test = tests[state]
      if (test && !this.passesAt(test, codes, at)) continue
      if (other[state] >= 0) waiting.push(other[state])
      waiting.push(next[state])
    }
    throw new Error('a match that is known to end has no next state')
  }

  private passesAt(test: Parameters<typeof passes>[0], codes: Int32Array, at: number): boolean {
    const classAt = (index: number) =>
      index < 0 || index >= codes.length ? EDGE : this.alphabet.classOf(codes[index])
    return passes(test, classAt(at - 1), classAt(at))
  }

  private behindKinds(): Int32Array {
    const tests = this.program.tests.flatMap(test => (test?.before ? [test.before] : []))
    const known = new Map<string, number>()
    return Int32Array.from({ length: this.alphabet.size }, (_, own) => {
      const key = tests.map(before => before[own]).join('')
      let number = known.get(key)
      if (number === undefined) known.set(key, (number = known.size))
      return number
    })
  }

  /** Starts anew with the set of no states, which is what is after the end of a text. */
  private forget(): void {
    Object.assign(this, {
      sets: [],
      numbers: new Map(),
      isStart: new Uint8Array(0),
      earlier: new Int32Array(0),
    })
    this.addSet(new Uint8Array(this.program.kinds.length))
  }
}
