/** Records that are labeled in part: which of their tokens are labeled, and for which types. */
import { parseTag } from '../../tags/scheme.js'
import { refuse } from '../read-context.js'
import type { ReadingUnit } from '../read-options.js'
import type { Annotated, Offsets, Sentence } from '../sentence.js'
import { lengthIn } from './label-text.js'
import { inUnit, UNIT_NAMES } from './offset-unit.js'

type Ranges = readonly (readonly [number, number])[]

/** The ranges that hold something. */
export function rangesOf(annotated: Ranges): Offsets[] {
  return annotated.filter(([start, end]) => start !== end).map(([start, end]) => ({ start, end }))
}

/** The labeled parts of a text, in UTF-16 code units. @throws RowError for one outside of the text */
export function annotatedRanges(text: string, annotated: Ranges, unit: ReadingUnit): readonly Offsets[] {
  const ranges = rangesOf(annotated)
  checkRanges(ranges, lengthIn(text, unit), UNIT_NAMES[unit])
  return unit === 'utf16'
    ? ranges
    : (inUnit(text, ranges, unit) ??
        refuse(
          'annotated',
          `"annotated" as ranges in ${UNIT_NAMES[unit]} at the edges of characters`,
          annotated,
        ))
}

/** By token: whether one of the ranges holds all of it. */
export function tokensWithin(offsets: readonly Offsets[], ranges: readonly Offsets[]): boolean[] {
  const sorted = [...ranges].sort((a, b) => a.start - b.start)
  let reach = 0
  let next = 0
  return offsets.map(({ start, end }) => {
    while (next < sorted.length && sorted[next].start <= start) reach = Math.max(reach, sorted[next++].end)
    return end <= reach
  })
}

/** By token: whether one of the ranges of token numbers holds it. @throws RowError for one outside of the sentence */
export function tokensInRanges(tokens: number, annotated: Ranges): boolean[] {
  const ranges = rangesOf(annotated)
  checkRanges(ranges, tokens, 'tokens')
  return tokensWithin(
    Array.from({ length: tokens }, (_, i) => ({ start: i, end: i + 1 })),
    ranges,
  )
}

/**
 * What a record says of its labels. The tokens of entities are labeled, whatever the ranges say.
 * @throws RowError for an entity of a type that the record does not list
 */
export function annotation(
  { types }: { readonly types?: readonly string[] },
  { tags }: Pick<Sentence, 'tags'>,
  tokens: readonly boolean[] | undefined,
): { readonly annotated?: Annotated } {
  if (tags.length === 0 || (types === undefined && tokens === undefined)) return {}
  const other = types && tags.find(tag => tag !== 'O' && !types.includes(parseTag(tag).type))
  if (other !== undefined)
    refuse(
      'annotated',
      `entities of the types that "types" lists (${types?.join(', ')})`,
      parseTag(other).type,
    )
  return {
    annotated: {
      ...(types && { types }),
      ...(tokens && { tokens: tokens.map((isLabeled, i) => isLabeled || tags[i] !== 'O') }),
    },
  }
}

/** The labeled parts as ranges of token numbers, neighbors joined. */
export function labeledRuns(tokens: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = []
  tokens.forEach((isLabeled, i) => {
    if (!isLabeled) return
    const last = runs.at(-1)
    if (last?.[1] === i) last[1]++
    else runs.push([i, i + 1])
  })
  return runs
}

function checkRanges(ranges: readonly Offsets[], length: number, unit: string): void {
  for (const range of ranges)
    if (range.start > range.end || range.end > length)
      refuse('annotated', `"annotated" with 0 ≤ start ≤ end ≤ ${length}, the length in ${unit}`, [
        range.start,
        range.end,
      ])
}
