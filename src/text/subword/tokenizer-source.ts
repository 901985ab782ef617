/** A tokenizer as plain data: the content of the files that it is published as. */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { JsonFields } from './json-fields.js'
import { bertTokenizer, parseTokenizer, parseUnigramTokenizer, robertaTokenizer } from './parse-tokenizer.js'
import type { SubwordTokenizer } from './subword-tokenizer.js'

export type TokenizerSource =
  | {
      /** The parsed file of that name. */
      readonly kind: 'tokenizer.json' | 'unigram.json'
      readonly json: unknown
    }
  | {
      readonly kind: 'vocab.txt'
      readonly vocabulary: string
      readonly lowercase: boolean
      readonly stripAccents: boolean
      readonly ideographs: boolean
    }
  | {
      readonly kind: 'merges.txt'
      /** The parsed `vocab.json`. */
      readonly vocabulary: unknown
      readonly merges: string
      readonly addSpace: boolean
    }

/** @throws ModelFileError for anything but what `JSON.stringify` made of a source */
export function parseTokenizerSource(value: unknown, where: string): TokenizerSource {
  if (!isRecord(value)) throw new ModelFileError({ where, expected: 'an object', got: typeof value })
  const fields = new JsonFields(value, where)
  const kind = fields.string('kind')
  switch (kind) {
    case 'tokenizer.json':
    case 'unigram.json':
      return { kind, json: value.json }
    case 'vocab.txt':
      return {
        ...{ kind, vocabulary: fields.string('vocabulary'), lowercase: fields.boolean('lowercase') },
        stripAccents: fields.boolean('stripAccents'),
        ideographs: fields.boolean('ideographs'),
      }
    case 'merges.txt':
      return {
        ...{ kind, vocabulary: value.vocabulary, merges: fields.string('merges') },
        addSpace: fields.boolean('addSpace'),
      }
    default:
      throw fields.refused('a kind of tokenizer file', JSON.stringify(kind))
  }
}

/** @throws ModelFileError as the parsers of each file do */
export function createSubwordTokenizer(source: TokenizerSource, where: string): SubwordTokenizer {
  switch (source.kind) {
    case 'tokenizer.json':
      return parseTokenizer(source.json, where)
    case 'unigram.json':
      return parseUnigramTokenizer(source.json, where)
    case 'vocab.txt':
      return bertTokenizer({ ...source, where })
    case 'merges.txt':
      return robertaTokenizer({ ...source, where: { vocabulary: where, merges: where } })
    default:
      return source satisfies never
  }
}
