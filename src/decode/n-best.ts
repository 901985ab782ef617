import { type Chain, stepsInto } from './chain.js'

/** A tag sequence and its score: emissions and steps summed, in log space, not normalized. */
export interface ScoredPath {
  readonly path: Int32Array
  readonly score: number
}

/**
 * The `n` best-scoring tag sequences of a sentence under a chain, best first: the parallel list Viterbi algorithm
 * (Seshadri & Sundberg 1994), which keeps the `n` best paths to each tag at each token. Exact; the first path is the one
 * that `viterbi` finds.
 *
 * @param emissions one score per token and tag, row-major `[length, tags]`
 * @param length tokens in the sentence, ≥ 1
 * @param n at least 1; fewer sequences come back if the chain allows fewer
 * @throws RangeError if the chain allows no sequence of this length, or `n` is not a whole number from 1
 */
export function listViterbi(
  emissions: ArrayLike<number>,
  length: number,
  chain: Chain,
  n: number,
): ScoredPath[] {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`expected a number of sequences from 1, got ${n}`)
  const { tags, first, from } = chain
  // The r-th best path to tag k is cell k · n + r; its predecessor is a cell of the token before.
  const cells = tags * n
  const back = new Int32Array(length * cells)
  let best = new Float64Array(cells).fill(Number.NEGATIVE_INFINITY)
  let next = new Float64Array(cells)
  for (let k = 0; k < tags; k++) best[k * n] = chain.start[k] + emissions[k]
  for (let t = 1; t < length; t++) {
    next.fill(Number.NEGATIVE_INFINITY)
    const { score } = stepsInto(chain, t)
    for (let k = 0; k < tags; k++) {
      const at = k * n
      const lists = from.subarray(first[k], first[k + 1])
      const steps = score.subarray(first[k], first[k + 1])
      merge(best, lists, steps, n, (rank, value, cell) => {
        next[at + rank] = value + emissions[t * tags + k]
        back[t * cells + at + rank] = cell
      })
    }
    ;[best, next] = [next, best]
  }
  const found: ScoredPath[] = []
  const everyTag = Int32Array.from({ length: tags }, (_, k) => k)
  merge(best, everyTag, chain.end, n, (_, value, cell) => {
    found.push({ path: pathTo(cell, back, length, cells, n), score: value })
  })
  if (found.length === 0)
    throw new RangeError(`no legal tag sequence of ${length} tokens: are the emissions numbers?`)
  return found
}

/**
 * Merges sorted lists into the best `n`, after adding a score to each list; ties go to the earlier list.
 * @param values scores of the paths to every tag, best first, `[tags, n]`
 * @param lists the tags whose paths are merged
 */
function merge(
  values: Float64Array,
  lists: Int32Array,
  steps: ArrayLike<number>,
  n: number,
  take: (rank: number, value: number, cell: number) => void,
): void {
  const taken = new Int32Array(lists.length)
  for (let rank = 0; rank < n; rank++) {
    let top = Number.NEGATIVE_INFINITY
    let winner = -1
    for (let i = 0; i < lists.length; i++) {
      if (taken[i] === n) continue
      const value = values[lists[i] * n + taken[i]] + steps[i]
      if (value > top) {
        top = value
        winner = i
      }
    }
    if (winner < 0) return
    take(rank, top, lists[winner] * n + taken[winner])
    taken[winner]++
  }
}

function pathTo(last: number, back: Int32Array, length: number, cells: number, n: number): Int32Array {
  const path = new Int32Array(length)
  let cell = last
  for (let t = length - 1; t >= 0; t--) {
    path[t] = Math.floor(cell / n)
    cell = back[t * cells + cell]
  }
  return path
}
