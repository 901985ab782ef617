/** How decision lists are stored: features and words in `vocab.json`, types and confidences as tensors. */
import { isStrings } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { parseTagLists, type TagLists } from '../../encode/tag-lists.js'
import type { StoredTensor } from '../../engine/optim/safetensors.js'
import type { StoredNumbers } from '../stored-numbers.js'
import type { StoredRule } from './bootstrap.js'
import type { Rule } from './co-training.js'

export interface BootstrapVocabulary extends TagLists {
  /** A feature for each rule. */
  readonly features: readonly string[]
  /** Words that begin sentences with a capital though they are of no name, in lower case, separated by spaces. */
  readonly common: string
}

/** @param rules their types are numbers of `lists.types`, or −1 */
export function bootstrapTensors(rules: readonly Rule[]): ReadonlyMap<string, StoredTensor> {
  const types = Int32Array.from(rules, ({ type }) => type)
  const confidences = Float64Array.from(rules, ({ confidence }) => confidence)
  return new Map<string, StoredTensor>([
    ['rules.types', { dtype: 'I32', shape: [types.length], data: types }],
    ['rules.confidences', { dtype: 'F64', shape: [confidences.length], data: confidences }],
  ])
}

/** @throws ModelFileError for what is no `BootstrapVocabulary` */
export function parseBootstrapVocabulary(json: unknown, where: string): BootstrapVocabulary {
  const { lists, rest } = parseTagLists(json, where)
  const list = (field: string): readonly string[] => {
    const value = rest[field]
    if (isStrings(value) && new Set(value).size === value.length) return value
    throw new ModelFileError({
      where: `${where}: ${field}`,
      expected: 'a list of texts, each once',
      got: 'something else',
    })
  }
  const { common } = rest
  if (typeof common !== 'string')
    throw new ModelFileError({ where: `${where}: common`, expected: 'words', got: 'something else' })
  return { ...lists, features: list('features'), common }
}

/** @throws ModelFileError for what `bootstrapTensors` did not make */
export function readRules(
  { types, features }: BootstrapVocabulary,
  numbers: StoredNumbers,
): ReadonlyMap<string, StoredRule> {
  const own = numbers.take('rules.types', 'I32', [features.length])
  const confidences = numbers.take('rules.confidences', 'F64', [features.length])
  numbers.checkAllTaken()
  numbers.check('rules.types', own, 'types of the model', type => type >= -1 && type < types.length)
  numbers.check('rules.confidences', confidences, 'numbers from 0 to 1', value => value >= 0 && value <= 1)
  return new Map(features.map((feature, f) => [feature, { type: own[f], confidence: confidences[f] }]))
}
