import { logSumExp } from '../base/log-sum-exp.js'
import type { EncodedSentence } from './inputs/token-forms.js'
import type { UnitKind } from './inputs/units.js'

/**
 * A row of scores for each token from a row of logits for each unit: a piece's token has the logits of its first piece;
 * a token of characters has the mean of their log probabilities, so that every character has its say.
 *
 * @param logits `[units, tags]`
 * @returns `[tokens, tags]`; the same array where units are words
 */
export function tokenScores(
  logits: Float32Array,
  { units, tokens }: EncodedSentence,
  kind: UnitKind,
  tags: number,
): Float32Array {
  if (kind === 'word' || !units) return logits
  const { starts, ends } = units
  const scores = new Float32Array(tokens * tags)
  for (let t = 0; t < tokens; t++) {
    if (kind === 'piece') {
      scores.set(logits.subarray(starts[t] * tags, (starts[t] + 1) * tags), t * tags)
      continue
    }
    const count = ends[t] - starts[t]
    for (let unit = starts[t]; unit < ends[t]; unit++) {
      const row = logits.subarray(unit * tags, (unit + 1) * tags)
      const total = logSumExp(row)
      for (let k = 0; k < tags; k++) scores[t * tags + k] += (row[k] - total) / count
    }
  }
  return scores
}
