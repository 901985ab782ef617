import type { DoneEvent, TrainEvent } from '../run/events.js'
import { train } from '../train/node/train.js'
import type { TrainOptions } from '../train/node/training-options.js'
import type { FoldEvent } from '../workflows/node/out-of-fold.js'
import type { CliContext } from './context.js'
import { abortOnInterrupt } from './interrupts.js'
import { TrainProgress } from './train-progress.js'

/** Trains to the end with progress on stderr. The first Ctrl-C stops cleanly, the second immediately. */
export async function showTraining(run: TrainOptions, context: CliContext): Promise<DoneEvent> {
  const stop = 'stopping after this step, with a checkpoint'
  const done = await showEvents(stop, context, signal => train({ ...run, signal }))
  if (!done) throw new Error('training ended without a result')
  return done
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
