import { bounded } from './bounded-regexp.js'
import { type Finder, type FoundRange, withoutOverlaps } from './finder.js'

/** A pattern of text. */
export interface TextPattern {
  readonly type: string
  /** The source of a regular expression, without quantifiers that have no upper bound. */
  readonly pattern: string
  readonly score: number
  /** Default: `iu`. */
  readonly flags?: string
  /** What must hold before and after a match, instead of that no word or number goes on there. */
  readonly before?: string
  readonly after?: string
  /** Whether what matched is one. */
  readonly check?: (match: RegExpExecArray, text: string) => boolean
}

/** What may not be before and after a match: the same word or number. */
const BEFORE = '(?<![\\p{L}\\p{N}_]|\\p{N}[.,:/-]|[$€£¥₹])'
const AFTER = '(?![\\p{L}\\p{N}_]|[.,:]\\p{N})'

/**
 * Finds patterns. Every quantifier in one has an upper bound, so that an attempt to match has a bounded length, and the time
 * is linear in the text. Of matches that overlap, the higher score counts, then the longer one.
 */
export function patternFinder(patterns: readonly TextPattern[]): Finder {
  let compiled: readonly CompiledPattern[] | undefined
  return {
    types: [...new Set(patterns.map(({ type }) => type))],
    find: text => {
      // Compiled when they are used: most programs that load this use none.
      compiled ??= patterns.map(compile)
      const found: FoundRange[] = []
      for (const { regExp, type, score, check } of compiled)
        for (const match of text.matchAll(regExp))
          if (check === undefined || check(match, text))
            found.push({ start: match.index, end: match.index + match[0].length, type, score })
      return withoutOverlaps(found)
    },
  }
}

interface CompiledPattern extends TextPattern {
  readonly regExp: RegExp
}

function compile(own: TextPattern): CompiledPattern {
  const source = `${own.before ?? BEFORE}(?:${own.pattern})${own.after ?? AFTER}`
  return { ...own, regExp: bounded(new RegExp(source, `g${own.flags ?? 'iu'}`)) }
}

/** Alternatives, the longest first, so that none hides a longer one. */
export function oneOf(words: string): string {
  return `(?:${words
    .split(/\s+/)
    .sort((a, b) => b.length - a.length)
    .join('|')})`
}
