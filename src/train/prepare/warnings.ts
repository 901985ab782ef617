/** What a user should know of a run before it starts, though it can start. */
import { formatNote } from '../../base/fault.js'
import { plural } from '../../base/plural.js'
import type { Config } from '../../config/schema.js'
import { labeledPart } from '../../corpus/labeled-part.js'
import { type TaggerDefinition, taggingWindow } from '../../model/tagger-definition.js'
import type { WarningEvent } from '../../run/events.js'
import type { Scheme } from '../../tags/scheme.js'
import type { DevSentences } from '../loop/dev-evaluation.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import type { LabeledCorpus } from './prepare.js'

export function warning(code: string, message: string): WarningEvent {
  return { kind: 'warning', code, message }
}

/**
 * The labeled sentences of a corpus; that it has others is told in `warnings`.
 * @throws CorpusError `corpus/unlabeled` where none is labeled
 */
export function learnable(warnings: WarningEvent[], corpus: LabeledCorpus): LabeledCorpus {
  const { sentences, note } = labeledPart(corpus.path, corpus.sentences, { purpose: 'to learn from' })
  if (note !== undefined) warnings.push(warning('unlabeled', formatNote(note)))
  return { ...corpus, sentences }
}

/** Training cuts no sentence: what tagging reads through windows, it reads whole. */
export function longSentences(
  path: string,
  sentences: readonly TaggedSentence[],
  definition: TaggerDefinition,
): WarningEvent[] {
  const window = taggingWindow(definition)
  if (window === undefined) return []
  const { kind } = definition.inputs.units
  const longer = sentences.filter(({ unitIds }) => unitIds.length > window)
  if (longer.length === 0) return []
  const longest = longer.reduce((most, { unitIds }) => Math.max(most, unitIds.length), 0)
  const table = shortestPositions(definition.config)
  const consequence =
    table < longest
      ? `training reads them whole, but all that stands behind its ${table} learned positions shares the last: raise ` +
        'encoder.N.positions.maxTime, or split them'
      : 'training reads them whole, which may take much memory: split them where it is short'
  return [
    warning(
      'long-sentences',
      `${path} has ${longer.length} ${plural(longer.length, 'sentence')} of more than ${window} ${kind}s ` +
        `(the longest has ${longest}), the most that this encoder sees at once in tagging; ${consequence}`,
    ),
  ]
}

/** Rows of the smallest table of learned positions; infinite without one. */
function shortestPositions({ encoder }: Pick<Config, 'encoder'>): number {
  return encoder.reduce(
    (least, block) =>
      'positions' in block && block.positions.kind === 'learned'
        ? Math.min(least, block.positions.maxTime)
        : least,
    Number.POSITIVE_INFINITY,
  )
}

export function warnRepairs(
  warnings: WarningEvent[],
  { path, scheme }: LabeledCorpus,
  repairs: number,
): void {
  if (repairs === 0) return
  const tags = repairs === 1 ? 'tag is' : 'tags are'
  warnings.push(
    warning(
      'repaired-tags',
      `${path}: ${repairs} ${tags} ill-formed as ${scheme} and read as well as can be; ` +
        `"nerite corpus check ${path}" lists them`,
    ),
  )
}

/** @param to the scheme that the model is trained in */
export function warnMerged(
  warnings: WarningEvent[],
  { path }: LabeledCorpus,
  to: Scheme,
  merged: number,
): void {
  if (merged === 0) return
  const subject = merged === 1 ? 'entity follows' : 'entities follow'
  warnings.push(
    warning(
      'merged-entities',
      `${path}: ${merged} ${subject} another of the same type at once, and ${merged === 1 ? 'is' : 'are'} learned as ` +
        `one with it: tags.scheme ${to} cannot part them`,
    ),
  )
}

/** The schedule `plateau` follows the development scores. @param dev the development part; `null` without one */
export function plateauWithoutDev({ training }: Config, dev: DevSentences | null): WarningEvent[] {
  if (training.schedule.kind !== 'plateau' || dev) return []
  const message =
    'training.schedule.kind "plateau" has no effect without a development corpus: the rate stays as it is'
  return [warning('setting-without-effect', message)]
}

/** What a file of word vectors holds that the run has no use for, in a line; none where there is nothing. */
export function vectorsLeftOut(
  path: string,
  file: { readonly words: number; readonly withSpaces: number; readonly duplicates: number },
  limit: number | null,
): WarningEvent[] {
  const count = (n: number, one: string, more: string) => (n === 0 ? [] : [`${n} ${n === 1 ? one : more}`])
  const left = [
    ...count(file.withSpaces, 'entry has a space in it', 'entries have a space in them').map(
      what => `${what}: no word is ever one`,
    ),
    ...count(file.duplicates, 'vector is of a word', 'vectors are of words').map(
      what => `${what} that came before: the first one counts`,
    ),
    ...(limit !== null && file.words > limit
      ? [
          `of ${file.words} vectors the first ${limit} are kept (input.words.vectors.limit), and those of training words`,
        ]
      : []),
  ]
  return left.length === 0 ? [] : [warning('vectors-left-out', `${path}: ${left.join('; ')}`)]
}

export function warnCut(warnings: WarningEvent[], { path, sentences }: LabeledCorpus, parts: number): void {
  if (parts === sentences.length) return
  warnings.push(
    warning(
      'cut-sentences',
      `${path}: ${sentences.length} records of running text are read as ${parts} sentences, as new text is`,
    ),
  )
}
