import type { DoneEvent, TrainEvent, WarningEvent } from '../run/events.js'
import { train } from '../train/node/train.js'
import type { TrainOptions } from '../train/node/training-options.js'
import type { FoldEvent } from '../workflows/node/out-of-fold.js'
import type { CliContext } from './context.js'
import { abortOnInterrupt } from './interrupts.js'
import { TrainProgress } from './train-progress.js'

export interface ShownTraining {
  readonly done: DoneEvent
  readonly warnings: readonly WarningEvent[]
}

/** Trains to the end with progress on stderr. The first Ctrl-C stops cleanly, the second immediately. */
export async function showTraining(run: TrainOptions, context: CliContext): Promise<ShownTraining> {
  const stop = 'stopping after this step, with a checkpoint'
  const warnings: WarningEvent[] = []
  const done = await showEvents(stop, context, signal => collecting(train({ ...run, signal }), warnings))
  if (!done) throw new Error('training ended without a result')
  return { done, warnings }
}

/** Passes events on, and keeps the warnings among them. */
async function* collecting<T>(
  events: AsyncGenerator<TrainEvent, T>,
  warnings: WarningEvent[],
): AsyncGenerator<TrainEvent, T> {
  let next = await events.next()
  for (; !next.done; next = await events.next()) {
    if (next.value.kind === 'warning') warnings.push(next.value)
    yield next.value
  }
  return next.value
}

/**
 * Runs work that trains to its end, with progress on stderr.
 * @param stopping what the first Ctrl-C leads to
 */
export function showEvents<T>(
  stopping: string,
  context: CliContext,
  start: (signal: AbortSignal) => AsyncGenerator<FoldEvent | TrainEvent, T>,
): Promise<T> {
  const progress = new TrainProgress(context)
  const onStop = () => context.log(`\n${stopping}; press Ctrl-C again to exit immediately`)
  return abortOnInterrupt(onStop, async signal => {
    const events = start(signal)
    let next = await events.next()
    for (; !next.done; next = await events.next())
      if (next.value.kind === 'fold') context.log(`fold ${next.value.fold + 1} of ${next.value.folds}`)
      else progress.show(next.value)
    return next.value
  })
}
