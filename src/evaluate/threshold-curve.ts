import { byCodePoint } from '../base/code-point-order.js'
import type { Judged } from './calibration.js'
import { type CountedPrf, toCountedPrf } from './prf.js'
import { isSameSpan, type ScoredSentence } from './scored-sentence.js'

/** Scores if only entities that score at least `threshold` are kept. */
export interface ThresholdPoint extends CountedPrf {
  readonly threshold: number
}

export interface ThresholdCurve {
  /** From the highest score that occurs to the lowest; the last point keeps everything. */
  readonly points: readonly ThresholdPoint[]
  /** The point with the highest F1; of equals, the highest threshold. Absent without predictions. */
  readonly best?: ThresholdPoint
}

export interface ThresholdCurves {
  readonly all: ThresholdCurve
  readonly types: Readonly<Record<string, ThresholdCurve>>
  /** How many predicted entities have no score; they are in no curve. */
  readonly unscored: number
}

/**
 * Precision and recall against a threshold on entities' scores, over all types and for each.
 * Choose thresholds on development data and report them on other data.
 */
export function thresholdCurves(sentences: Iterable<ScoredSentence>): ThresholdCurves {
  const judged = new Map<string, Judged[]>()
  const gold = new Map<string, number>()
  let unscored = 0
  for (const sentence of sentences) {
    for (const { type } of sentence.gold) gold.set(type, (gold.get(type) ?? 0) + 1)
    for (const span of sentence.predicted) {
      if (span.score === undefined) {
        unscored++
        continue
      }
      const list = judged.get(span.type) ?? []
      judged.set(span.type, list)
      list.push({ score: span.score, correct: sentence.gold.some(g => isSameSpan(g, span)) })
    }
  }
  const types = [...new Set([...gold.keys(), ...judged.keys()])].sort(byCodePoint)
  const total = [...gold.values()].reduce((a, b) => a + b, 0)
  return {
    all: thresholdCurve([...judged.values()].flat(), total),
    types: Object.fromEntries(
      types.map(type => [type, thresholdCurve(judged.get(type) ?? [], gold.get(type) ?? 0)]),
    ),
    unscored,
  }
}

/** The curve of judged predictions; equal scores make one point. */
export function thresholdCurve(items: readonly Judged[], gold: number): ThresholdCurve {
  const sorted = [...items].sort((a, b) => b.score - a.score)
  const points: ThresholdPoint[] = []
  let correct = 0
  sorted.forEach((item, i) => {
    if (item.correct) correct++
    if (i + 1 < sorted.length && sorted[i + 1].score === item.score) return
    points.push({ threshold: item.score, ...toCountedPrf(correct, i + 1, gold) })
  })
  const best = points.reduce<ThresholdPoint | undefined>(
    (a, b) => (a !== undefined && (a.f1 ?? 0) >= (b.f1 ?? 0) ? a : b),
    undefined,
  )
  return best ? { points, best } : { points }
}
