import type { Config, InputConfig } from '../../config/schema.js'
import { cutLabeled, cutSentences } from '../../corpus/cut-sentences.js'
import type { Sentence } from '../../corpus/sentence.js'
import { checkNames, type GazetteerList } from '../../encode/gazetteer.js'
import { Counter } from '../../encode/vocabulary.js'
import { type VectorCoverage, vectorCoverage, type WordVectors } from '../../encode/word-vectors.js'
import { UnitTable } from '../../model/inputs/unit-table.js'
import { tagsOfUnits } from '../../model/inputs/units.js'
import { wordNormalizer } from '../../model/inputs/words.js'
import type { TaggerDefinition } from '../../model/tagger-definition.js'
import { buildVocabularies, taggerInputs, type Vocabularies } from '../../model/vocabularies.js'
import type { WarningEvent } from '../../run/events.js'
import type { Scheme } from '../../tags/scheme.js'
import { type DevSentences, toBio } from '../loop/dev-evaluation.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import { rewriteTags, totalRepairs } from './gold-tags.js'
import { createSampler, type Sampler, withoutEffect } from './sampling.js'
import { longSentences, plateauWithoutDev, warnCut, warning, warnMerged, warnRepairs } from './warnings.js'

/** Corpora turned into what the loop works on. */
export interface PreparedTraining {
  readonly vocabularies: Vocabularies
  readonly definition: TaggerDefinition
  readonly unitTable: UnitTable
  readonly sentences: readonly TaggedSentence[]
  /** Which sentences each epoch has; absent where each has all of them once. */
  readonly sampler: Sampler | undefined
  readonly dev: DevSentences | null
  readonly tokens: number
  readonly warnings: readonly WarningEvent[]
  /** How many words of the training data have a pretrained vector; `null` without vectors. */
  readonly coverage: VectorCoverage | null
}

/** A corpus as training needs it: its scheme is the one its tags were read in. */
export interface LabeledCorpus {
  readonly path: string
  readonly scheme: Scheme
  readonly sentences: readonly Sentence[]
}

/** The corpora of a run as they were read. */
export interface LoadedCorpora {
  readonly train: LabeledCorpus
  readonly dev: LabeledCorpus | null
  readonly test: LabeledCorpus | null
}

export interface PrepareInput {
  readonly config: Config
  readonly train: LabeledCorpus
  readonly dev: LabeledCorpus | null
  /** Pretrained vectors: of them the training words start, and words that are met later have theirs. */
  readonly vectors?: WordVectors
  /** The lists that `input.gazetteers` names, in its order. */
  readonly gazetteers?: readonly GazetteerList[]
}

/** Builds vocabularies from the training data alone, and encodes both corpora with them. */
export function prepareTraining(input: PrepareInput): PreparedTraining {
  const { config, dev } = input
  checkNames(input.gazetteers ?? [])
  const scheme = config.tags.scheme
  const warnings: WarningEvent[] = []
  const train = { ...input.train, sentences: cutLabeled(input.train.sentences) }
  const gold = rewriteTags(train.sentences, train.scheme, scheme)
  warnRepairs(warnings, train, totalRepairs(gold.repairs))
  warnMerged(warnings, train, scheme, gold.merged)
  warnCut(warnings, input.train, train.sentences.length)
  const { vectors, gazetteers } = input
  const vocabularies = buildVocabularies(
    { sentences: train.sentences, types: gold.types.keys(), scheme, gazetteers, vectors },
    config.input,
  )
  const inputs = taggerInputs(config.input, vocabularies, vectors)
  const unitTable = new UnitTable(inputs)
  const definition: TaggerDefinition = { inputs, tags: vocabularies.tags, config }
  const ids = new Map(vocabularies.tags.map((tag, id) => [tag, id]))
  const sentences = train.sentences.map((sentence, i) => {
    const encoded = unitTable.encode(sentence)
    const { units } = encoded
    const tags =
      units && config.input.unit.kind === 'character' ? tagsOfUnits(gold.tags[i], units) : gold.tags[i]
    return { ...encoded, tags: Int32Array.from(tags, tag => ids.get(tag) ?? 0) }
  })
  const preparedDev = dev && prepareDev(dev, unitTable, vocabularies, warnings)
  warnings.push(...longSentences(train.path, sentences, definition))
  if (gold.types.size === 0)
    warnings.push(warning('no-entities', `${train.path} has no entity: the tagger will never find one`))
  if (vocabularies.inputs.words.trained.known === 0) {
    const { unit, words } = config.input
    warnings.push(
      warning(
        'no-words',
        `input.words.minCount ${words.minCount} leaves no ${unit.kind} of ${train.path}: all are unknown to the tagger and look alike, but for its other inputs`,
      ),
    )
  }
  const { sampling } = config.training
  const sampler = createSampler(sampling, sentences, vocabularies.tags)
  warnings.push(...plateauWithoutDev(config, preparedDev))
  if (sampling.kind !== 'none' && sampler?.rates.every(rate => rate === 1))
    warnings.push(warning('sampling-without-effect', withoutEffect(sampling, train.path)))
  return {
    vocabularies,
    definition,
    unitTable,
    sentences,
    sampler,
    dev: preparedDev,
    tokens: sentences.reduce((sum, { tokens }) => sum + tokens, 0),
    warnings,
    coverage: input.vectors ? vectorCoverage(trainingWords(config.input, train), input.vectors) : null,
  }
}

/** How often each word stands in the training corpus, as the configuration normalizes it. */
export function trainingWords(input: InputConfig, { sentences }: LabeledCorpus): Map<string, number> {
  const normalize = wordNormalizer(input.words)
  const texts = new Counter()
  for (const { tokens } of sentences) for (const token of tokens) texts.add(token)
  const words = new Map<string, number>()
  for (const [text, count] of texts.counts) {
    const word = normalize(text)
    words.set(word, (words.get(word) ?? 0) + count)
  }
  return words
}

function prepareDev(
  dev: LabeledCorpus,
  unitTable: UnitTable,
  vocabularies: Vocabularies,
  warnings: WarningEvent[],
): DevSentences | null {
  const gold = rewriteTags(dev.sentences, dev.scheme, 'BIO')
  warnRepairs(warnings, dev, totalRepairs(gold.repairs))
  if (gold.types.size === 0) {
    warnings.push(
      warning(
        'dev-without-entities',
        `${dev.path} has no entity, so that no F1 can tell which epoch is best: every epoch runs and the last is kept`,
      ),
    )
    return null
  }
  const unseen = [...gold.types].filter(([type]) => !vocabularies.types.includes(type))
  for (const [type, count] of unseen)
    warnings.push(
      warning(
        'unseen-type',
        `${dev.path} has ${count} ${count === 1 ? 'entity' : 'entities'} of type ${type}, which the training data ` +
          'lacks: every one of them will count as missed',
      ),
    )
  const { parts, gather } = cutSentences(dev.sentences)
  return {
    parts: parts.map(sentence => unitTable.encode(sentence)),
    gather,
    gold: gold.tags.map(tags => toBio(tags)),
    scheme: dev.scheme,
  }
}
