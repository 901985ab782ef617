/** The soft tags of a training sentence, as numbers. */
import type { SoftTag } from '../../tags/soft-tags.js'

export interface SoftLabels {
  /** `[tokens + 1]`: token `t` may have the tags from `starts[t]` to `starts[t + 1] − 1`. */
  readonly starts: Int32Array
  /** Ids. */
  readonly tags: Int32Array
  /** Those of a token add up to 1. */
  readonly probabilities: Float32Array
}

/** @throws RangeError for a tag without an id, which names it */
export function encodeSoft(soft: readonly SoftTag[], ids: ReadonlyMap<string, number>): SoftLabels {
  const starts = new Int32Array(soft.length + 1)
  const tags: number[] = []
  const probabilities: number[] = []
  soft.forEach((own, t) => {
    const entries = Object.entries(own)
    const sum = entries.reduce((all, [, probability]) => all + probability, 0)
    for (const [tag, probability] of entries) {
      const id = ids.get(tag)
      if (id === undefined) throw new RangeError(tag)
      tags.push(id)
      probabilities.push(probability / sum)
    }
    starts[t + 1] = tags.length
  })
  return { starts, tags: Int32Array.from(tags), probabilities: Float32Array.from(probabilities) }
}

/** Those of the tokens `from … to − 1`. */
export function sliceSoft({ starts, tags, probabilities }: SoftLabels, from: number, to: number): SoftLabels {
  return {
    starts: starts.slice(from, to + 1).map(start => start - starts[from]),
    tags: tags.slice(starts[from], starts[to]),
    probabilities: probabilities.slice(starts[from], starts[to]),
  }
}

/** How much of a step that the scheme forbids is allowed, where two tokens' tags leave nothing else. */
const FORBIDDEN = 1e-6
const ROUNDS = 100
/** How far the tags' probabilities may be from what they should be. */
const PRECISION = 1e-6

/**
 * How often each step from tag to tag is expected, and visits `add` with it.
 *
 * Probabilities of tags alone leave open which tag goes with which of the next token. Of all ways to pair them, the one
 * of highest entropy is taken in which each token's probabilities are kept and steps are legal: iterative proportional
 * fitting, from a matrix of the legal steps (Deming & Stephan 1940). Where one of the two tokens has only one tag, as
 * nearly everywhere, there is only one way.
 *
 * @param isLegal row-major `[tags, tags]`, from row to column
 */
export function expectedSteps(
  { starts, tags, probabilities }: SoftLabels,
  isLegal: ArrayLike<number | boolean>,
  count: number,
  add: (from: number, to: number, probability: number) => void,
): void {
  for (let t = 0; t + 2 < starts.length; t++) {
    const [first, middle, end] = [starts[t], starts[t + 1], starts[t + 2]]
    const [rows, columns] = [middle - first, end - middle]
    if (rows === 1 || columns === 1) {
      for (let i = first; i < middle; i++)
        for (let j = middle; j < end; j++) add(tags[i], tags[j], probabilities[i] * probabilities[j])
      continue
    }
    const pairs = new Float64Array(rows * columns)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        pairs[i * columns + j] = isLegal[tags[first + i] * count + tags[middle + j]] ? 1 : FORBIDDEN
    fit(pairs, probabilities.subarray(first, middle), probabilities.subarray(middle, end))
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) add(tags[first + i], tags[middle + j], pairs[i * columns + j])
  }
}

/** Scales rows and columns in turn until each has its sum. */
function fit(pairs: Float64Array, rows: Float32Array, columns: Float32Array): void {
  const width = columns.length
  for (let round = 0; round < ROUNDS; round++) {
    let worst = 0
    rows.forEach((wanted, i) => {
      let sum = 0
      for (let j = 0; j < width; j++) sum += pairs[i * width + j]
      worst = Math.max(worst, Math.abs(sum - wanted))
      const factor = factorTo(wanted, sum)
      for (let j = 0; j < width; j++) pairs[i * width + j] *= factor
    })
    if (worst < PRECISION) return
    columns.forEach((wanted, j) => {
      let sum = 0
      for (let i = 0; i < rows.length; i++) sum += pairs[i * width + j]
      const factor = factorTo(wanted, sum)
      for (let i = 0; i < rows.length; i++) pairs[i * width + j] *= factor
    })
  }
}

/** A tag that is so unlikely that its probability is 0 as a float32 has pairs of 0 after the first round. */
function factorTo(wanted: number, sum: number): number {
  return wanted === 0 ? 0 : wanted / sum
}
