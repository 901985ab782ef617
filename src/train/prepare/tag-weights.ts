import { InputError } from '../../base/errors.js'
import { setting } from '../../base/fault.js'
import { nearest } from '../../base/nearest.js'
import type { DecoderConfig } from '../../config/schema.js'
import { SEVERAL } from '../step/gold-tensors.js'

/** How often each tag is the only right one in the training data, `[tags]`. */
export function countTags(sentences: Iterable<{ readonly tags: Int32Array }>, tags: number): Float64Array {
  const counts = new Float64Array(tags)
  for (const sentence of sentences) for (const tag of sentence.tags) if (tag !== SEVERAL) counts[tag]++
  return counts
}

/**
 * The weight of each gold tag in a softmax decoder's loss, `[tags]`; 1 for a CRF.
 *
 * - `balanced`: total / (tags · count), as scikit-learn's `class_weight='balanced'`; a tag that never occurs gets 1.
 * - `sqrt-balanced`: the square root of that, a milder correction.
 * - a record: weight by tag or by type (`PER` stands for all its tags), 1 for the others.
 *
 * @throws InputError for a tag or type that the training data does not have
 */
export function tagWeights(
  decoder: DecoderConfig,
  tags: readonly string[],
  counts: Float64Array,
): Float32Array {
  const weights = new Float32Array(tags.length).fill(1)
  const classWeights = decoder.kind === 'softmax' ? decoder.classWeights : 'none'
  if (classWeights === 'none') return weights
  if (typeof classWeights === 'object') return namedWeights(classWeights, tags, weights)
  const seen = counts.reduce((number, count) => number + (count > 0 ? 1 : 0), 0)
  const total = counts.reduce((sum, count) => sum + count, 0)
  for (let tag = 0; tag < tags.length; tag++) {
    if (counts[tag] === 0) continue
    const balanced = total / (seen * counts[tag])
    weights[tag] = classWeights === 'balanced' ? balanced : Math.sqrt(balanced)
  }
  return weights
}

function namedWeights(
  classWeights: Readonly<Record<string, number>>,
  tags: readonly string[],
  weights: Float32Array,
): Float32Array {
  const typeOf = (tag: string) => tag.slice(tag.indexOf('-') + 1)
  const known = [...new Set([...tags, ...tags.map(typeOf)])]
  for (const [name, weight] of Object.entries(classWeights)) {
    if (!known.includes(name)) {
      const close = nearest(name, known)
      throw new InputError('train/class-weights', {
        where: setting(`decoder.classWeights.${name}`),
        expected: 'a tag or a type of the training data',
        got: JSON.stringify(name),
        remedy: close ? `did you mean ${close}?` : `they are ${known.join(', ')}`,
      })
    }
    // A tag's own weight beats its type's.
    tags.forEach((tag, i) => {
      if (tag === name || (typeOf(tag) === name && !Object.hasOwn(classWeights, tag))) weights[i] = weight
    })
  }
  return weights
}
