import type { Sentence } from '../corpus/sentence.js'
import { isHeldOut } from './held-out.js'
import { isDisputed, type Label, settledLabel } from './label.js'
import type { LabelDocument } from './label-document.js'
import { toSentence } from './to-sentence.js'

/** Labels of a project, and which documents they are of. */
export interface LabeledDocuments<Each extends Label = Label> {
  /** With the label that counts, in order of the documents. */
  readonly settled: readonly Each[]
  /** Numbers of the documents whose annotators disagree, and nobody has decided. */
  readonly disputed: readonly number[]
}

/**
 * What of a project's labels can be used: one label for each document.
 * @param annotator only theirs, disagreement or not; default: what is adjudicated or agreed on
 */
export function settledLabels<Each extends Label>(
  labels: readonly Each[],
  annotator?: string,
): LabeledDocuments<Each> {
  const byDocument = new Map<number, Each[]>()
  for (const label of labels) {
    if (annotator !== undefined && label.annotator !== annotator) continue
    const own = byDocument.get(label.document)
    if (own) own.push(label)
    else byDocument.set(label.document, [label])
  }
  const numbers = [...byDocument.keys()].sort((a, b) => a - b)
  const of = (number: number) => byDocument.get(number) ?? []
  return {
    settled: numbers.flatMap(number => settledLabel(of(number)) ?? []),
    disputed: numbers.filter(number => isDisputed(of(number))),
  }
}

/** Labeled documents of a project as a corpus. */
export interface LabeledParts {
  readonly train: readonly Sentence[]
  /** Documents labeled whole that are held out, to measure on. */
  readonly heldOut: readonly Sentence[]
  /** Documents that are to be held out, but are not labeled whole yet: in neither. */
  readonly waiting: number
}

/**
 * Divides labeled documents into those to train on, partly labeled ones included, and those that are held out. No document
 * is trained on first and held out later: a run would be measured on what an earlier one has seen.
 * @param types all types of the project
 * @example
 * const { train, heldOut } = partsOf(pairs, ['PER', 'LOC'])
 */
export function partsOf(
  pairs: Iterable<{ readonly document: LabelDocument; readonly label: Label }>,
  types: readonly string[],
): LabeledParts {
  const train: Sentence[] = []
  const heldOut: Sentence[] = []
  let waiting = 0
  for (const { document, label } of pairs) {
    const sentence = toSentence(document, label, types)
    const isWhole = sentence.annotated === undefined
    if (!isHeldOut(document.number)) train.push(sentence)
    else if (isWhole) heldOut.push(sentence)
    else waiting++
  }
  return { train, heldOut, waiting }
}
