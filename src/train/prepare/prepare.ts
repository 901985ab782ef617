import type { Note } from '../../base/fault.js'
import type { Config } from '../../config/schema.js'
import { cutLabeled, cutSentences } from '../../corpus/cut-sentences.js'
import { entityFit, fitNotes } from '../../corpus/entity-fit.js'
import { exactTokens } from '../../corpus/refine-tokens.js'
import { agreementNotes, type TokenAgreement, tokenAgreement } from '../../corpus/token-agreement.js'
import { checkNames, type GazetteerList } from '../../encode/gazetteer.js'
import { type VectorCoverage, vectorCoverage, type WordVectors } from '../../encode/word-vectors.js'
import { UnitTable } from '../../model/inputs/unit-table.js'
import { tagsOfUnits } from '../../model/inputs/units.js'
import { countWords } from '../../model/inputs/words.js'
import type { TaggerDefinition } from '../../model/tagger-definition.js'
import { buildVocabularies, countTokens, taggerInputs, type Vocabularies } from '../../model/vocabularies.js'
import { segmenterProbe } from '../../text/segmenter-probe.js'
import { createTokenizer } from '../../text/tokenizer.js'
import { type DevSentences, toBio } from '../loop/dev-evaluation.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import type { LabeledCorpus } from './corpora.js'
import { chosenSettings, type FixedConfig, fixSizes } from './corpus-size.js'
import { type RewrittenTags, rewriteTags } from './gold-tags.js'
import * as notes from './notes.js'
import { createSampler, type Sampler } from './sampling.js'
import { fixSegmentation } from './segmentation.js'

/** Corpora turned into what training works on. */
export interface PreparedTraining {
  /** The configuration that was given, with numbers where it has `auto`. */
  readonly config: FixedConfig
  /** What `auto` became for this corpus: each setting's path with its value. */
  readonly chosen: Readonly<Record<string, unknown>>
  readonly vocabularies: Vocabularies
  readonly definition: TaggerDefinition
  readonly unitTable: UnitTable
  readonly sentences: readonly TaggedSentence[]
  /** Which sentences each epoch has; absent where each has all of them once. */
  readonly sampler: Sampler | undefined
  /** Absent too where the development corpus has no entity, so that nothing can be scored. */
  readonly dev: DevSentences | null
  readonly tokens: number
  readonly notes: readonly Note[]
  /** How far the training corpus's tokens are from those of raw text; `undefined` if it was read in the latter. */
  readonly agreement: TokenAgreement | undefined
  /** How many words of the training data have a pretrained vector; `null` without vectors. */
  readonly coverage: VectorCoverage | null
}

export interface PrepareInput {
  readonly config: Config
  readonly train: LabeledCorpus
  readonly dev: LabeledCorpus | null
  /** Pretrained vectors: training words start from them, and words that occur later have theirs. */
  readonly vectors?: WordVectors
  /** The lists that `input.gazetteers` names, in its order. */
  readonly gazetteers?: readonly GazetteerList[]
  /** How often each token of the training corpus occurs, if it was counted already. */
  readonly tokens?: ReadonlyMap<string, number>
}

/** Builds vocabularies from the training data alone, and encodes both corpora with them. */
export function prepareTraining(input: PrepareInput): PreparedTraining {
  const { train, dev, vectors, gazetteers = [] } = input
  checkNames(gazetteers)
  const parts = cutLabeled(train.sentences)
  const segmented = fixSegmentation(input.config, train)
  const config = fixSizes(segmented.config, parts.length)
  const { scheme } = config.tags
  const tokens = input.tokens ?? countTokens(parts)
  const isInWords = config.text.segmentation === 'words'
  const agreement = tokenAgreement(train.sentences, createTokenizer(isInWords ? 'words' : 'characters'))
  const gold = rewriteTags(parts, train.scheme, scheme)
  const devGold = dev && rewriteTags(dev.sentences.map(exactTokens), dev.scheme, 'BIO')
  const source = { sentences: parts, tokens, types: gold.types.keys(), scheme, gazetteers, vectors }
  const vocabularies: Vocabularies = {
    ...buildVocabularies(source, config.input),
    ...(isInWords && { segmenter: segmenterProbe() }),
  }
  const inputs = taggerInputs(config.input, vocabularies, vectors)
  const unitTable = new UnitTable(inputs)
  const definition: TaggerDefinition = { inputs, tags: vocabularies.tags, config }
  const ids = new Map(vocabularies.tags.map((tag, id) => [tag, id]))
  const sentences = parts.map((sentence, i): TaggedSentence => {
    const encoded = unitTable.encode(sentence)
    const { units } = encoded
    const isPerUnit = units && config.input.unit.kind === 'character'
    const tags = isPerUnit ? tagsOfUnits(gold.tags[i], units) : gold.tags[i]
    return { ...encoded, tags: Int32Array.from(tags, tag => ids.get(tag) ?? 0) }
  })
  const preparedDev = dev && devGold && devGold.types.size > 0 ? encodeDev(dev, devGold, unitTable) : null
  const sampler = createSampler(config.training.sampling, sentences, vocabularies.tags)
  return {
    config,
    chosen: chosenSettings(input.config, config),
    vocabularies,
    definition,
    unitTable,
    sentences,
    sampler,
    dev: preparedDev,
    tokens: sentences.reduce((sum, own) => sum + own.tokens, 0),
    agreement,
    coverage: vectors ? vectorCoverage(countWords(config.input.words, tokens), vectors) : null,
    notes: [
      ...segmented.notes,
      ...notes.repairNotes(train, gold),
      ...agreementNotes(train.path, agreement),
      ...fitNotes(train.path, entityFit(train.path, train.sentences), 'training'),
      ...notes.trainingNotes(train, gold, { config, parts: parts.length }),
      ...(dev && devGold
        ? [
            ...fitNotes(dev.path, entityFit(dev.path, dev.sentences), 'scoring'),
            ...notes.repairNotes(dev, devGold),
            ...notes.devNotes(dev, devGold, vocabularies),
          ]
        : []),
      ...notes.longSentenceNotes(train.path, sentences, definition),
      ...notes.vocabularyNotes(train.path, vocabularies, config),
      ...notes.scheduleNotes(config, preparedDev !== null),
      ...notes.samplingNotes(train.path, config.training.sampling, sampler),
    ],
  }
}

function encodeDev(
  { sentences, scheme }: LabeledCorpus,
  gold: RewrittenTags,
  table: UnitTable,
): DevSentences {
  const { parts, gather } = cutSentences(sentences)
  return {
    parts: parts.map(sentence => table.encode(sentence)),
    gather,
    sentences,
    gold: gold.tags.map(tags => toBio(tags)),
    scheme,
  }
}
