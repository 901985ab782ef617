import { option, say } from '../../base/fault.js'
import type { ScoreMode } from '../../evaluate/scores.js'
import { type Against, compareRuns } from '../../workflows/node/compare-runs.js'
import { copiedRuns, measureRuns } from '../../workflows/node/measured-run.js'
import { comparisonTables } from '../comparison-tables.js'
import type { AddCommand } from '../context.js'
import { choiceOption, modeOption, wholeNumberOption } from '../options.js'
import { addReadingOptions, type ReadingFlags, refuseReading, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Each run is scored on its own development corpus, or on its test corpus if it has no other; --corpus scores all of them
on one file. Runs that differ only in the seed are one configuration, with mean and standard deviation.

Examples:
  nerite compare runs/a runs/b
  nerite compare runs/softmax-* runs/crf-* --corpus test.conll --against first
  nerite compare runs/a runs/b --samples 5000 --json`

interface Flags extends ReadingFlags {
  readonly corpus?: string
  readonly mode: ScoreMode
  readonly against: Against
  readonly samples: number
  readonly rounds: number
  readonly seed: number
  readonly json?: boolean
}

const LEVEL = 0.95
const MOST = 10_000_000

/** `nerite compare`: runs side by side, with intervals and significance tests. */
export const addCompare: AddCommand = (program, context) => {
  addReadingOptions(
    program
      .command('compare')
      .description('compare trained runs: scores with intervals and significance, costs, settings')
      .argument('<runs...>', 'two or more: run folders, installed models, addresses, rules files')
      .option('--corpus <file>', 'labeled text to score every run on (default: each run’s own)'),
  )
    .addOption(modeOption())
    .addOption(
      choiceOption('--against <which>', 'the run that the others are tested against', [
        'best',
        'first',
      ]).default('best'),
    )
    .addOption(
      wholeNumberOption('--samples <number>', 'bootstrap samples of the 95% intervals', 1, MOST).default(
        1000,
      ),
    )
    .addOption(
      wholeNumberOption('--rounds <number>', 'rounds of the significance test', 1, MOST).default(10_000),
    )
    .addOption(wholeNumberOption('--seed <number>', 'seed of both', 0, 0xffffffff).default(1))
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (paths: readonly string[], flags: Flags, command) => {
      const { corpus, samples, rounds, seed, mode, against } = flags
      if (corpus === undefined)
        refuseReading(
          command,
          say`${option('corpus')} as well: a run’s own corpus is read as training read it`,
          'no corpus',
        )
      const measured = await measureRuns(paths, {
        corpus,
        mode,
        reading: toReadOptions(flags, context),
        onRun: (path, tagged) => context.log(`${path}: tagging ${tagged}`),
        onNotice: context.log,
      })
      for (const { path, original } of copiedRuns(measured))
        context.warn(
          `${path} has exactly the parameters of ${original}: a copy adds nothing to means, deviations and tests`,
        )
      const comparison = compareRuns(measured, against, { samples, rounds, seed, level: LEVEL })
      if (comparison.reference === null)
        context.warn(
          say`the runs were scored on different sentences, so their scores can’t be compared and there is no significance test; score all of them on one file with ${option('corpus', 'FILE')}`,
        )
      const made = { mode, level: LEVEL, samples, rounds, seed }
      if (flags.json) context.printJson({ ...made, ...comparison })
      else context.print(comparisonTables(comparison, made, context.colors))
    })
}
