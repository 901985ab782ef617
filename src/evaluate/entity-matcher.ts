import { GrowingCounts, GrowingMatrix } from './counts.js'
import type { CountedPrf } from './prf.js'
import { harmonic, ratio, toCountedPrf } from './prf.js'
import type { RelaxedPrf } from './scores.js'
import type { SpanBuffer } from './span-buffer.js'

/** Counts exact and relaxed matches and the confusion of types, sentence by sentence. */
export class EntityMatcher {
  private readonly gold = new GrowingCounts()
  private readonly predicted = new GrowingCounts()
  private readonly correct = new GrowingCounts()
  private readonly missed = new GrowingCounts()
  private readonly spurious = new GrowingCounts()
  private readonly confusion = new GrowingMatrix()
  private totalGold = 0
  private totalPredicted = 0
  private sameBoundary = 0
  private typeGold = 0
  private typePredicted = 0

  /** @param types how many types have been seen so far */
  add(gold: SpanBuffer, predicted: SpanBuffer, types: number): void {
    for (const counts of [this.gold, this.predicted, this.correct, this.missed, this.spurious])
      counts.reserve(types)
    this.confusion.reserve(types)
    this.totalGold += gold.count
    this.totalPredicted += predicted.count
    this.addGold(gold, predicted)
    this.addPredicted(gold, predicted)
  }

  private addGold(gold: SpanBuffer, predicted: SpanBuffer): void {
    let first = 0
    for (let g = 0; g < gold.count; g++) {
      const start = gold.start[g]
      const end = gold.end[g]
      const type = gold.type[g]
      this.gold.add(type)
      while (first < predicted.count && predicted.end[first] <= start) first++
      let best = -1
      let bestOverlap = 0
      let sameType = false
      for (let p = first; p < predicted.count && predicted.start[p] < end; p++) {
        const fits = predicted.type[p] === type
        if (fits) sameType = true
        const overlap = Math.min(end, predicted.end[p]) - Math.max(start, predicted.start[p])
        if (overlap > bestOverlap || (overlap === bestOverlap && fits && predicted.type[best] !== type)) {
          best = p
          bestOverlap = overlap
        }
      }
      if (sameType) this.typeGold++
      if (best < 0) {
        this.missed.add(type)
        continue
      }
      this.confusion.add(type, predicted.type[best])
      if (predicted.start[best] === start && predicted.end[best] === end) {
        this.sameBoundary++
        if (predicted.type[best] === type) this.correct.add(type)
      }
    }
  }

  private addPredicted(gold: SpanBuffer, predicted: SpanBuffer): void {
    let first = 0
    for (let p = 0; p < predicted.count; p++) {
      const end = predicted.end[p]
      const type = predicted.type[p]
      this.predicted.add(type)
      while (first < gold.count && gold.end[first] <= predicted.start[p]) first++
      let overlaps = false
      let sameType = false
      for (let g = first; g < gold.count && gold.start[g] < end; g++) {
        overlaps = true
        if (gold.type[g] === type) sameType = true
      }
      if (sameType) this.typePredicted++
      if (!overlaps) this.spurious.add(type)
    }
  }

  isSeen(type: number): boolean {
    return this.gold.get(type) > 0 || this.predicted.get(type) > 0
  }

  ofType(type: number): CountedPrf {
    return toCountedPrf(this.correct.get(type), this.predicted.get(type), this.gold.get(type))
  }

  relaxed(): { type: RelaxedPrf; boundary: RelaxedPrf } {
    const { sameBoundary, typeGold, typePredicted } = this
    return { type: this.credit(typeGold, typePredicted), boundary: this.credit(sameBoundary, sameBoundary) }
  }

  private credit(creditedGold: number, creditedPredicted: number): RelaxedPrf {
    const { totalGold: gold, totalPredicted: predicted } = this
    const precision = ratio(creditedPredicted, predicted)
    const recall = ratio(creditedGold, gold)
    const f1 = harmonic(precision, recall) ?? (gold + predicted > 0 ? 0 : null)
    return { precision, recall, f1, gold, predicted, creditedGold, creditedPredicted }
  }

  typeConfusion(types: readonly number[]): { matrix: number[][]; missed: number[]; spurious: number[] } {
    return {
      matrix: this.confusion.select(types),
      missed: types.map(type => this.missed.get(type)),
      spurious: types.map(type => this.spurious.get(type)),
    }
  }
}
