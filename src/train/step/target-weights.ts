/**
 * The weight of every tag's log-probability in a softmax decoder's loss at one token:
 *
 *     (1 − ε) · w_gold at the gold tag, and ε / K · w_k at every tag k (the gold one too)
 *
 * with class weights w and label smoothing ε over K tags (Szegedy et al. 2016, §7), as in
 * `torch.nn.CrossEntropyLoss(weight=w, label_smoothing=ε)`. The sum over tokens is divided by Σ w_gold.
 *
 * @param weights class weights, `[tags]`
 * @param smoothing ε, in [0, 1)
 * @returns row-major `[gold, tags]`
 */
export function targetWeights(weights: ArrayLike<number>, smoothing: number): Float32Array {
  const tags = weights.length
  const rows = new Float32Array(tags * tags)
  for (let gold = 0; gold < tags; gold++) {
    for (let k = 0; k < tags; k++) rows[gold * tags + k] = (smoothing / tags) * weights[k]
    rows[gold * tags + gold] += (1 - smoothing) * weights[gold]
  }
  return rows
}
