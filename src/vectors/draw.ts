/** What is drawn at random in training: which words are left out, and which stand for wrong answers. */

/**
 * Walker's alias method: draws from any distribution with one random number and two look-ups.
 * @param weights at least 0, not all 0; `[n]`
 * @param share `[n]`, filled in: how often a number stands for itself
 * @param alias `[n]`, filled in: what it stands for otherwise
 */
export function fillAlias(weights: Float64Array, share: Float32Array, alias: Int32Array): void {
  const n = weights.length
  let total = 0
  for (const weight of weights) total += weight
  const scaled = Float64Array.from(weights, weight => (weight * n) / total)
  const [small, large]: [number[], number[]] = [[], []]
  scaled.forEach((value, i) => void (value < 1 ? small : large).push(i))
  share.fill(1)
  for (let i = 0; i < n; i++) alias[i] = i
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() as number
    const more = large[large.length - 1]
    share[less] = scaled[less]
    alias[less] = more
    scaled[more] -= 1 - scaled[less]
    if (scaled[more] < 1) small.push(large.pop() as number)
  }
}

/**
 * How often a word is kept where frequent words are left out now and then, as word2vec's code has it (it differs from the
 * paper's formula): √(t/f) + t/f for the share f of the text and the threshold t, at most 1.
 * @param counts of all words; `[n]`
 */
export function fillKept(counts: ArrayLike<number>, sample: number, kept: Float32Array): void {
  let total = 0
  for (let i = 0; i < counts.length; i++) total += counts[i]
  for (let i = 0; i < counts.length; i++) {
    const ratio = (sample * total) / counts[i]
    kept[i] = sample === 0 ? 1 : Math.min(1, Math.sqrt(ratio) + ratio)
  }
}
