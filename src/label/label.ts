import type { TextSpan } from '../corpus/sentence.js'

/**
 * What an annotator said of a document. `accepted`: all of it is labeled. `partial`: the entities are right, and what lies
 * before `readTo` holds no others; nothing is said of the rest. `skipped`: nothing is said.
 */
export type LabelState = 'accepted' | 'partial' | 'skipped'

export const LABEL_STATES: readonly LabelState[] = ['accepted', 'partial', 'skipped']

/** The labels of one document by one annotator. */
export interface Label {
  /** The document's number. */
  readonly document: number
  readonly annotator: string
  readonly state: LabelState
  /** In order, without overlaps; offsets in UTF-16 code units. */
  readonly entities: readonly TextSpan[]
  /** How far the text was read, in UTF-16 code units; only `partial` labels can be shorter than the text. */
  readonly readTo: number
  /** The types that the annotator could choose: those that the project had. */
  readonly types: readonly string[]
}

/** A label as it is stored. */
export interface StoredLabel extends Label {
  /** From 1; one more with each change. */
  readonly revision: number
  /** ISO 8601. */
  readonly at: string
}

/** Who made a label where annotators disagreed: it counts before theirs. */
export const ADJUDICATED = 'adjudicated'

/** Whether two lists of entities, in order, are the same. */
export function sameEntities(a: readonly TextSpan[], b: readonly TextSpan[]): boolean {
  return (
    a.length === b.length &&
    a.every((span, i) => span.start === b[i].start && span.end === b[i].end && span.type === b[i].type)
  )
}

/**
 * The label of a document that training and exports use: the adjudicated one; else what all annotators agree on. Labels
 * that skip it say nothing. A whole label counts before partial ones.
 * @param labels those of one document
 * @returns `undefined` if there is none, or if annotators disagree
 */
export function settledLabel<Each extends Label>(labels: readonly Each[]): Each | undefined {
  const said = labels.filter(({ state }) => state !== 'skipped')
  const adjudicated = said.find(({ annotator }) => annotator === ADJUDICATED)
  if (adjudicated) return adjudicated
  const whole = said.filter(({ state }) => state === 'accepted')
  const [first, ...others] = whole.length > 0 ? whole : said
  return first && others.every(({ entities }) => sameEntities(entities, first.entities)) ? first : undefined
}

/** Whether annotators said different things of a document, and nobody has decided yet. */
export function isDisputed(labels: readonly Label[]): boolean {
  return labels.some(({ state }) => state !== 'skipped') && settledLabel(labels) === undefined
}
