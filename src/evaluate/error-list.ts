import { byCodePoint } from '../base/code-point-order.js'
import { costOf, type EntityError, type ErrorKind, entityErrors } from './entity-errors.js'
import { readableText, type ScoredSentence } from './scored-sentence.js'

/** An error as a person reads it. */
export interface ListedError {
  readonly kind: ErrorKind
  /** The sentence's index, and its place as the sentence itself names it. */
  readonly sentence: number
  readonly where?: string
  readonly gold?: ListedEntity
  readonly predicted?: ListedEntity & { readonly score?: number }
  /** The text around both entities, with the spaces that are there, and `…` where the sentence goes on; `text` covers them. */
  readonly before: string
  readonly text: string
  readonly after: string
}

export interface ListedEntity {
  readonly type: string
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Errors of one kind between the same types; `cost` counts false negatives and false positives. */
export interface CostlyConfusion {
  readonly kind: ErrorKind
  readonly gold?: string
  readonly predicted?: string
  readonly count: number
  readonly cost: number
  /** The most frequent mentions behind it, most frequent first. */
  readonly examples: readonly { readonly text: string; readonly count: number }[]
}

/**
 * Every error of some sentences, in order, with its context.
 * @param context tokens shown on each side
 */
export function listErrors(sentences: Iterable<ScoredSentence>, context = 6): ListedError[] {
  const listed: ListedError[] = []
  let index = 0
  for (const sentence of sentences) {
    for (const error of entityErrors(sentence)) listed.push(toListed(sentence, index, error, context))
    index++
  }
  return listed
}

function toListed(sentence: ScoredSentence, index: number, error: EntityError, context: number): ListedError {
  const { tokens, where } = sentence
  const spans = [error.gold, error.predicted].filter(span => span !== undefined)
  const start = Math.min(...spans.map(span => span.start))
  const end = Math.max(...spans.map(span => span.end))
  const { gold, predicted } = error
  const read = (from: number, to: number) => readableText(sentence, { start: from, end: to })
  const text = read(start, end)
  const last = Math.min(tokens.length, end + context)
  const around = read(Math.max(0, start - context), last)
  const after = read(start, last).slice(text.length)
  return {
    kind: error.kind,
    sentence: index,
    ...(where === undefined ? {} : { where }),
    ...(gold && { gold: { ...gold, text: read(gold.start, gold.end) } }),
    ...(predicted && { predicted: { ...predicted, text: read(predicted.start, predicted.end) } }),
    before: `${start > context ? '… ' : ''}${around.slice(0, around.length - after.length - text.length)}`,
    text,
    after: `${after}${last < tokens.length ? ' …' : ''}`,
  }
}

/**
 * Errors grouped by kind and types, the most costly first.
 * @param examples how many mentions to name in each group
 */
export function costlyConfusions(errors: Iterable<ListedError>, examples = 5): CostlyConfusion[] {
  const groups = new Map<string, { first: ListedError; count: number; texts: Map<string, number> }>()
  for (const error of errors) {
    const key = JSON.stringify([error.kind, error.gold?.type, error.predicted?.type])
    const group = groups.get(key) ?? { first: error, count: 0, texts: new Map<string, number>() }
    groups.set(key, group)
    group.count++
    const text = (error.gold ?? error.predicted)?.text ?? ''
    group.texts.set(text, (group.texts.get(text) ?? 0) + 1)
  }
  return [...groups.values()]
    .map(({ first, count, texts }) => ({
      kind: first.kind,
      ...(first.gold && { gold: first.gold.type }),
      ...(first.predicted && { predicted: first.predicted.type }),
      count,
      cost: count * costOf({ kind: first.kind, gold: first.gold, predicted: first.predicted }),
      examples: [...texts]
        .map(([text, times]) => ({ text, count: times }))
        .sort((a, b) => b.count - a.count || byCodePoint(a.text, b.text))
        .slice(0, examples),
    }))
    .sort((a, b) => b.cost - a.cost || byCodePoint(keyOf(a), keyOf(b)))
}

function keyOf({ kind, gold, predicted }: CostlyConfusion): string {
  return `${kind} ${gold ?? ''} ${predicted ?? ''}`
}

/**
 * Gold labels worth a second look: a model that did not train on the sentence (out-of-fold) disagrees with high
 * confidence. Most confident first. Errors without a score are left out, and so are missed entities, which have none.
 * @param minScore in [0, 1]
 */
export function suspectLabels(errors: Iterable<ListedError>, minScore = 0.9): ListedError[] {
  const scoreOf = (error: ListedError) => error.predicted?.score ?? Number.NEGATIVE_INFINITY
  return [...errors].filter(error => scoreOf(error) >= minScore).sort((a, b) => scoreOf(b) - scoreOf(a))
}
