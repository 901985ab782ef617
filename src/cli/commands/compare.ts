import { realpathSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { InputError } from '../../base/errors.js'
import type { ScoreMode } from '../../evaluate/scores.js'
import { type Against, compareRuns } from '../../workflows/node/compare-runs.js'
import { type MeasuredRun, measureRuns } from '../../workflows/node/measured-run.js'
import { comparisonTables } from '../comparison-tables.js'
import type { CliContext } from '../context.js'
import type { AddCommand } from '../main.js'
import { modeOption } from '../mode-option.js'
import { addReadingOptions, type ReadingFlags, refuseReading, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Each run is scored on its development corpus, or on its test corpus where it has no other; --corpus scores all of them
on one file. Runs that differ in nothing but the seed are one configuration, with mean and standard deviation.

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

/** `nerite compare`: runs side by side, with intervals and significance tests. */
export const addCompare: AddCommand = (program, context) => {
  addReadingOptions(
    program
      .command('compare')
      .description('put trained runs side by side: scores with intervals and significance, costs, settings')
      .argument('<runs...>', 'two run folders or more')
      .option('--corpus <file>', 'labeled text to score every run on (default: each run’s own)'),
  )
    .addOption(modeOption())
    .addOption(
      new Option('--against <which>', 'the run that the others are tested against')
        .choices(['best', 'first'])
        .default('best'),
    )
    .option('--samples <number>', 'bootstrap samples of the 95% intervals', toCount, 1000)
    .option('--rounds <number>', 'rounds of the significance test', toCount, 10_000)
    .option('--seed <number>', 'seed of both', toSeed, 1)
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (paths: readonly string[], flags: Flags, command: Command) => {
      checkRuns(paths)
      if (flags.corpus === undefined)
        refuseReading(
          command,
          '--corpus beside it: a run’s own corpus is read as training read it',
          'no --corpus',
        )
      const { samples, rounds, seed, mode, against } = flags
      const reading = toReadOptions(flags, context)
      const measured = await measureRuns(paths, { corpus: flags.corpus, reading, mode }, context)
      tellCopies(measured, context)
      const comparison = compareRuns(measured, against, { samples, rounds, seed, level: LEVEL })
      if (comparison.reference === null) tellDifferent(context)
      const made = { mode, level: LEVEL, samples, rounds, seed }
      context.print(
        flags.json
          ? `${JSON.stringify({ ...made, ...comparison })}\n`
          : comparisonTables(comparison, made, context.colors),
      )
    })
}

const LEVEL = 0.95

function checkRuns(paths: readonly string[]): void {
  const fault = (where: string, expected: string, got: string, remedy?: string) =>
    new InputError('cli/arguments', { where, expected, got, remedy })
  if (paths.length < 2)
    throw fault('compare', 'two runs or more', `one, ${paths[0]}`, '"nerite evaluate" scores a single one')
  const seen = new Map<string, string>()
  for (const path of paths) {
    const place = realPath(path)
    const before = seen.get(place)
    if (before !== undefined) throw fault(path, 'runs that are each named once', `${before} again`)
    seen.set(place, path)
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // That it is missing is told with all else that may be wrong with a run.
    return path
  }
}

/** A copy of a run is no further seed. */
function tellCopies(runs: readonly MeasuredRun[], { log, logColors }: CliContext): void {
  const first = new Map<string, string>()
  for (const { path, parametersSha256 } of runs) {
    const before = first.get(parametersSha256)
    if (before === undefined) first.set(parametersSha256, path)
    else
      log(
        `${logColors.yellow('warning')} ${path} has the very parameters of ${before}: it is one training twice, ` +
          'which adds nothing to means, deviations and tests',
      )
  }
}

function tellDifferent({ log, logColors }: CliContext): void {
  log(
    `${logColors.yellow('warning')} the runs were scored on different sentences: their scores cannot be compared, ` +
      'and there is no significance test; --corpus FILE scores all of them on one file',
  )
}

function toCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1 || count > 10_000_000)
    throw new InvalidArgumentError('expected a whole number from 1 to 10,000,000')
  return count
}

function toSeed(text: string): number {
  const seed = Number(text)
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff)
    throw new InvalidArgumentError('expected a whole number from 0 to 4294967295')
  return seed
}
