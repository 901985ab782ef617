import { byCodePoint } from '../base/code-point-order.js'
import { isRecord, isStrings } from '../base/json-types.js'
import { ModelFileError } from '../base/model-file-error.js'
import type { InputConfig } from '../config/schema.js'
import type { GazetteerList } from '../encode/gazetteer.js'
import { learnMerges, type Merge, parseMerges } from '../encode/pieces.js'
import { Counter, Vocabulary } from '../encode/vocabulary.js'
import { casingOf, prefixOf, shapeOf, suffixOf } from '../encode/word-shape.js'
import type { Scheme } from '../tags/scheme.js'
import { SCHEMES } from '../tags/scheme.js'
import { tagSet } from '../tags/tag-set.js'
import { normalizeToken } from '../text/normalize.js'
import {
  columnFeature,
  columnKey,
  type TokenSentence,
  tokensOf,
  toSentence,
} from './inputs/sentence-features.js'
import { unitsOf } from './inputs/units.js'

/** The fixed lists that turn text into ids and ids into tags: what `vocab.json` holds. Made from training data alone. */
export interface Vocabularies {
  readonly scheme: Scheme
  /** Entity types, by code point. */
  readonly types: readonly string[]
  /** The model's tags by id, `O` first: every tag that the scheme can write for the types. */
  readonly tags: readonly string[]
  /** The words whose vectors are trained. */
  readonly words: Vocabulary
  /** The words whose pretrained vectors stay as they are; absent without vectors. */
  readonly vectorWords?: Vocabulary
  /** `shape`, `casing`, `prefix2`, `suffix3`, `column.pos` …, as the configuration asks. */
  readonly features: Readonly<Record<string, Vocabulary>>
  readonly characters?: Vocabulary
  /** Lists of names, in the configuration's order; they are not learned from data. */
  readonly gazetteers?: readonly GazetteerList[]
  /** What pieces are made by, where they are the unit. */
  readonly merges?: readonly Merge[]
}

/** What stands for a whole token where tweets are normalized: `<USR>`, `<URL>`; `undefined` for any other. */
export function tokenMask({ words }: InputConfig): (token: string) => string | undefined {
  if (words.normalize !== 'tweets') return () => undefined
  return token => {
    const mask = normalizeToken(token, { user: true, url: true })
    return mask === token ? undefined : mask
  }
}

/** What is done to a word before it is looked up. */
export function wordNormalizer({ words }: InputConfig): (word: string) => string {
  const isTweets = words.normalize === 'tweets'
  const options = { user: isTweets, url: isTweets, lower: words.lowercase, digits: words.digitsToZero }
  return word => normalizeToken(word, options)
}

/** What a column's vocabulary is called. */
export function columnFeatureName(column: string | number): string {
  return `column.${columnKey(column)}`
}

/** The features of a token's text that are looked up by value, named as in `vocab.json`. */
export function featureFunctions(input: InputConfig): Readonly<Record<string, (text: string) => string>> {
  const functions: Record<string, (text: string) => string> = {}
  if (input.shape.dim > 0) functions.shape = shapeOf
  if (input.casing.dim > 0) functions.casing = casingOf
  if (input.affixes.dim > 0)
    for (const length of input.affixes.lengths) {
      functions[`prefix${length}`] = text => prefixOf(text, length)
      functions[`suffix${length}`] = text => suffixOf(text, length)
    }
  return functions
}

/** Characters, affixes and shapes seen once say nothing about others, and train their <UNK> instead. */
const FEATURE_MIN_COUNT = 2

export interface VocabularySource {
  /** The training sentences, with their columns where the configuration looks at some. */
  readonly sentences: Iterable<TokenSentence>
  readonly gazetteers?: readonly GazetteerList[]
  readonly types: Iterable<string>
  readonly scheme: Scheme
}

/** Counts the training data and fixes the vocabularies. Order and ids depend on the data alone. */
export function buildVocabularies(source: VocabularySource, input: InputConfig): Vocabularies {
  const normalize = wordNormalizer(input)
  const texts = new Counter()
  const maskOf = tokenMask(input)
  const merges =
    input.unit === 'piece' ? learnMerges(tokenCounts(source, maskOf), input.pieces.size) : undefined
  const units = unitsOf(input.unit, merges, maskOf)
  for (const sentence of source.sentences)
    for (const text of units.split(tokensOf(sentence)).texts) texts.add(text)
  const counted = (featureOf: (text: string) => Iterable<string>): Map<string, number> => {
    const counts = new Map<string, number>()
    for (const [text, count] of texts.counts)
      for (const value of featureOf(text)) counts.set(value, (counts.get(value) ?? 0) + count)
    return counts
  }
  const features: Record<string, Vocabulary> = {}
  for (const [name, featureOf] of Object.entries(featureFunctions(input)))
    features[name] = Vocabulary.fromCounts(
      counted(text => [featureOf(text)]),
      { minCount: FEATURE_MIN_COUNT },
    )
  for (const { column } of input.columns) {
    const { valuesOf } = columnFeature(column)
    const values = new Counter()
    for (const sentence of source.sentences)
      for (const value of valuesOf(toSentence(sentence))) values.add(value)
    features[columnFeatureName(column)] = Vocabulary.fromCounts(values.counts, {
      minCount: FEATURE_MIN_COUNT,
    })
  }
  const types = [...new Set(source.types)].sort(byCodePoint)
  return {
    scheme: source.scheme,
    types,
    tags: tagSet(types, source.scheme),
    words: Vocabulary.fromCounts(
      counted(text => [normalize(text)]),
      { minCount: input.words.minCount },
    ),
    features,
    ...(source.gazetteers?.length && { gazetteers: source.gazetteers }),
    ...((input.charCnn.filters > 0 || input.charLstm.hidden > 0) && {
      characters: Vocabulary.fromCounts(
        counted(text => text),
        { minCount: FEATURE_MIN_COUNT },
      ),
    }),
    ...(merges && { merges }),
  }
}

/** How often each token is split. */
function tokenCounts(
  { sentences }: VocabularySource,
  maskOf: (token: string) => string | undefined,
): ReadonlyMap<string, number> {
  const counter = new Counter()
  for (const sentence of sentences)
    for (const token of tokensOf(sentence)) if (maskOf(token) === undefined) counter.add(token)
  return counter.counts
}

export function vocabulariesToJson(vocabularies: Vocabularies): unknown {
  const { scheme, types, tags, words, vectorWords, features, characters, gazetteers, merges } = vocabularies
  return {
    scheme,
    types,
    tags,
    words,
    ...(vectorWords && { vectorWords }),
    features,
    ...(characters && { characters }),
    ...(gazetteers && { gazetteers }),
    ...(merges && { merges }),
  }
}

/**
 * @param where what to call the file in messages
 * @throws ModelFileError, EncodeError for anything `vocabulariesToJson` did not write
 */
export function vocabulariesFromJson(value: unknown, where: string): Vocabularies {
  const fault = (field: string, expected: string) =>
    new ModelFileError({ where: `${where}: ${field}`, expected, got: 'something else' })
  if (!isRecord(value)) throw fault('top level', 'an object')
  const { scheme, types, tags, words, vectorWords, features, characters, gazetteers, merges } = value
  if (gazetteers !== undefined && !(Array.isArray(gazetteers) && gazetteers.every(isGazetteerList)))
    throw fault('gazetteers', 'lists of names')
  if (typeof scheme !== 'string' || !Object.hasOwn(SCHEMES, scheme))
    throw fault('scheme', 'a known tag scheme')
  if (!isStrings(types)) throw fault('types', 'a list of texts')
  if (!isStrings(tags) || tags[0] !== 'O') throw fault('tags', 'a list of tags with O first')
  if (!isRecord(features)) throw fault('features', 'an object of lists')
  return {
    scheme: scheme as Scheme,
    types,
    tags,
    words: Vocabulary.fromJSON(words, `${where}: words`),
    ...(vectorWords !== undefined && {
      vectorWords: Vocabulary.fromJSON(vectorWords, `${where}: vectorWords`),
    }),
    features: Object.fromEntries(
      Object.entries(features).map(([name, list]) => [name, Vocabulary.fromJSON(list, `${where}: ${name}`)]),
    ),
    ...(characters !== undefined && { characters: Vocabulary.fromJSON(characters, `${where}: characters`) }),
    ...(gazetteers !== undefined && { gazetteers }),
    ...(merges !== undefined && { merges: parseMerges(merges, `${where}: merges`) }),
  }
}

function isGazetteerList(value: unknown): value is GazetteerList {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    typeof value.ignoreCase === 'boolean' &&
    isStrings(value.entries)
  )
}
