import type { Alphabet } from './alphabet.js'
import { type PatternNode, type PatternText, refuse } from './parse-pattern.js'

export const CONSUME = 0
export const SPLIT = 1
export const LOOK = 2
export const ACCEPT = 3

/** Whether a place between two characters, of these classes, is one where a pattern may go on. */
export interface Test {
  /** By class of the character before. */
  readonly before?: Uint8Array
  /** By class of the character after. */
  readonly after?: Uint8Array
  /** Whether the two must differ or agree in being characters of words, which `before` and `after` say. */
  readonly boundary?: 'at' | 'off'
}

/** A pattern as states of a nondeterministic automaton (Thompson 1968). The first of two successors is preferred. */
export interface Program {
  readonly start: number
  readonly kinds: readonly number[]
  readonly next: readonly number[]
  /** The other successor of `SPLIT`, -1 for others. */
  readonly other: readonly number[]
  /** Classes that a state of `CONSUME` takes. */
  readonly takes: readonly (Uint8Array | undefined)[]
  readonly tests: readonly (Test | undefined)[]
}

/** States of a pattern: each takes time at every character, in the worst case. */
const MOST_STATES = 2000
const WORD = '\\w'

/** The sets that a pattern names. */
export function setsIn(node: PatternNode): string[] {
  switch (node.kind) {
    case 'set':
      return [node.source]
    case 'look':
      return [...node.neighbor.sets]
    case 'boundary':
      return [WORD]
    case 'sequence':
      return node.parts.flatMap(setsIn)
    case 'choice':
      return node.options.flatMap(setsIn)
    case 'repeat':
      return setsIn(node.body)
  }
}

type Repeat = Extract<PatternNode, { kind: 'repeat' }>

/** Whether a pattern may match nothing. */
export function isNullable(node: PatternNode): boolean {
  switch (node.kind) {
    case 'set':
      return false
    case 'look':
    case 'boundary':
      return true
    case 'sequence':
      return node.parts.every(isNullable)
    case 'choice':
      return node.options.some(isNullable)
    case 'repeat':
      return node.least === 0 || isNullable(node.body)
  }
}

/** @throws InputError `rules/pattern` for a pattern with too many states */
export function compileProgram(root: PatternNode, pattern: PatternText, alphabet: Alphabet): Program {
  const kinds: number[] = []
  const next: number[] = []
  const other: number[] = []
  const takes: (Uint8Array | undefined)[] = []
  const tests: (Test | undefined)[] = []
  const add = (kind: number, after: number, own?: { takes?: Uint8Array; test?: Test; other?: number }) => {
    if (kinds.length === MOST_STATES)
      throw refuse(
        pattern,
        `a pattern of at most ${MOST_STATES} characters with its repetitions written out`,
        'a larger one',
        'repeat less often',
      )
    kinds.push(kind)
    next.push(after)
    other.push(own?.other ?? -1)
    takes.push(own?.takes)
    tests.push(own?.test)
    return kinds.length - 1
  }
  // Built from its end: each part is given the state after it.
  const build = (node: PatternNode, after: number): number => {
    switch (node.kind) {
      case 'set':
        return add(CONSUME, after, { takes: alphabet.setOf(node.source) })
      case 'look':
      case 'boundary':
        return add(LOOK, after, { test: testOf(node, alphabet) })
      case 'sequence':
        return node.parts.reduceRight((then, part) => build(part, then), after)
      case 'choice':
        return node.options
          .map(option => build(option, after))
          .reduceRight((then, option) => add(SPLIT, option, { other: then }))
      case 'repeat':
        return buildRepeat(node, after)
    }
  }
  const split = (body: number, skip: number, isLazy: boolean) =>
    isLazy ? add(SPLIT, skip, { other: body }) : add(SPLIT, body, { other: skip })
  /** An iteration that need not be: in JavaScript, it does not count if it matches nothing. */
  const iteration = (body: PatternNode, after: number) =>
    isNullable(body) ? buildSome(body, dead(), after) : build(body, after)
  const buildRepeat = ({ body, least, most, isLazy }: Repeat, after: number): number => {
    let first = after
    if (most === Number.POSITIVE_INFINITY) {
      first = split(after, after, isLazy)
      const inside = iteration(body, first)
      if (isLazy) other[first] = inside
      else next[first] = inside
    } else for (let i = least; i < most; i++) first = split(iteration(body, first), after, isLazy)
    for (let i = 0; i < least; i++) first = build(body, first)
    return first
  }
  const dead = () => add(CONSUME, accept, { takes: new Uint8Array(alphabet.size) })
  /** As `build`, with another state after what matched nothing. */
  const buildSome = (node: PatternNode, afterNothing: number, after: number): number => {
    switch (node.kind) {
      case 'set':
        return build(node, after)
      case 'look':
      case 'boundary':
        return build(node, afterNothing)
      case 'sequence': {
        let [nothing, some] = [afterNothing, after]
        for (const part of [...node.parts].reverse()) {
          nothing = buildSome(part, nothing, some)
          some = build(part, some)
        }
        return nothing
      }
      case 'choice':
        return node.options
          .map(option => buildSome(option, afterNothing, after))
          .reduceRight((then, option) => add(SPLIT, option, { other: then }))
      case 'repeat': {
        const { body, least, most, isLazy } = node
        const once = (rest: PatternNode): PatternNode => ({ kind: 'sequence', parts: [body, rest] })
        if (least > 0)
          return buildSome(once({ ...node, least: least - 1, most: most - 1 }), afterNothing, after)
        if (most === 0) return afterNothing
        const rest = build({ ...node, most: most - 1 }, after)
        return split(buildSome(body, dead(), rest), afterNothing, isLazy)
      }
    }
  }
  const accept = add(ACCEPT, -1)
  return { start: build(root, accept), kinds, next, other, takes, tests }
}

function testOf(node: Extract<PatternNode, { kind: 'look' | 'boundary' }>, alphabet: Alphabet): Test {
  if (node.kind === 'boundary') {
    const word = alphabet.setOf(WORD)
    return { before: word, after: word, boundary: node.negated ? 'off' : 'at' }
  }
  const { sets, edge, negated } = node.neighbor
  const passes = Uint8Array.from({ length: alphabet.size }, (_, own) => {
    const has = own === 0 ? edge : sets.some(source => alphabet.setOf(source)[own] === 1)
    return has === negated ? 0 : 1
  })
  return node.side === 'before' ? { before: passes } : { after: passes }
}

export function passes({ before, after, boundary }: Test, previous: number, following: number): boolean {
  if (boundary !== undefined) return (before?.[previous] !== after?.[following]) === (boundary === 'at')
  return before?.[previous] !== 0 && after?.[following] !== 0
}
