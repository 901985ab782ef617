import { type Chain, stepsInto } from './chain.js'

/**
 * The best-scoring tag sequence of a sentence under a chain (Viterbi 1967; Forney 1973).
 *
 * @param emissions one score per token and tag, row-major `[length, tags]`
 * @param length tokens in the sentence, ≥ 1
 * @returns the tag of each token; ties go to the lower tag
 * @throws RangeError if the chain allows no sequence of this length
 */
export function viterbi(emissions: ArrayLike<number>, length: number, chain: Chain): Int32Array {
  const { tags, first, from } = chain
  const back = new Int32Array(length * tags)
  let best = new Float64Array(tags)
  let next = new Float64Array(tags)
  for (let k = 0; k < tags; k++) best[k] = chain.start[k] + emissions[k]
  for (let t = 1; t < length; t++) {
    const row = t * tags
    const { score } = stepsInto(chain, t)
    for (let k = 0; k < tags; k++) {
      let top = Number.NEGATIVE_INFINITY
      let argument = -1
      for (let i = first[k]; i < first[k + 1]; i++) {
        const value = best[from[i]] + score[i]
        if (value > top) {
          top = value
          argument = from[i]
        }
      }
      next[k] = top + emissions[row + k]
      back[row + k] = argument
    }
    ;[best, next] = [next, best]
  }
  let tag = -1
  let top = Number.NEGATIVE_INFINITY
  for (let k = 0; k < tags; k++) {
    const value = best[k] + chain.end[k]
    if (value > top) {
      top = value
      tag = k
    }
  }
  if (tag < 0) throw new RangeError(`no legal tag sequence of ${length} tokens: are the emissions numbers?`)
  const path = new Int32Array(length)
  for (let t = length - 1; t >= 0; t--) {
    path[t] = tag
    tag = back[t * tags + tag]
  }
  return path
}
