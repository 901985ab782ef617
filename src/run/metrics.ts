import * as v from 'valibot'
import { recordOf } from '../base/record-schema.js'
import type { LossShare } from '../evaluate/loss-shares.js'
import type { Scores } from '../evaluate/scores.js'
import { count, finite } from './checked.js'
import type { DoneEvent } from './events.js'

/** What `metrics.json` of a run says about its training. */
export interface RunMetrics {
  readonly best: {
    /** The epoch that was kept; `null` where there was no development corpus to choose by. */
    readonly epoch: number | null
    readonly reason: DoneEvent['reason']
    /** Training with its evaluations. */
    readonly seconds: number
  }
  readonly dev: Scores | null
  readonly test: Scores | null
  /** With class weights or focal loss: how they moved the loss between tags, on the development corpus. */
  readonly lossShares: readonly LossShare[] | null
}

const fraction = v.nullable(finite)
const prf = { precision: fraction, recall: fraction, f1: fraction }
const counted = v.looseObject({ ...prf, gold: count, predicted: count, correct: count })

/** What is read of the scores; the rest is as training wrote it. */
const scores = v.looseObject({
  sentences: count,
  tokens: count,
  exact: v.looseObject({
    micro: counted,
    macro: v.looseObject(prf),
    weighted: v.looseObject(prf),
    types: recordOf(counted),
  }),
}) as unknown as v.GenericSchema<unknown, Scores>

export const metricsSchema: v.GenericSchema<unknown, RunMetrics> = v.object({
  best: v.object({
    epoch: v.nullable(count),
    reason: v.picklist(['finished', 'early-stop', 'limit', 'interrupted']),
    seconds: finite,
  }),
  dev: v.nullable(scores),
  test: v.nullable(scores),
  lossShares: v.nullable(
    v.array(
      v.object({
        tag: v.string(),
        unit: v.picklist(['token', 'character']),
        tokens: count,
        weight: finite,
        tokenShare: finite,
        plainLossShare: finite,
        trainedLossShare: finite,
        recall: finite,
      }),
    ),
  ),
})
