/** A pretrained encoder with its tokenizer: what a tagger has of it, and what it is made from. */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import type { Tensor } from '../../engine/graph/tensor.js'
import type { SubwordTokenizer } from '../../text/subword/subword-tokenizer.js'
import {
  createSubwordTokenizer,
  parseTokenizerSource,
  type TokenizerSource,
} from '../../text/subword/tokenizer-source.js'
import { type EncoderArchitecture, longestSequence, parseArchitecture } from './architecture.js'
import type { EncoderWeights } from './encoder-weights.js'

/** What a run's `vocab.json` has of the encoder: everything but its numbers. */
export interface PretrainedVocabulary {
  readonly architecture: EncoderArchitecture
  readonly tokenizer: TokenizerSource
}

/** An encoder as its folder has it. */
export interface PretrainedModel extends PretrainedVocabulary {
  readonly weights: EncoderWeights
  /** The file that it was read from. */
  readonly file: string
  /** Whole numbers of 8 bits that a graph has beside the weights, by name. An encoder with any is for tagging alone. */
  readonly rounded?: ReadonlyMap<string, Tensor>
}

/** @throws ModelFileError for anything but what `JSON.stringify` made of a vocabulary */
export function parsePretrainedVocabulary(value: unknown, where: string): PretrainedVocabulary {
  if (!isRecord(value)) throw new ModelFileError({ where, expected: 'an object', got: typeof value })
  const vocabulary = {
    architecture: parseArchitecture(value.architecture, `${where}: architecture`),
    tokenizer: parseTokenizerSource(value.tokenizer, `${where}: tokenizer`),
  }
  tokenizerOfEncoder(vocabulary, where)
  return vocabulary
}

const made = new WeakMap<TokenizerSource, SubwordTokenizer>()

/**
 * The tokenizer of an encoder, made once.
 * @throws ModelFileError where it is damaged, has pieces that the encoder has no row for, or leaves no room for a text
 */
export function tokenizerOfEncoder(
  { tokenizer, architecture }: PretrainedVocabulary,
  where: string,
): SubwordTokenizer {
  const known = made.get(tokenizer)
  if (known) return known
  const own = createSubwordTokenizer(tokenizer, where)
  if (own.size > architecture.vocabulary)
    throw new ModelFileError({
      where,
      expected: `a tokenizer of at most ${architecture.vocabulary} pieces, for which the encoder has rows`,
      got: `ids up to ${own.size - 1}`,
      remedy: 'the tokenizer belongs to another encoder; copy the folder again',
    })
  const { prefix, suffix } = own.around
  const strange = [...prefix, ...suffix].find(id => id >= architecture.vocabulary)
  if (strange !== undefined)
    throw new ModelFileError({
      where,
      expected: `special pieces that the encoder has rows for, ${architecture.vocabulary} of them`,
      got: `the id ${strange}`,
      remedy: 'the tokenizer belongs to another encoder; copy the folder again',
    })
  const room = longestSequence(architecture) - prefix.length - suffix.length
  if (room < 1)
    throw new ModelFileError({
      where,
      expected: `fewer special pieces around a text than the encoder reads at once, ${longestSequence(architecture)}`,
      got: `${prefix.length + suffix.length}`,
    })
  made.set(tokenizer, own)
  return own
}
