/** What a user should know of a run before it starts, though it can start. */
import type { Config } from '../config/schema.js'
import { labelledPart } from '../corpus/labelled-part.js'
import { type TaggerDefinition, taggingWindow } from '../model/tagger-definition.js'
import type { Scheme } from '../tags/scheme.js'
import type { DevSentences } from './dev-evaluation.js'
import type { WarningEvent } from './events.js'
import type { TaggedSentence } from './gold-tensors.js'
import type { LabelledCorpus } from './prepare.js'

export function warning(code: string, message: string): WarningEvent {
  return { kind: 'warning', code, message }
}

/** A corpus without its sentences that have no labels. @throws CorpusError `corpus/unlabelled` where none has any */
export function learnable(warnings: WarningEvent[], corpus: LabelledCorpus): LabelledCorpus {
  const { sentences, note } = labelledPart(corpus.path, corpus.sentences, { purpose: 'to learn from' })
  if (note !== undefined) warnings.push(warning('unlabelled', note))
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
  const { kind } = definition.features.units
  const longer = sentences.filter(({ forms }) => forms.length > window)
  if (longer.length === 0) return []
  const longest = longer.reduce((most, { forms }) => Math.max(most, forms.length), 0)
  const table = shortestPositions(definition.config)
  const consequence =
    table < longest
      ? `training reads them whole, but all that stands behind its ${table} learned positions shares the last: raise ` +
        'encoder.N.maxTime, or split them'
      : 'training reads them whole, which may take much memory: split them where it is short'
  return [
    warning(
      'long-sentences',
      `${path} has ${longer.length} ${longer.length === 1 ? 'sentence' : 'sentences'} of more than ${window} ${kind}s ` +
        `(the longest has ${longest}), the most that this encoder sees at once in tagging; ${consequence}`,
    ),
  ]
}

/** Rows of the smallest table of learned positions; infinite without one. */
function shortestPositions({ encoder }: Pick<Config, 'encoder'>): number {
  return encoder.reduce(
    (least, block) =>
      'positions' in block && block.positions === 'learned' ? Math.min(least, block.maxTime) : least,
    Number.POSITIVE_INFINITY,
  )
}

/** Settings that are valid and yet change nothing in this run. */
export function idleSettings({ input, training }: Config, dev: DevSentences | null): WarningEvent[] {
  const { schedule, optimiser } = training
  const idle: string[] = []
  if (schedule.kind === 'plateau' && !dev)
    idle.push(
      'training.schedule.kind "plateau" lowers the rate where the development F1 no longer rises, and there is none: it stays as it is',
    )
  if (optimiser.kind === 'adamw' && optimiser.weightDecay === 0)
    idle.push(
      'training.optimiser.kind "adamw" with a weightDecay of 0 is "adam": give training.optimiser.weightDecay, such as 0.01',
    )
  if (optimiser.kind.startsWith('adam') && optimiser.momentum > 0)
    idle.push(
      `training.optimiser.momentum (${optimiser.momentum}) is of "sgd" and "rmsprop": what "${optimiser.kind}" has of it is beta1`,
    )
  if (!input.words.fineTune && input.words.vectors === null)
    idle.push(
      'input.words.fineTune false keeps pretrained vectors as they are, and there are none: all words are trained',
    )
  return idle.map(message => warning('setting-without-effect', message))
}

export function warnRepairs(
  warnings: WarningEvent[],
  { path, scheme }: LabelledCorpus,
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
  { path }: LabelledCorpus,
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
          `of ${file.words} vectors the first ${limit} are kept (input.words.vectorLimit), and those of training words`,
        ]
      : []),
  ]
  return left.length === 0 ? [] : [warning('vectors-left-out', `${path}: ${left.join('; ')}`)]
}

export function warnCut(warnings: WarningEvent[], { path, sentences }: LabelledCorpus, parts: number): void {
  if (parts === sentences.length) return
  warnings.push(
    warning(
      'cut-sentences',
      `${path}: ${sentences.length} records of running text are read as ${parts} sentences, as new text is`,
    ),
  )
}
