import type { Sentence } from '../corpus/sentence.js'
import { EncodeError } from './encode-error.js'
import { type FeatureConfig, featureName, featureValues } from './features.js'
import { createNormaliser, type NormaliseWord, type WordNormalisation } from './normalise.js'
import { TagVocabulary } from './tag-vocabulary.js'
import { Counter, Vocabulary, type VocabularyOptions } from './vocabulary.js'
import { CASINGS, casingId } from './word-shape.js'

/** What a sentence is turned into. Plain data, saved with the vocabularies. */
export interface EncoderConfig {
  readonly words: WordNormalisation & VocabularyOptions
  /** Absent: no characters. Characters are code points of the word as it was written. */
  readonly characters?: VocabularyOptions
  readonly features: readonly FeatureConfig[]
}

/** One sentence as numbers. */
export interface EncodedSentence {
  /** Tokens. */
  readonly length: number
  /** `[length]`, of the normalised words. */
  readonly words: Int32Array
  /** Token t's characters are `ids[starts[t]] … ids[starts[t + 1] − 1]`; `starts` is `[length + 1]`. */
  readonly characters?: { readonly ids: Int32Array; readonly starts: Int32Array }
  /** By feature name, `[length]` each. */
  readonly features: Readonly<Record<string, Int32Array>>
  /** `[length]`, −1 for a tag unknown to the model; absent for unlabelled text. */
  readonly tags?: Int32Array
}

/** The fixed mapping from sentences to numbers: normalisation and vocabularies. Immutable. */
export class SentenceEncoder {
  private readonly normalise: NormaliseWord

  constructor(
    readonly config: EncoderConfig,
    readonly words: Vocabulary,
    readonly characters: Vocabulary | undefined,
    /** By feature name; `casing` has none. */
    readonly features: ReadonlyMap<string, Vocabulary>,
    readonly tags: TagVocabulary,
  ) {
    this.normalise = createNormaliser(config.words)
  }

  /** Numbers of distinct ids, padding included: the rows of the feature's embedding. */
  featureSize(feature: FeatureConfig): number {
    return feature.kind === 'casing' ? CASINGS.length : this.vocabularyOf(feature).size
  }

  /** @throws EncodeError `encode/column` where the sentence lacks a column that is a feature. */
  encode(sentence: Sentence): EncodedSentence {
    const { tokens, tags } = sentence
    return {
      length: tokens.length,
      words: Int32Array.from(tokens, token => this.words.id(this.normalise(token))),
      ...(this.characters && { characters: encodeCharacters(tokens, this.characters) }),
      features: Object.fromEntries(
        this.config.features.map(feature => [featureName(feature), this.encodeFeature(feature, sentence)]),
      ),
      ...(tags.length > 0 && { tags: Int32Array.from(tags, tag => this.tags.id(tag)) }),
    }
  }

  /** The same encoder with more words, such as those of pretrained vectors, behind the known ones. */
  withWords(more: Iterable<string>): SentenceEncoder {
    const { config, words, characters, features, tags } = this
    return new SentenceEncoder(config, words.extended(more), characters, features, tags)
  }

  toJSON() {
    const { config, words, characters, features, tags } = this
    return { config, words, characters, features: Object.fromEntries(features), tags }
  }

  /** @throws EncodeError `encode/vocabulary` for anything that `toJSON` did not write. */
  static fromJSON(value: unknown, where: string): SentenceEncoder {
    const parsed = parseRecord(value, where)
    const config = parseEncoderConfig(parsed.config, where)
    const vocabularies = parseRecord(parsed.features, `${where}: features`)
    const features = config.features
      .filter(feature => feature.kind !== 'casing')
      .map(featureName)
      .map(name => [name, Vocabulary.fromJSON(vocabularies[name], `${where}: features.${name}`)] as const)
    return new SentenceEncoder(
      config,
      Vocabulary.fromJSON(parsed.words, `${where}: words`),
      config.characters && Vocabulary.fromJSON(parsed.characters, `${where}: characters`),
      new Map(features),
      TagVocabulary.fromJSON(parsed.tags, `${where}: tags`),
    )
  }

  private vocabularyOf(feature: FeatureConfig): Vocabulary {
    const vocabulary = this.features.get(featureName(feature))
    if (!vocabulary) throw new RangeError(`no vocabulary for the feature ${featureName(feature)}`)
    return vocabulary
  }

  private encodeFeature(feature: FeatureConfig, sentence: Sentence): Int32Array {
    if (feature.kind === 'casing') return Int32Array.from(sentence.tokens, casingId)
    const vocabulary = this.vocabularyOf(feature)
    return Int32Array.from(featureValues(feature, sentence), value => vocabulary.id(value))
  }
}

/**
 * Gathers an encoder's vocabularies from the training sentences, one at a time.
 *
 * @example
 * const builder = new EncoderBuilder({ words: { lowerCase: true, zeroDigits: true }, features: [] })
 * for await (const sentence of readCorpus('train.conll')) builder.add(sentence)
 * const encoder = builder.build()
 */
export class EncoderBuilder {
  private readonly normalise: NormaliseWord
  private readonly words = new Counter()
  private readonly characters = new Counter()
  private readonly features: ReadonlyMap<FeatureConfig, Counter>
  private readonly tags = new Set<string>()

  constructor(private readonly config: EncoderConfig) {
    this.normalise = createNormaliser(config.words)
    this.features = new Map(
      config.features
        .filter(feature => feature.kind !== 'casing')
        .map(feature => [feature, new Counter()] as const),
    )
  }

  add(sentence: Sentence): void {
    for (const token of sentence.tokens) {
      this.words.add(this.normalise(token))
      if (this.config.characters) for (const character of token) this.characters.add(character)
    }
    for (const [feature, counter] of this.features)
      for (const value of featureValues(feature, sentence)) counter.add(value)
    for (const tag of sentence.tags) this.tags.add(tag)
  }

  /** How often a normalised word was seen: what rare-word dropout goes by. */
  countOf(word: string): number {
    return this.words.counts.get(word) ?? 0
  }

  build(): SentenceEncoder {
    const { config } = this
    const features = [...this.features].map(
      ([feature, { counts }]) =>
        [
          featureName(feature),
          Vocabulary.fromCounts(counts, feature.kind === 'casing' ? {} : { minCount: feature.minCount }),
        ] as const,
    )
    return new SentenceEncoder(
      config,
      Vocabulary.fromCounts(this.words.counts, config.words),
      config.characters && Vocabulary.fromCounts(this.characters.counts, config.characters),
      new Map(features),
      TagVocabulary.fromTags(this.tags),
    )
  }
}

function encodeCharacters(
  tokens: readonly string[],
  vocabulary: Vocabulary,
): { readonly ids: Int32Array; readonly starts: Int32Array } {
  const ids: number[] = []
  const starts = new Int32Array(tokens.length + 1)
  tokens.forEach((token, t) => {
    for (const character of token) ids.push(vocabulary.id(character))
    starts[t + 1] = ids.length
  })
  return { ids: Int32Array.from(ids), starts }
}

function parseRecord(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw damaged(where, 'an object', Array.isArray(value) ? 'a list' : String(value).slice(0, 40))
}

function damaged(where: string, expected: string, got: string): EncodeError {
  const remedy = 'the file was not written by this program or has been changed; train again'
  return new EncodeError('encode/vocabulary', { where, expected, got, remedy })
}

function parseEncoderConfig(value: unknown, where: string): EncoderConfig {
  const config = parseRecord(value, `${where}: config`)
  const words = parseRecord(config.words, `${where}: config.words`)
  if (typeof words.lowerCase !== 'boolean' || typeof words.zeroDigits !== 'boolean')
    throw damaged(`${where}: config.words`, 'lowerCase and zeroDigits as booleans', JSON.stringify(words))
  if (!Array.isArray(config.features) || !config.features.every(isFeatureConfig))
    throw damaged(`${where}: config.features`, 'a list of features', JSON.stringify(config.features))
  if (config.characters !== undefined) parseRecord(config.characters, `${where}: config.characters`)
  return value as EncoderConfig
}

function isFeatureConfig(value: unknown): value is FeatureConfig {
  if (typeof value !== 'object' || value === null) return false
  const feature = value as Record<string, unknown>
  switch (feature.kind) {
    case 'casing':
    case 'shape':
      return true
    case 'prefix':
    case 'suffix':
      return Number.isSafeInteger(feature.length) && Number(feature.length) > 0
    case 'column':
      return typeof feature.column === 'string'
    default:
      return false
  }
}
