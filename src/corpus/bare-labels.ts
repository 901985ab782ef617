/** Labels without a prefix, as in Stanford NER's and Few-NERD's files: `Ada PERSON`. */
import { isTag, TAG_FORM } from '../tags/scheme.js'
import type { RowFault } from './read-context.js'

/** A label is the name of a type. Punctuation alone is a part of speech. */
const LABEL = /^\p{L}[\p{L}\p{N}_./:&+-]*$/u
/** More types than that are no types of entities. */
const MOST_TYPES = 300
/** The share of `O` in a column of labels. Where it is a part of speech, as in tags of tweets, it is rarer. */
const FEWEST_OUTSIDE = 0.15

/**
 * Whether a column has labels without a prefix: a good part of it is `O`, and the other values are names.
 * @param values of the first rows
 */
export function areBareLabels(values: Iterable<string>): boolean {
  const counts = new Map<string, number>()
  for (const value of values) {
    if (value !== 'O' && !mayBeBareLabel(value)) return false
    counts.set(value, (counts.get(value) ?? 0) + 1)
    if (counts.size > MOST_TYPES) return false
  }
  const outside = counts.get('O') ?? 0
  const all = [...counts.values()].reduce((a, b) => a + b, 0)
  return counts.size > 1 && outside >= FEWEST_OUTSIDE * all
}

/** Whether the names of numbers are `O` and labels without a prefix. */
export function areBareNames(names: readonly string[]): boolean {
  return names.length > 1 && names.includes('O') && names.every(name => name === 'O' || mayBeBareLabel(name))
}

/** Whether a value is the name of a type, and no tag. */
export function mayBeBareLabel(value: string): boolean {
  return !isTag(value) && !isMisspelledTag(value) && LABEL.test(value)
}

/** `b-per`, `B_PER` or `X-PER`, which most likely are meant to have a prefix. */
function isMisspelledTag(value: string): boolean {
  return /^\p{L}[-_]\p{L}/u.test(value)
}

/** The tag of a label without a prefix: neighbors with the same label are one entity. */
export function tagOfBareLabel(label: string): string {
  return label === 'O' ? label : `I-${label}`
}

/** What is wrong with a label with a prefix in a file of others, if it has one. */
export function prefixFault(label: string): RowFault | undefined {
  if (label === 'O' || !isTag(label)) return undefined
  return {
    code: 'bad-tag',
    expected: 'a label without a prefix, as in the rows before',
    got: JSON.stringify(label),
    remedy: `write all labels alike: as types (PER), or each as ${TAG_FORM}`,
  }
}

/** The note on a file with such labels. */
export const BARE_LABELS_NOTE = [
  'bare-labels',
  'labels have no prefix (PER instead of B-PER): neighboring words with the same label are read as one entity',
] as const
