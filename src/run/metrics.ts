import * as v from 'valibot'
import { isRecord } from '../base/json-types.js'
import type { LossShare } from '../evaluate/loss-shares.js'
import type { Scores } from '../evaluate/scores.js'
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

const scores = v.custom<Scores>(value => isRecord(value) && isRecord(value.exact))

export const metricsSchema: v.GenericSchema<unknown, RunMetrics> = v.object({
  best: v.object({
    epoch: v.nullable(v.number()),
    reason: v.picklist(['finished', 'early-stop', 'limit', 'interrupted']),
    seconds: v.number(),
  }),
  dev: v.nullable(scores),
  test: v.nullable(scores),
  lossShares: v.nullable(
    v.array(
      v.object({
        tag: v.string(),
        unit: v.picklist(['token', 'character']),
        tokens: v.number(),
        weight: v.number(),
        tokenShare: v.number(),
        plainLossShare: v.number(),
        trainedLossShare: v.number(),
        recall: v.number(),
      }),
    ),
  ),
})
