import { byCodePoint } from '../base/code-point-order.js'
import { isRecord } from '../base/json-types.js'
import { ModelFileError } from '../base/model-file-error.js'
import type { Config } from '../config/schema.js'
import type { GazetteerList } from '../encode/gazetteer.js'
import { learnMerges, type Merge, parseMerges } from '../encode/pieces.js'
import { parseTagLists, type TagLists } from '../encode/tag-lists.js'
import { Counter } from '../encode/vocabulary.js'
import type { WordClassList } from '../encode/word-classes.js'
import type { WordVectors } from '../encode/word-vectors.js'
import type { Scheme } from '../tags/scheme.js'
import { tagSet } from '../tags/tag-set.js'
import { createTokenizer, type Tokenizer } from '../text/tokenizer.js'
import {
  collectInputs,
  createInputs,
  extendInputs,
  type InputVocabularies,
  parseInputs,
} from './inputs/create-inputs.js'
import type { BaseInput, InputData } from './inputs/input-block.js'
import { type TokenSentence, tokensOf, toSentence } from './inputs/sentence.js'
import type { TaggerInputs } from './inputs/unit-table.js'
import { unitsOf } from './inputs/units.js'
import { tokenMask } from './inputs/words.js'
import { longestSequence } from './pretrained/architecture.js'
import type { EncoderWeights } from './pretrained/encoder-weights.js'
import { encoderLayout, trainsEmbeddings } from './pretrained/layout.js'
import { encoderUnits, piecesInput } from './pretrained/pieces.js'
import {
  type PretrainedVocabulary,
  parsePretrainedVocabulary,
  tokenizerOfEncoder,
} from './pretrained/pretrained-model.js'

/** The fixed lists that turn text into ids and ids into tags: `vocab.json`. Made from training data alone. */
export interface Vocabularies extends TagLists {
  /** How words are split, where pieces are the unit. */
  readonly merges?: readonly Merge[]
  /** What a pretrained encoder is, where there is one. */
  readonly pretrained?: PretrainedVocabulary
  readonly inputs: InputVocabularies
}

export interface VocabularySource {
  /** The training sentences, with their columns where the configuration looks at some. */
  readonly sentences: readonly TokenSentence[]
  /** How often each token occurs in them, if it was counted already. */
  readonly tokens?: ReadonlyMap<string, number>
  readonly types: Iterable<string>
  readonly scheme: Scheme
  /** The lists that `input.gazetteers` names, in its order. */
  readonly gazetteers?: readonly GazetteerList[]
  /** The lists that `input.classes` names, in its order. */
  readonly classes?: readonly WordClassList[]
  readonly vectors?: Pick<WordVectors, 'rows' | 'subwords'>
  /** The encoder that `pretrained` names. */
  readonly pretrained?: PretrainedVocabulary
}

/** The settings that say what a tagger reads. */
type InputSettings = Pick<Config, 'input'> & Partial<Pick<Config, 'pretrained'>>

/** Counts the training data and fixes the vocabularies. Order and ids depend on the data alone. */
export function buildVocabularies(source: VocabularySource, { input }: InputSettings): Vocabularies {
  const tokens = source.tokens ?? countTokens(source.sentences)
  const maskOf = tokenMask(input)
  const merges =
    input.unit.kind === 'piece'
      ? learnMerges(new Map([...tokens].filter(([token]) => maskOf(token) === undefined)), input.unit.size)
      : undefined
  const { scheme, types, tags, data } = sourceData({ ...source, tokens }, input, merges)
  const pretrained = source.pretrained && {
    architecture: source.pretrained.architecture,
    tokenizer: source.pretrained.tokenizer,
  }
  return {
    ...{ scheme, types, tags },
    ...(merges && { merges }),
    ...(pretrained && { pretrained }),
    inputs: collectInputs(input, data),
  }
}

/** What inputs are made from, and the tags of the types. */
function sourceData(
  source: VocabularySource,
  input: Config['input'],
  merges: readonly Merge[] | undefined,
): Pick<Vocabularies, 'scheme' | 'types' | 'tags'> & { readonly data: InputData } {
  const { scheme, gazetteers = [], classes = [], vectors } = source
  const sentences = source.sentences.map(toSentence)
  const tokens = source.tokens ?? countTokens(sentences)
  const units = unitsOf(input.unit.kind, merges, tokenMask(input))
  const types = [...new Set(source.types)].sort(byCodePoint)
  const texts = units.kind === 'word' ? tokens : countTexts(sentences, own => units.split(own.tokens).texts)
  return {
    scheme,
    types,
    tags: tagSet(types, scheme),
    data: { texts, sentences, gazetteers, classes, vectors },
  }
}

/**
 * The vocabularies of a tagger that starts from a trained model: the model's inputs, with what the training data has
 * besides, and the types of the source. The data is cut into the model's units.
 */
export function extendVocabularies(
  model: Vocabularies,
  source: Omit<VocabularySource, 'gazetteers' | 'classes' | 'vectors' | 'pretrained'>,
  { input }: InputSettings,
): Vocabularies {
  const { merges, pretrained } = model
  const { scheme, types, tags, data } = sourceData({ ...source, gazetteers: [] }, input, merges)
  return {
    ...{ scheme, types, tags },
    ...(merges && { merges }),
    ...(pretrained && { pretrained }),
    inputs: extendInputs(input, model.inputs, data),
  }
}

/** How often each token occurs. */
export function countTokens(sentences: readonly TokenSentence[]): ReadonlyMap<string, number> {
  return countTexts(sentences, tokensOf)
}

function countTexts<Item>(
  items: readonly Item[],
  textsOf: (item: Item) => readonly string[],
): ReadonlyMap<string, number> {
  const counter = new Counter()
  for (const item of items) for (const text of textsOf(item)) counter.add(text)
  return counter.counts
}

/** What cuts the texts of a tagger. Runs from before `text.segmentation` have no segmenter, and cut characters. */
export function tokenizerOf({ segmenter }: Pick<TagLists, 'segmenter'>): Tokenizer {
  return createTokenizer(segmenter ? 'words' : 'characters')
}

/**
 * What the model sees of a sentence.
 * @param resources.vectors pretrained ones, for training; a tagger that is loaded has them in its files
 * @param resources.base the inputs of the trained model that the tagger starts from
 */
export function taggerInputs(
  { input, pretrained: settings }: InputSettings,
  vocabularies: Vocabularies,
  resources: TaggerResources = {},
): TaggerInputs {
  const tokenizer = tokenizerOf(vocabularies)
  const { weights, ...rest } = resources
  const { pretrained } = vocabularies
  if (!settings || !pretrained)
    return {
      units: unitsOf(input.unit.kind, vocabularies.merges, tokenMask(input)),
      blocks: createInputs(input, vocabularies.inputs, { ...rest, tokenizer }),
    }
  const network = { architecture: pretrained.architecture, settings, ...(weights && { weights }) }
  const others = createInputs(input, vocabularies.inputs, { ...rest, tokenizer }, isBesideEncoder)
  return {
    units: encoderUnits(tokenizerOfEncoder(pretrained, VOCABULARIES), {
      context: settings.context,
      longest: longestSequence(pretrained.architecture),
    }),
    blocks: [
      piecesInput(pretrained.architecture, {
        ...encoderLayout(network),
        isTrained: trainsEmbeddings(network),
      }),
      ...others.map(block => ({ ...block, readsTokens: true })),
    ],
    pretrained: network,
  }
}

/** What to call the place of the encoder in messages. */
const VOCABULARIES = 'pretrained'

/** Beside an encoder, words are an input only where they have vectors. */
function isBesideEncoder(name: string, settings: unknown): boolean {
  return name !== 'words' || (isRecord(settings) && settings.vectors !== null)
}

export interface TaggerResources {
  readonly vectors?: WordVectors
  readonly base?: BaseInput<InputVocabularies>
  /** What a pretrained encoder starts from, for training. */
  readonly weights?: EncoderWeights
}

/**
 * Reads what `JSON.stringify` made of vocabularies.
 * @param input the configuration they were made for
 * @param where what to call the file in messages
 * @throws ModelFileError, EncodeError for anything else
 */
export function parseVocabularies(
  value: unknown,
  { input, pretrained: settings }: InputSettings,
  where: string,
): Vocabularies {
  const { lists, rest } = parseTagLists(value, where)
  const { merges, pretrained } = rest
  if ((pretrained !== undefined) !== Boolean(settings))
    throw new ModelFileError({
      where: `${where}: pretrained`,
      expected: settings ? 'the encoder that the settings name' : 'none, as the settings say',
      got: settings ? 'none' : 'an encoder',
    })
  if ((merges !== undefined) !== (input.unit.kind === 'piece'))
    throw new ModelFileError({
      where: `${where}: merges`,
      expected: input.unit.kind === 'piece' ? 'a list, for pieces' : 'none without pieces',
      got: 'something else',
    })
  return {
    ...lists,
    ...(merges !== undefined && { merges: parseMerges(merges, `${where}: merges`) }),
    ...(pretrained !== undefined && {
      pretrained: parsePretrainedVocabulary(pretrained, `${where}: pretrained`),
    }),
    inputs: parseInputs(input, rest.inputs, `${where}: inputs`),
  }
}
