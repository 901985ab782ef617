import { isInputError } from '../../base/errors.js'
import { option, say } from '../../base/fault.js'
import { listErrors } from '../../evaluate/error-list.js'
import { suspectData } from '../../report/evaluation-data.js'
import { toReportPath, writeReport } from '../../report/node/write-report.js'
import { tagOutOfFold } from '../../workflows/node/out-of-fold.js'
import { commandLineSpelling } from '../command-line-spelling.js'
import type { AddCommand, CliContext } from '../context.js'
import { exitAsInterrupted } from '../interrupts.js'
import { wholeNumberOption } from '../options.js'
import { addReadingOptions, type ReadingFlags, refuseReading, toReadOptions } from '../reading-options.js'
import { showEvents } from '../show-training.js'

const EXAMPLE = `
Without a corpus, the report is about the run's development corpus and shows the figures that training left in the run
folder (--fresh: measured again). With a corpus, the tagger is run on it. Rules and combinations have no corpus of their own.

Examples:
  nerite report runs/a
  nerite report runs/a test.conll
  nerite report en+rules.yaml test.conll     (also says which part found what)
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
      .description('write one HTML file that shows how good a model is, and where it fails')
      .argument(
        '<run>',
        'a run folder, an installed model such as en, an address, a rules file, or several: en+numbers',
      )
      .argument('[corpus]', 'labeled text (default: the development corpus of the run)')
      .option(
        '--out <file>',
        'the page to write (default: report.html or report-CORPUS.html in the run folder, or here for a model without one)',
      )
      .option('--train <file>', 'training corpus, for seen and unseen mentions (default: the run’s own)')
      .option('--fresh', 'measure again instead of showing what training measured')
      .addOption(
        wholeNumberOption(
          '--folds <count>',
          'review the labels of the training corpus: train on all folds but one, tag that one, in turn',
          2,
          100,
        ),
      )
      .option('--json', 'print what the report shows as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (run: string, corpus: string | undefined, flags: Flags, command) => {
    const { out, train, fresh, folds } = flags
    const namesFile = corpus !== undefined || train !== undefined
    if (!namesFile)
      refuseReading(
        command,
        say`a corpus or ${option('train')} as well: the run’s own are read as training read them`,
        'neither',
      )
    const reading = namesFile ? toReadOptions(flags, context) : undefined
    // Before the folds are trained; without them, writing checks it first.
    if (folds !== undefined) toReportPath(run, { corpus, out })
    const suspects = folds === undefined ? undefined : await reviewLabels(run, folds, context)
    if (folds !== undefined && !suspects) {
      context.log('interrupted; nothing was written')
      exitAsInterrupted()
      return
    }
    const { path, data } = await writeReport(run, { corpus, out, train, fresh, reading, suspects })
    for (const note of data.notes) context.note(note)
    context.log(`wrote ${path}; open it in a browser`)
    if (flags.json) context.printJson(data)
  })
}

async function reviewLabels(run: string, folds: number, context: CliContext) {
  const tagged = await showEvents('stopping', context, signal =>
    tagOutOfFold(run, { folds, signal, onNote: context.note }),
  )
  return tagged && suspectData(listErrors(tagged.sentences), 'folds', tagged.corpus)
}

/** Writes the report of a run that has just been trained. If that fails, a warning says why; the run is still good. */
export async function reportAfterTraining(dir: string, context: CliContext): Promise<void> {
  try {
    const { path } = await writeReport(dir, { fresh: true })
    context.log(`report: ${path}; open it in a browser`)
  } catch (error) {
    const reason = isInputError(error) ? error.explain(commandLineSpelling).join('; ') : String(error)
    context.warn(`no report: ${reason}`)
  }
}
