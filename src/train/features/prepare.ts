import { byCodePoint } from '../../base/code-point-order.js'
import { InputError } from '../../base/errors.js'
import type { Note } from '../../base/fault.js'
import { setting } from '../../base/fault.js'
import type { AnyConfig } from '../../config/schema.js'
import { cutSentences } from '../../corpus/cut-sentences.js'
import { entityFit, fitNotes } from '../../corpus/entity-fit.js'
import { exactTokens } from '../../corpus/refine-tokens.js'
import { otherCutNotes } from '../../corpus/segmentation.js'
import type { Sentence } from '../../corpus/sentence.js'
import { agreementNotes, type TokenAgreement, tokenAgreement } from '../../corpus/token-agreement.js'
import type { TagLists } from '../../encode/tag-lists.js'
import { tagSet } from '../../tags/tag-set.js'
import { segmenterProbe } from '../../text/segmenter-probe.js'
import { createTokenizer } from '../../text/tokenizer.js'
import { type DevSentences, toBio } from '../loop/dev-evaluation.js'
import type { Corpora, TrainingCorpus } from '../prepare/corpora.js'
import { rewriteTags } from '../prepare/gold-tags.js'
import { type Labels, readLabels, tagsOfModel } from '../prepare/labels.js'
import * as notes from '../prepare/notes.js'
import { fixSegmentation } from '../prepare/segmentation.js'
import { checkTypeNames } from '../prepare/type-names.js'

/** A training sentence with its gold tags. */
export interface LabeledSentence {
  readonly sentence: Sentence
  /** By id. */
  readonly gold: Int32Array
  /** How often it counts. */
  readonly weight: number
}

/** Corpora turned into what a feature model learns from. */
export interface PreparedFeatures<Config extends AnyConfig> {
  /** The configuration that was given, with a value where it has `auto`. */
  readonly config: Config
  readonly corpora: Corpora
  readonly lists: TagLists
  readonly sentences: readonly LabeledSentence[]
  readonly tokens: number
  /** Absent too where the development corpus has no entity. */
  readonly dev: DevSentences<Sentence> | null
  readonly agreement: TokenAgreement | undefined
  readonly notes: readonly Note[]
}

/**
 * Reads the labels of the corpora, and fixes types and tags.
 * @throws InputError `train/partial` for a corpus that does not say everything about its tokens; `train/type-name`
 */
export function prepareFeatures<Config extends AnyConfig>(
  given: Config,
  corpora: Corpora,
): PreparedFeatures<Config> {
  const { train, dev } = corpora
  checkTypeNames([...train, dev, corpora.test])
  const name = train.map(({ path }) => path).join(', ')
  const labels = readLabels(train, given.tags.scheme)
  checkWhole(labels, given)
  const all = train.flatMap(({ sentences }) => sentences)
  const { config, notes: segmented } = fixSegmentation(given, { path: name, sentences: all })
  const { segmentation } = config.text
  const types = [...labels.types].sort(byCodePoint)
  const lists: TagLists = {
    scheme: config.tags.scheme,
    types,
    tags: tagSet(types, config.tags.scheme),
    ...(segmentation === 'words' && { segmenter: segmenterProbe() }),
  }
  const sentences = labeledSentences(labels, lists)
  const { dev: devSentences, gold: devGold } = devOf(dev)
  const agreement = tokenAgreement(all, createTokenizer(segmentation))
  return {
    config,
    corpora,
    lists,
    sentences,
    tokens: sentences.reduce((sum, { gold }) => sum + gold.length, 0),
    dev: devSentences,
    agreement,
    notes: [
      ...segmented,
      ...[...(train.length > 1 ? train : []), ...(dev ? [dev] : [])].flatMap(corpus =>
        otherCutNotes(corpus.path, corpus.sentences, segmentation),
      ),
      ...agreementNotes(name, agreement),
      ...labels.corpora.flatMap(({ corpus, gold, parts }) => [
        ...notes.repairNotes(corpus, gold),
        ...fitNotes(corpus.path, entityFit(corpus.path, corpus.sentences), 'training'),
        ...notes.trainingNotes(corpus, gold, { config, parts: parts.length }),
      ]),
      ...notes.typeNameNotes(labels),
      ...(dev && devGold
        ? [
            ...fitNotes(dev.path, entityFit(dev.path, dev.sentences), 'scoring'),
            ...notes.repairNotes(dev, devGold),
            ...notes.devNotes(dev, devGold, lists),
          ]
        : []),
    ],
  }
}

/** A development corpus ready for scoring, if it has entities, and its gold tags. */
function devOf(dev: Corpora['dev']) {
  const gold = dev && rewriteTags(dev.sentences.map(exactTokens), dev.scheme, 'BIO')
  const isScored = dev && gold && gold.types.size > 0
  return {
    gold,
    dev: isScored
      ? {
          ...cutSentences(dev.sentences),
          sentences: dev.sentences,
          gold: gold.tags.map(toBio),
          scheme: dev.scheme,
        }
      : null,
  }
}

/**
 * Text to learn from whose labels are not looked at, and the development corpus.
 * @param types that the recognizer is to find
 * @throws InputError `train/type-name`
 */
export function prepareUnlabeled<Config extends AnyConfig>(
  given: Config,
  corpora: Corpora,
  types: readonly string[],
): PreparedFeatures<Config> {
  const { train, dev } = corpora
  checkTypeNames([dev, corpora.test])
  const name = train.map(({ path }) => path).join(', ')
  const all = train.flatMap(({ sentences }) => sentences)
  const { config, notes: segmented } = fixSegmentation(given, { path: name, sentences: all })
  const { segmentation } = config.text
  const lists: TagLists = {
    scheme: config.tags.scheme,
    types,
    tags: tagSet(types, config.tags.scheme),
    ...(segmentation === 'words' && { segmenter: segmenterProbe() }),
  }
  const sentences = cutSentences(all).parts.map(sentence => ({
    sentence,
    gold: new Int32Array(0),
    weight: 1,
  }))
  return {
    ...{ config, corpora, lists, sentences },
    tokens: sentences.reduce((sum, { sentence }) => sum + sentence.tokens.length, 0),
    dev: devOf(dev).dev,
    agreement: tokenAgreement(all, createTokenizer(segmentation)),
    notes: segmented,
  }
}

function labeledSentences({ corpora }: Labels, { tags }: TagLists): LabeledSentence[] {
  const ids = new Map(tags.map((tag, id) => [tag, id]))
  return corpora.flatMap(({ corpus, gold, parts, meaning }) =>
    parts.map((sentence, i) => ({
      sentence,
      gold: Int32Array.from(tagsOfModel(gold.tags[i], meaning), tag => ids.get(tag) ?? 0),
      weight: (corpus as TrainingCorpus).weight ?? 1,
    })),
  )
}

function checkWhole({ corpora, isPartial }: Labels, { recognizer }: AnyConfig): void {
  if (!isPartial) return
  throw new InputError('train/partial', {
    where: corpora.map(({ corpus }) => corpus.path).join(', '),
    expected: `corpora that mark all types everywhere, to train a recognizer of kind ${recognizer} on`,
    got: 'a corpus that leaves some tokens open, or several corpora with different types',
    remedy: ['train a neural tagger on them (', setting('recognizer', 'neural'), ')'],
  })
}
