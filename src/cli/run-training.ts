import { isInputError } from '../base/errors.js'
import { option, say, verb } from '../base/fault.js'
import type { DoneEvent } from '../run/events.js'
import { isResumable } from '../run/node/run-folder.js'
import type { TrainOptions } from '../train/node/training-options.js'
import { commandLineSpelling } from './command-line-spelling.js'
import { reportAfterTraining } from './commands/report.js'
import type { CliContext } from './context.js'
import { formatDuration } from './duration.js'
import { exitAsInterrupted } from './interrupts.js'
import { showTraining } from './show-training.js'

export interface AfterTraining {
  /** Write report.html. */
  readonly report: boolean
  /** Print the final metrics as JSON. */
  readonly json: boolean
}

/** Trains, tells how it goes and how it ended, and how to continue where it was stopped. */
export async function runTraining(
  run: TrainOptions,
  flags: AfterTraining,
  context: CliContext,
): Promise<void> {
  const again = () => commandLineSpelling(verb('train', [], [option('resume', run.out)]))
  const { done, warnings } = await showTraining(run, context).catch((error: unknown) => {
    if (!isInputError(error) && isResumable(run.out))
      context.log(`the last checkpoint is kept; continue with: ${again()}`)
    throw error
  })
  if (done.reason === 'interrupted') {
    context.log(`interrupted; continue with: ${again()}`)
    exitAsInterrupted()
    return
  }
  if (flags.report) await reportAfterTraining(run.out, context)
  showEnd(run.out, done, context)
  if (flags.json)
    context.printJson({ ...done, warnings: warnings.map(({ code, message }) => ({ code, message })) })
}

function showEnd(out: string, done: DoneEvent, { log, spelled }: CliContext): void {
  if (done.reason === 'limit') log('ended at the limit set by training.maxSteps or training.maxMinutes')
  if (done.reason === 'early-stop') log('stopped early: the development F1 has not risen for a while')
  const best =
    done.best !== null
      ? `; best epoch ${done.bestEpoch}, development F1 ${(done.best.f1 ?? 0).toFixed(4)}`
      : ''
  log(`done in ${formatDuration(done.seconds)}${best}`)
  if (done.best !== null && (done.best.f1 ?? 0) === 0) {
    log(`saved ${out}, but this tagger finds none of the entities: see the warning above`)
    return
  }
  const predict = verb('predict', [out], [option('text', '"…"')])
  log(spelled(say`saved ${out}; next: ${predict}   or   ${verb('evaluate', [out, 'test.conll'])}`))
}
