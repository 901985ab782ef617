import type { Note } from '../../base/fault.js'
import type { Config } from '../../config/schema.js'
import { cutSentences } from '../../corpus/cut-sentences.js'
import { entityFit, fitNotes } from '../../corpus/entity-fit.js'
import { exactTokens } from '../../corpus/refine-tokens.js'
import { otherCutNotes } from '../../corpus/segmentation.js'
import { agreementNotes, type TokenAgreement, tokenAgreement } from '../../corpus/token-agreement.js'
import { checkNames, type GazetteerList } from '../../encode/gazetteer.js'
import { checkClassNames, type WordClassList } from '../../encode/word-classes.js'
import { type VectorCoverage, vectorCoverage, type WordVectors } from '../../encode/word-vectors.js'
import { UnitTable } from '../../model/inputs/unit-table.js'
import { countWords } from '../../model/inputs/words.js'
import type { PretrainedModel } from '../../model/pretrained/pretrained-model.js'
import type { TaggerDefinition } from '../../model/tagger-definition.js'
import { inputsOf, type TrainedModel } from '../../model/trained-model.js'
import {
  buildVocabularies,
  countTokens,
  extendVocabularies,
  taggerInputs,
  type Vocabularies,
} from '../../model/vocabularies.js'
import { segmenterProbe } from '../../text/segmenter-probe.js'
import { createTokenizer } from '../../text/tokenizer.js'
import { type DevSentences, toBio } from '../loop/dev-evaluation.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import type { TagSets } from './allowed-tags.js'
import { checkEncoder, encoderNotes } from './check-encoder.js'
import type { LabeledCorpus, TrainingCorpus } from './corpora.js'
import { chosenSettings, type FixedConfig, fixSizes } from './corpus-size.js'
import { encoderParts } from './encoder-parts.js'
import { type RewrittenTags, rewriteTags } from './gold-tags.js'
import { encodeLabels, type Recalled, readLabels } from './labels.js'
import * as notes from './notes.js'
import { createSampler, type Sampler } from './sampling.js'
import { fixSegmentation } from './segmentation.js'
import { keptTypes, startConfig, startNotes, unscoredTypes } from './start.js'

/** Corpora turned into what training works on. */
export interface PreparedTraining {
  /** The configuration that was given, with numbers where it has `auto`. */
  readonly config: FixedConfig
  /** What `auto` became for this corpus: each setting's path with its value. */
  readonly chosen: Readonly<Record<string, unknown>>
  readonly vocabularies: Vocabularies
  readonly definition: TaggerDefinition
  /** The types that are kept of the model that training starts from. */
  readonly keptTypes: readonly string[] | undefined
  readonly unitTable: UnitTable
  readonly sentences: readonly TaggedSentence[]
  /** The sets of allowed tags; absent where every sentence is labeled whole. */
  readonly tagSets: TagSets | undefined
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
  /** One corpus, or several. */
  readonly train: TrainingCorpus | readonly TrainingCorpus[]
  readonly dev: LabeledCorpus | null
  /** Pretrained vectors: training words start from them, and words that occur later have theirs. */
  readonly vectors?: WordVectors
  /** The lists that `input.gazetteers` names, in its order. */
  readonly gazetteers?: readonly GazetteerList[]
  /** The lists that `input.classes` names, in its order. */
  readonly classes?: readonly WordClassList[]
  /** How often each token of the training corpus occurs, if it was counted already. */
  readonly tokens?: ReadonlyMap<string, number>
  /** The encoder that `pretrained` names. */
  readonly pretrained?: PretrainedModel
  /** The trained model that training starts from: vectors and gazetteers are then its own. */
  readonly base?: TrainedModel
  /** What it is sure of in the training sentences. */
  readonly recalled?: Recalled
}

/** Builds vocabularies from the training data alone, and encodes both corpora with them. */
export function prepareTraining(input: PrepareInput): PreparedTraining {
  const { dev, vectors, gazetteers = [], classes = [], base, pretrained } = input
  const given = startConfig(input.config, base)
  const train = [input.train].flat()
  checkEncoder(given, pretrained ?? base?.vocabularies.pretrained)
  checkNames(gazetteers)
  checkClassNames(classes, 'input.classes')
  const name = train.map(({ path }) => path).join(', ')
  const kept = keptTypes(given, base)
  const labels = readLabels(train, given.tags.scheme, kept)
  const parts = labels.corpora.flatMap(corpus => corpus.parts)
  const allSentences = train.flatMap(({ sentences }) => sentences)
  const segmented = fixSegmentation(given, { path: name, sentences: allSentences })
  const config = fixSizes(segmented.config, parts.length)
  const { scheme } = config.tags
  const tokens = input.tokens ?? countTokens(parts)
  const { segmentation } = segmented.config.text
  const agreement = tokenAgreement(allSentences, createTokenizer(segmentation))
  const devGold = dev && rewriteTags(dev.sentences.map(exactTokens), dev.scheme, 'BIO')
  const source = {
    ...{ sentences: parts, tokens, types: labels.types, scheme },
    ...{ gazetteers, classes, vectors, pretrained },
  }
  const vocabularies: Vocabularies = {
    ...(base ? extendVocabularies(base.vocabularies, source, config) : buildVocabularies(source, config)),
    ...(segmentation === 'words' && { segmenter: segmenterProbe() }),
  }
  const inputs = taggerInputs(config, vocabularies, {
    ...{ vectors, base: base && inputsOf(base) },
    weights: pretrained?.weights,
  })
  const unitTable = new UnitTable(inputs)
  const definition: TaggerDefinition = { inputs, tags: vocabularies.tags, config }
  const { tagSets, sentences: whole } = encodeLabels(labels, vocabularies, unitTable, input.recalled)
  const byCorpus = whole.map(own => own.flatMap(sentence => encoderParts(sentence, inputs)))
  const sentences = byCorpus.flat()
  const unscored = unscoredTypes(kept, devGold)
  const preparedDev =
    dev && devGold && devGold.types.size > 0 ? encodeDev(dev, devGold, { table: unitTable, unscored }) : null
  const weights = byCorpus.flatMap((own, i) => own.map(() => train[i].weight ?? 1))
  const sampler = createSampler(config.training.sampling, sentences, vocabularies.tags, weights)
  return {
    config,
    chosen: chosenSettings(given, config),
    vocabularies,
    definition,
    keptTypes: kept,
    unitTable,
    sentences,
    tagSets,
    sampler,
    dev: preparedDev,
    tokens: sentences.reduce((sum, own) => sum + own.tokens, 0),
    agreement,
    coverage: vectors ? vectorCoverage(countWords(config.input.words, tokens), vectors) : null,
    notes: [
      ...(base ? startNotes(base, { labels, vocabularies, kept, recalled: input.recalled }) : []),
      ...(dev && unscored.size > 0 ? [notes.unscoredNote(dev, unscored)] : []),
      ...segmented.notes,
      // A corpus that stands alone has been compared with its own cut.
      ...[...(train.length > 1 ? train : []), ...(dev ? [dev] : [])].flatMap(corpus =>
        otherCutNotes(corpus.path, corpus.sentences, segmentation),
      ),
      ...agreementNotes(name, agreement),
      ...labels.corpora.flatMap(({ corpus, gold, parts: own }) => [
        ...notes.repairNotes(corpus, gold),
        ...fitNotes(corpus.path, entityFit(corpus.path, corpus.sentences), 'training'),
        ...notes.trainingNotes(corpus, gold, { config, parts: own.length }),
      ]),
      ...notes.typeNameNotes(labels, base?.vocabularies.types),
      ...notes.partialNotes(labels),
      ...(dev && devGold
        ? [
            ...fitNotes(dev.path, entityFit(dev.path, dev.sentences), 'scoring'),
            ...notes.repairNotes(dev, devGold),
            ...notes.devNotes(dev, devGold, vocabularies),
          ]
        : []),
      ...whole.flatMap((own, i) => notes.longSentenceNotes(train[i].path, own, definition)),
      ...notes.documentNotes(config, [...train, ...(dev ? [dev] : [])]),
      ...encoderNotes(pretrained, config),
      ...notes.vocabularyNotes(name, vocabularies, config),
      ...notes.scheduleNotes(config, preparedDev !== null),
      ...notes.samplingNotes(name, config.training.sampling, sampler),
    ],
  }
}

function encodeDev(
  { sentences, scheme }: LabeledCorpus,
  gold: RewrittenTags,
  { table, unscored }: { readonly table: UnitTable; readonly unscored: ReadonlySet<string> },
): DevSentences {
  const { parts, gather } = cutSentences(sentences)
  return {
    parts: parts.map(sentence => table.encode(sentence)),
    gather,
    sentences,
    gold: gold.tags.map(tags => toBio(tags)),
    scheme,
    unscored,
  }
}
