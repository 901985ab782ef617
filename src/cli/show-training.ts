import type { DoneEvent } from '../run/events.js'
import { train } from '../train/node/train.js'
import type { CliContext } from './context.js'
import { TrainProgress } from './train-progress.js'

type Run = Parameters<typeof train>[0]

/** Runs training to its end with progress on stderr. The first Ctrl-C stops cleanly, the second at once. */
export async function showTraining(run: Run, context: CliContext): Promise<DoneEvent> {
  const progress = new TrainProgress(context)
  const controller = new AbortController()
  const stop = () => {
    if (controller.signal.aborted) process.exit(130)
    context.log('\nstopping after this step, with a checkpoint; Ctrl-C again to leave at once')
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  let done: DoneEvent | undefined
  try {
    for await (const event of train({ ...run, signal: controller.signal })) {
      progress.show(event)
      if (event.kind === 'done') done = event
    }
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  if (!done) throw new Error('training ended without saying how')
  return done
}
