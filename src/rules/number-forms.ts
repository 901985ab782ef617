import { bounded } from './bounded-regexp.js'
import type { Finder, FoundRange } from './finder.js'

/** One way in which a number or code is written. */
export interface NumberForm {
  readonly type: string
  /** The source of a regular expression without anchors, groups with names, or quantifiers without an upper bound. */
  readonly pattern: string
  /** Whether what matched is one, by its check digits; it gets the match without separators, in capitals. */
  readonly check: (code: string) => boolean
  /** How sure a match that passes is by itself; 0 if it is one only near one of `words`. */
  readonly score: number
  /** Words near it that make it sure: alternatives of a regular expression. */
  readonly words?: string
  /** What is stripped before `check`. Default: everything but letters and digits. */
  readonly strip?: RegExp
}

/** What numbers and codes are written with besides letters and digits. */
export const SEPARATORS = /[^\p{L}\p{N}]/gu

/** Where a number or a code may begin: up to six letters, in two groups at most, before the first digit. */
const STARTS = /(?<![\p{L}\p{N}_])(?<!\d[-.,]|\p{L}[-_])(?=[A-Za-z]{0,6}(?: [A-Za-z]{1,3})?[ -]?\d)/gu
/** What may not follow: more of the same word or number. */
const AFTER = '(?![\\p{L}\\p{N}_]|[-.,][\\p{N}])'
/** How far before and after a number a word about it may be, in UTF-16 units. */
const BEFORE = 48
const BEHIND = 24
/** The score of a number near a word about it. */
const NEAR_WORD = 0.95

/**
 * Finds numbers and codes with a fixed form. At each place where one may begin, every form is tried once; forms are
 * bounded, so that the time is linear in the text. Of two forms that fit at one place, the higher score counts, then the
 * longer one, then the first.
 */
export function numberFinder(forms: readonly NumberForm[]): Finder {
  const compiled = forms.map(form => ({
    ...form,
    regExp: bounded(new RegExp(form.pattern + AFTER, 'uy')),
    near:
      form.words === undefined ? undefined : new RegExp(`(?<![\\p{L}])(?:${form.words})(?![\\p{L}])`, 'iu'),
  }))
  type Compiled = (typeof compiled)[number]
  const scoreOf = (text: string, { near, score }: Compiled, start: number, end: number) => {
    if (near === undefined) return score
    const around = `${text.slice(Math.max(0, start - BEFORE), start)}\n${text.slice(end, end + BEHIND)}`
    return near.test(around) ? NEAR_WORD : score
  }
  return {
    types: [...new Set(forms.map(({ type }) => type))],
    find: text => {
      const found: FoundRange[] = []
      let free = 0
      for (const { index: start } of text.matchAll(STARTS)) {
        if (start < free) continue
        let best: FoundRange | undefined
        for (const form of compiled) {
          form.regExp.lastIndex = start
          const match = form.regExp.exec(text)
          if (match === null) continue
          const code = match[0].replace(form.strip ?? SEPARATORS, '').toUpperCase()
          if (!form.check(code)) continue
          const end = start + match[0].length
          const score = scoreOf(text, form, start, end)
          if (score === 0) continue
          if (best && (best.score > score || (best.score === score && best.end >= end))) continue
          best = { start, end, type: form.type, score }
        }
        if (best === undefined) continue
        found.push(best)
        free = best.end
      }
      return found
    },
  }
}
