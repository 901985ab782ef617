/** How a CRF is stored: its features and lists of names in `vocab.json`, its weights as tensors. */
import { isRecord, isStrings } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { parseTemplate } from '../../config/feature-templates.js'
import type { GazetteerList } from '../../encode/gazetteer.js'
import { parseTagLists, type TagLists } from '../../encode/tag-lists.js'
import { isWordClassList, type WordClassList } from '../../encode/word-classes.js'
import type { StoredTensor } from '../../engine/optim/safetensors.js'
import type { StoredNumbers } from '../stored-numbers.js'
import type { CrfWeights } from './crf.js'

export interface CrfVocabulary extends TagLists {
  /** The values of each template's features, numbered in this order. */
  readonly features: readonly (readonly string[])[]
  readonly gazetteers: readonly GazetteerList[]
  readonly classes: readonly WordClassList[]
}

export function crfTensors(weights: CrfWeights, tags: number): ReadonlyMap<string, StoredTensor> {
  return new Map<string, StoredTensor>([
    ['features.first', { dtype: 'I32', shape: [weights.first.length], data: weights.first }],
    ['features.tags', { dtype: 'I32', shape: [weights.tags.length], data: weights.tags }],
    ['features.weights', { dtype: 'F32', shape: [weights.weights.length], data: weights.weights }],
    ['transitions', { dtype: 'F32', shape: [tags, tags], data: weights.transitions }],
  ])
}

/**
 * @param templates how many the settings have
 * @throws ModelFileError for what is no `CrfVocabulary`
 */
export function parseCrfVocabulary(json: unknown, where: string, templates: number): CrfVocabulary {
  const { lists, rest } = parseTagLists(json, where)
  const fault = (field: string, expected: string) =>
    new ModelFileError({ where: `${where}: ${field}`, expected, got: 'something else' })
  // Runs from before there were classes have none.
  const { features, gazetteers, classes = [] } = rest
  if (!Array.isArray(features) || features.length !== templates || !features.every(isStrings))
    throw fault('features', `a list of texts for each of ${templates} templates`)
  if (!features.every(own => new Set(own).size === own.length)) throw fault('features', 'each text once')
  if (!Array.isArray(gazetteers) || !gazetteers.every(isList)) throw fault('gazetteers', 'lists of names')
  if (!Array.isArray(classes) || !classes.every(isWordClassList))
    throw fault('classes', 'lists of word classes')
  return { ...lists, features, gazetteers, classes }
}

function isList(value: unknown): value is GazetteerList {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    typeof value.ignoreCase === 'boolean' &&
    isStrings(value.entries)
  )
}

/** @param templates of the settings @throws ModelFileError for what `crfTensors` did not make */
export function readCrfWeights(
  { tags, features }: CrfVocabulary,
  templates: readonly string[],
  numbers: StoredNumbers,
): CrfWeights {
  const count = features.reduce((sum, own) => sum + own.length, 0)
  const first = numbers.take('features.first', 'I32', [count + 1])
  const tagOf = numbers.take('features.tags', 'I32', [undefined])
  const weights = numbers.take('features.weights', 'F32', [tagOf.length])
  const transitions = numbers.take('transitions', 'F32', [tags.length, tags.length])
  numbers.checkAllTaken()
  numbers.checkParts('features.first', first, tagOf.length)
  let end = 0
  features.forEach((own, i) => {
    const start = end
    end += own.length
    const list = tagOf.subarray(first[start], first[end])
    // Features of steps have weights for pairs of tags, whose numbers follow those of tags.
    const [least, most] = parseTemplate(templates[i]).isStep
      ? [tags.length, tags.length + tags.length ** 2]
      : [0, tags.length]
    numbers.check('features.tags', list, 'tags of the model', tag => tag >= least && tag < most)
  })
  numbers.check('features.weights', weights, 'finite numbers', Number.isFinite)
  numbers.check('transitions', transitions, 'finite numbers', Number.isFinite)
  return { first, tags: tagOf, weights, transitions }
}
