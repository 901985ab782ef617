import type { EpochEvent, TrainEvent } from '../run/events.js'
import { spread } from './clip.js'

/** What the curves show of an epoch. */
export type EpochPoint = Pick<
  EpochEvent,
  'epoch' | 'loss' | 'learningRate' | 'gradientNorm' | 'tokensPerSecond' | 'seconds' | 'dev' | 'types'
>

export interface LearningData {
  readonly epochs: readonly EpochPoint[]
  /** The number of epochs; of very many, only some are shown. */
  readonly total: number
  /** The epoch that was kept. */
  readonly bestEpoch: number | null
  readonly parameters: number | null
}

const SHOWN = 150

/**
 * The curves of a training run from its log. If an epoch was run again after a resumption, the later one counts.
 */
export function learningData(events: readonly TrainEvent[]): LearningData | undefined {
  const epochs = new Map<number, EpochEvent>()
  let bestEpoch: number | null = null
  let parameters: number | null = null
  for (const event of events) {
    if (event.kind === 'epoch') {
      epochs.set(event.epoch, event)
      if (event.best) bestEpoch = event.epoch
    } else if (event.kind === 'start') parameters = event.parameters
  }
  if (epochs.size === 0) return undefined
  const sorted = [...epochs.values()].sort((a, b) => a.epoch - b.epoch)
  const kept = new Set([...spread(sorted, SHOWN), ...sorted.filter(({ epoch }) => epoch === bestEpoch)])
  const hasDev = sorted.some(({ dev }) => dev !== null)
  return {
    epochs: sorted.filter(epoch => kept.has(epoch)).map(toPoint),
    total: sorted.length,
    bestEpoch: hasDev ? bestEpoch : null,
    parameters,
  }
}

function toPoint(event: EpochEvent): EpochPoint {
  const { epoch, loss, learningRate, gradientNorm, tokensPerSecond, seconds, dev, types } = event
  return { epoch, loss, learningRate, gradientNorm, tokensPerSecond, seconds, dev, types }
}
