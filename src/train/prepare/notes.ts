/** What a user should know of a run before it starts, though it can start. Each function returns notes. */
import { byCodePoint } from '../../base/code-point-order.js'
import { type Note, say, setting, verb } from '../../base/fault.js'
import { plural } from '../../base/plural.js'
import type { AnyConfig, Config, TrainingConfig } from '../../config/schema.js'
import { type TaggerDefinition, taggingWindow } from '../../model/tagger-definition.js'
import type { Vocabularies } from '../../model/vocabularies.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import type { LabeledCorpus } from './corpora.js'
import { type RewrittenTags, totalRepairs } from './gold-tags.js'
import type { Labels } from './labels.js'
import type { Sampler } from './sampling.js'

/** Tags that were repaired when they were read. */
export function repairNotes({ path, scheme }: LabeledCorpus, { repairs }: RewrittenTags): Note[] {
  const total = totalRepairs(repairs)
  if (total === 0) return []
  const tags = total === 1 ? 'tag is' : 'tags are'
  return [
    {
      code: 'repaired-tags',
      where: path,
      message: say`${total} ${tags} ill-formed as ${scheme} and ${total === 1 ? 'was' : 'were'} repaired; ${verb('corpus check', [path])} lists them`,
    },
  ]
}

/** What the training corpus loses in the model's scheme, and how its records are cut. */
export function trainingNotes(
  { path, sentences }: LabeledCorpus,
  { merged, types }: RewrittenTags,
  { config, parts }: { readonly config: Pick<AnyConfig, 'tags'>; readonly parts: number },
): Note[] {
  const notes: Note[] = []
  const note = (code: string, message: Note['message']) => notes.push({ code, where: path, message })
  if (merged > 0)
    note(
      'merged-entities',
      say`${merged} ${merged === 1 ? 'entity follows' : 'entities follow'} another one of the same type without a token between them, and ${merged === 1 ? 'is' : 'are'} learned as one with it: ${setting('tags.scheme')} ${config.tags.scheme} cannot separate them`,
    )
  if (parts !== sentences.length)
    note(
      'cut-sentences',
      `${sentences.length} records of running text are read as ${parts} sentences, as new text is`,
    )
  if (types.size === 0) note('no-entities', 'there is no entity in it, so the tagger will never find one')
  return notes
}

/** What each of several corpora, or a partly labeled one, does not say. */
export function partialNotes({ corpora, types, isPartial }: Labels): Note[] {
  if (!isPartial) return []
  return corpora.flatMap(({ corpus, meaning, found }) => {
    const unmarked = [...types].filter(type => !meaning.types.has(type)).sort(byCodePoint)
    if (unmarked.length === 0) return []
    const leftOut = corpus.types ? unmarked.filter(type => found.has(type)) : []
    const has =
      leftOut.length === 0
        ? ''
        : `. It has entities of the ${listed(leftOut)}: if all of them are marked, add ${leftOut.length === 1 ? 'this type' : 'these types'} to its "types"`
    const message = `it does not mark the ${listed(unmarked)} everywhere, so its unmarked tokens may be of ${unmarked.length === 1 ? 'this type' : 'these types'}${has}`
    return [{ code: 'types-not-marked', where: corpus.path, message }]
  })
}

/**
 * Names in `types` and `map` of a training corpus that stand for nothing: they are probably typos.
 * @param learned types of the model that training starts from
 */
export function typeNameNotes({ corpora }: Pick<Labels, 'corpora'>, learned: readonly string[] = []): Note[] {
  const found = new Set([...learned, ...corpora.flatMap(own => [...own.found])])
  return corpora.flatMap(({ corpus, gold }) => {
    const where = corpus.path
    const unknown = [...new Set(corpus.types ?? [])].filter(type => !found.has(type)).sort(byCodePoint)
    const unused = Object.keys(corpus.map ?? {}).filter(type => !gold.types.has(type))
    const notes: Note[] = []
    if (unknown.length > 0)
      notes.push({
        code: 'types-without-examples',
        where,
        message: `its "types" name the ${listed(unknown)}, but no training corpus has such an entity, so the tagger will never find one; check the spelling`,
      })
    if (unused.length > 0)
      notes.push({
        code: 'map-without-effect',
        where,
        message: `its "map" names the ${listed(unused)}, but it has no such entity, so nothing is mapped; check the spelling (it has ${[...gold.types.keys()].sort(byCodePoint).join(', ') || 'no entities'})`,
      })
    return notes
  })
}

export function listed(types: readonly string[]): string {
  return `${plural(types.length, 'type')} ${types.join(', ')}`
}

/** What the development corpus cannot measure. */
export function devNotes(
  { path }: LabeledCorpus,
  { types }: RewrittenTags,
  known: Pick<Vocabularies, 'types'>,
): Note[] {
  if (types.size === 0)
    return [
      {
        code: 'dev-without-entities',
        where: path,
        message:
          'there is no entity in it, so no F1 can tell which epoch is best: every epoch runs, and the last one is kept',
      },
    ]
  const unseen = [...types].filter(([type]) => !known.types.includes(type))
  return unseen.map(([type, count]) => ({
    code: 'unseen-type',
    where: path,
    message: `${count} ${count === 1 ? 'entity' : 'entities'} of type ${type}, which the training data does not have: each of them counts as missed`,
  }))
}

/** What a development corpus that lacks types which were kept leaves out. */
export function unscoredNote({ path }: LabeledCorpus, types: ReadonlySet<string>): Note {
  const names = listed([...types].sort(byCodePoint))
  const what =
    types.size === 1
      ? 'which is kept: what the tagger finds of it'
      : 'which are kept: what the tagger finds of them'
  return {
    code: 'kept-types-not-scored',
    where: path,
    message: `it has no entity of the ${names}, ${what} is not scored here`,
  }
}

/** Context that follows the order of a file, where nothing says where a document ends. */
export function documentNotes(
  { pretrained }: Pick<Config, 'pretrained'>,
  corpora: readonly LabeledCorpus[],
): Note[] {
  if (!pretrained || pretrained.context === 0) return []
  return corpora
    .filter(({ sentences }) => sentences.every(own => own.document === undefined && own.text === undefined))
    .map(({ path }) => ({
      code: 'no-documents',
      where: path,
      message: say`it marks no documents, so ${setting('pretrained.context')} takes the sentences before and after in the file`,
    }))
}

/** Training reads whole what tagging reads through windows. */
export function longSentenceNotes(
  path: string,
  sentences: readonly TaggedSentence[],
  definition: TaggerDefinition,
): Note[] {
  const window = taggingWindow(definition)
  if (window === undefined) return []
  const longer = sentences.filter(({ unitIds }) => unitIds.length > window)
  if (longer.length === 0) return []
  const longest = longer.reduce((most, { unitIds }) => Math.max(most, unitIds.length), 0)
  const { kind } = definition.inputs.units
  const table = shortestPositions(definition.config)
  const consequence = definition.inputs.pretrained
    ? 'training reads them in parts, and tagging through overlapping windows'
    : table < longest
      ? say`training reads them whole, but everything after the ${table} learned positions shares the last one: raise ${setting('encoder.N.positions.maxTime')}, or split them`
      : 'training reads them whole, which may take a lot of memory: split them if there is too little'
  return [
    {
      code: 'long-sentences',
      where: path,
      message: say`${longer.length} ${plural(longer.length, 'sentence')} of more than ${window} ${kind}s (the longest has ${longest}), the most that this encoder sees at once when it tags; ${consequence}`,
    },
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

/** No word is frequent enough to be known. */
export function vocabularyNotes(path: string, { inputs }: Vocabularies, { input }: Config): Note[] {
  if (inputs.words.trained.known > 0) return []
  const { words, unit } = input
  const message = say`no ${unit.kind} occurs ${words.minCount} times (${setting('input.words.minCount')}): all are unknown to the tagger, and only its other inputs can tell them apart`
  return [{ code: 'no-words', where: path, message }]
}

/** The schedule `plateau` follows the development scores. */
export function scheduleNotes({ training }: Config, hasDev: boolean): Note[] {
  if (training.schedule.kind !== 'plateau' || hasDev) return []
  const message = '"plateau" has no effect without a development corpus: the learning rate stays as it is'
  return [{ code: 'setting-without-effect', where: setting('training.schedule'), message }]
}

/** Sampling that leaves every epoch as it would be without it. */
export function samplingNotes(
  path: string,
  sampling: TrainingConfig['sampling'],
  sampler: Sampler | undefined,
): Note[] {
  if (sampling.kind === 'none' || !sampler?.rates.every(rate => rate === 1)) return []
  const message = say`"${sampling.kind}" has no effect on ${path}: ${reasonOf(sampling)}`
  return [{ code: 'sampling-without-effect', where: setting('training.sampling'), message }]
}

function reasonOf(sampling: Exclude<TrainingConfig['sampling'], { readonly kind: 'none' }>) {
  if (sampling.kind === 'oversample')
    return sampling.maxRepeat === 1
      ? say`${setting('training.sampling.maxRepeat')} is 1`
      : say`no type is rarer than ${setting('training.sampling.threshold')} (${sampling.threshold} of the sentences)`
  const { thinAbove } = sampling
  const common = say`; no sentence's rarest type is in more than ${setting('training.sampling.thinAbove')} (${thinAbove ?? ''}) of them`
  return say`${setting('training.sampling.keepEmpty')} is 1, or every sentence has an entity${thinAbove === null ? '' : common}`
}

/** Entries of a file of word vectors that the run does not use. */
export function vectorNotes(
  path: string,
  file: { readonly words: number; readonly withSpaces: number; readonly duplicates: number },
  limit: number | null,
): Note[] {
  const { words, withSpaces, duplicates } = file
  const left = [
    ...(withSpaces > 0
      ? [
          `${withSpaces} ${withSpaces === 1 ? 'entry has a space in it' : 'entries have a space in them'}, which no word has`,
        ]
      : []),
    ...(duplicates > 0
      ? [
          `${duplicates} ${duplicates === 1 ? 'vector is for a word' : 'vectors are for words'} that came before: the first one counts`,
        ]
      : []),
    ...(limit !== null && words > limit
      ? [
          say`of ${words} vectors the first ${limit} are kept (${setting('input.words.vectors.limit')}), and those of training words`,
        ]
      : []),
  ]
  if (left.length === 0) return []
  const message = left.reduce((all, part) => say`${all}; ${part}`)
  return [{ code: 'vectors-left-out', where: path, message }]
}
