import type { CrfWeights } from './crf.js'
import type { CollectedFeatures } from './training-data.js'

/**
 * The numbers of a trained CRF as they are stored, rounded to 32 bits: without weights of 0, and without features that have
 * no other.
 *
 * @param weights as `parameterCount` says
 */
export function prunedCrf(
  { data, values }: CollectedFeatures,
  weights: Float64Array,
): CrfWeights & { readonly values: readonly (readonly string[])[] } {
  const { first, tagOf, tags } = data
  const rounded = Float32Array.from(weights.subarray(0, tagOf.length))
  const kept: string[][] = values.map(() => [])
  const ends: number[] = [0]
  let count = 0
  for (const weight of rounded) if (weight !== 0) count++
  const keptTags = new Int32Array(count)
  const keptWeights = new Float32Array(count)
  let [feature, at] = [0, 0]
  for (const [template, own] of values.entries())
    for (const value of own) {
      const before = at
      for (let p = first[feature]; p < first[feature + 1]; p++) {
        if (rounded[p] === 0) continue
        keptTags[at] = tagOf[p]
        keptWeights[at++] = rounded[p]
      }
      if (at > before) {
        kept[template].push(value)
        ends.push(at)
      }
      feature++
    }
  return {
    values: kept,
    first: Int32Array.from(ends),
    tags: keptTags,
    weights: keptWeights,
    transitions: Float32Array.from(weights.subarray(tagOf.length, tagOf.length + tags * tags)),
  }
}
