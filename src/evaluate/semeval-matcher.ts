/**
 * The four schemes of SemEval-2013 task 9.1 (Segura-Bedmar et al. 2013), matched in nervaluate's way: predicted
 * entities from left to right, each taking one gold entity that no earlier one took. An exact partner first (in
 * scheme `type`: the overlapping one of its type with the nearest boundaries), else the first that overlaps.
 */
import { toPrf } from './prf.js'
import type { SemevalPrf, SemevalScheme } from './scores.js'
import type { SpanBuffer } from './span-buffer.js'

export const SEMEVAL_SCHEMES: readonly SemevalScheme[] = ['strict', 'exact', 'partial', 'type']

export class SemevalMatcher {
  /** [scheme]: full credit, and the lesser match (half credit in `partial`, else incorrect). */
  private readonly correct = [0, 0, 0, 0]
  private readonly lesser = [0, 0, 0, 0]
  private gold = 0
  private predicted = 0
  /** Bit per scheme: gold entity taken. */
  private taken = new Uint8Array(64)

  add(gold: SpanBuffer, predicted: SpanBuffer): void {
    this.gold += gold.count
    this.predicted += predicted.count
    if (gold.count === 0 || predicted.count === 0) return
    if (this.taken.length < gold.count) this.taken = new Uint8Array(gold.count * 2)
    this.taken.fill(0, 0, gold.count)
    let first = 0
    for (let p = 0; p < predicted.count; p++) {
      while (first < gold.count && gold.end[first] <= predicted.start[p]) first++
      if (first < gold.count && gold.start[first] < predicted.end[p]) this.match(gold, first, predicted, p)
    }
  }

  private match(gold: SpanBuffer, first: number, predicted: SpanBuffer, p: number): void {
    const { taken } = this
    const start = predicted.start[p]
    const end = predicted.end[p]
    const type = predicted.type[p]
    for (let scheme = 0; scheme < 4; scheme++) {
      let best = -1
      let bestDistance = Number.POSITIVE_INFINITY
      let other = -1
      for (let g = first; g < gold.count && gold.start[g] < end; g++) {
        if ((taken[g] & (1 << scheme)) !== 0) continue
        const distance = Math.abs(gold.start[g] - start) + Math.abs(gold.end[g] - end)
        const typeFits = gold.type[g] === type || scheme === 1 || scheme === 2
        if (typeFits && (distance === 0 || scheme === 3) && distance < bestDistance) {
          best = g
          bestDistance = distance
        } else if (other < 0) other = g
      }
      if (best >= 0) this.correct[scheme]++
      else if (other >= 0) this.lesser[scheme]++
      if (best >= 0 || other >= 0) taken[best >= 0 ? best : other] |= 1 << scheme
    }
  }

  result(): Record<SemevalScheme, SemevalPrf> {
    const scored = SEMEVAL_SCHEMES.map((scheme, index) => {
      const correct = this.correct[index]
      const partial = scheme === 'partial' ? this.lesser[index] : 0
      const incorrect = this.lesser[index] - partial
      const missed = this.gold - correct - partial - incorrect
      const spurious = this.predicted - correct - partial - incorrect
      const counts = { correct, incorrect, partial, missed, spurious }
      const prf = toPrf(correct + partial / 2, this.predicted, this.gold)
      return [scheme, { ...prf, ...counts, possible: this.gold, actual: this.predicted }]
    })
    return Object.fromEntries(scored) as Record<SemevalScheme, SemevalPrf>
  }
}
