import { type Command, InvalidArgumentError } from 'commander'
import { listErrors } from '../../evaluate/error-list.js'
import { suspectData } from '../../report/evaluation-data.js'
import { toReportPath, writeReport } from '../../report/node/write-report.js'
import { tagOutOfFold } from '../../workflows/node/out-of-fold.js'
import type { CliContext } from '../context.js'
import { type AddCommand, EXIT } from '../main.js'
import { addReadingOptions, type ReadingFlags, refuseReading, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Without a corpus the report is of the run's development corpus, from the figures that training left in the run
folder (--fresh: measured again). With a corpus the tagger is run on it.

Examples:
  nerite report runs/a
  nerite report runs/a test.conll
  nerite report runs/a --folds 5         (trains 5 taggers, to find wrong labels in the training corpus)
  nerite report runs/a test.conll --train train.conll --out test.html`

interface Flags extends ReadingFlags {
  readonly out?: string
  readonly train?: string
  readonly fresh?: boolean
  readonly folds?: number
  readonly json?: boolean
}

/** `nerite report`: one HTML file that shows how good a tagger is, and where it fails. */
export const addReport: AddCommand = (program, context) => {
  addReadingOptions(
    program
      .command('report')
      .description('write one HTML file that shows how good a trained tagger is, and where it fails')
      .argument('<run>', 'a run folder')
      .argument('[corpus]', 'labeled text (default: the development corpus of the run)')
      .option(
        '--out <file>',
        'the page to write (default: report.html or report-CORPUS.html in the run folder)',
      )
      .option('--train <file>', 'training corpus, for seen and unseen mentions (default: the one of the run)')
      .option('--fresh', 'measure again instead of showing what training measured')
      .option(
        '--folds <count>',
        'review the labels of the training corpus: train on all folds but one, tag that one, in turn',
        toFolds,
      )
      .option('--json', 'print what the report shows as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (run: string, corpus: string | undefined, flags: Flags, command: Command) => {
    const { out, train, fresh, folds } = flags
    if (corpus === undefined && train === undefined)
      refuseReading(
        command,
        'a corpus or --train beside it: the run’s own are read as training read them',
        'neither',
      )
    const reading = corpus === undefined && train === undefined ? undefined : toReadOptions(flags, context)
    // Before the folds are trained; without them, writing checks it first.
    if (folds !== undefined) toReportPath(run, { corpus, out })
    const tagged = folds === undefined ? undefined : await tagOutOfFold(run, folds, context)
    if (folds !== undefined && !tagged) {
      context.log('interrupted; nothing was written')
      process.exitCode = EXIT.failed
      return
    }
    const suspects = tagged && suspectData(listErrors(tagged.sentences), 'folds', tagged.corpus)
    const { path, data } = await writeReport(run, { corpus, out, train, fresh, reading, suspects })
    for (const note of data.notes) context.log(`${context.logColors.cyan('note')} ${note}`)
    context.log(`wrote ${path}; open it in a browser`)
    if (flags.json) context.print(`${JSON.stringify(data)}\n`)
  })
}

function toFolds(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 2 || count > 100)
    throw new InvalidArgumentError('not a whole number from 2 to 100.')
  return count
}

/** The report of a run that has just been trained. That it cannot be made is told, and spoils nothing. */
export async function reportAfterTraining(dir: string, { log, logColors }: CliContext): Promise<void> {
  try {
    const { path } = await writeReport(dir, { fresh: true })
    log(`report: ${path}; open it in a browser`)
  } catch (error) {
    log(`${logColors.yellow('warning')} no report: ${error instanceof Error ? error.message : String(error)}`)
  }
}
