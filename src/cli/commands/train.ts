import { resolve } from 'node:path'
import { InputError, isInputError } from '../../base/errors.js'
import { resolveConfig } from '../../config/resolve.js'
import type { DoneEvent } from '../../run/events.js'
import { isResumable, runConfigSource } from '../../run/node/run-folder.js'
import { LENGTHS } from '../../train/node/resume-point.js'
import type { train } from '../../train/node/train.js'
import { commandName } from '../command-name.js'
import { CONFIG_FILE, readConfigFile } from '../config-file.js'
import type { CliContext } from '../context.js'
import { formatDuration } from '../duration.js'
import { type AddCommand, EXIT } from '../main.js'
import { splitOverrides } from '../overrides.js'
import { showTraining } from '../show-training.js'
import { reportAfterTraining } from './report.js'

interface TrainCommandOptions {
  readonly out?: string
  readonly preset?: string
  readonly resume?: string
  readonly force: boolean
  readonly report: boolean
  readonly json: boolean
}

/** `nerite train`: trains a tagger into a run folder, with progress on stderr. */
export const addTrain: AddCommand = (program, context) => {
  program
    .command('train')
    .description('train a tagger')
    .argument('[config]', `configuration file (default: ${CONFIG_FILE} where no preset is given)`)
    .option('--out <dir>', 'the run folder to make')
    .option('--preset <name>', 'start from a preset instead of a configuration file')
    .option('--resume <dir>', 'continue an interrupted run from its last checkpoint')
    .option('--force', 'replace the run folder if it is there', false)
    .option('--no-report', 'leave out report.html')
    .option('--json', 'print the final metrics as JSON on stdout', false)
    .allowUnknownOption()
    .allowExcessArguments()
    .usage('[config] --out DIR [--section.setting VALUE …]')
    .addHelpText(
      'after',
      `
Any setting of the configuration may be given as a dotted option.

Examples:
  nerite train nerite.config.json --out runs/a --training.epochs 20
  nerite train --preset bilstm-crf --corpus.train train.conll --corpus.dev dev.conll --out runs/b
  nerite train --resume runs/a`,
    )
    .action(async (_config: string | undefined, options: TrainCommandOptions, command) => {
      const known = ['--out', '--preset', '--resume', '--force', '--no-report', '--json']
      const { operands, overrides } = splitOverrides(command.args, known)
      if (operands.length > 1)
        throw new InputError('cli/arguments', {
          where: 'train',
          expected: 'one configuration file',
          got: operands.map(operand => JSON.stringify(operand)).join(' '),
        })
      const run = options.resume
        ? resumedRun(options.resume, options, operands, overrides)
        : freshRun(options, operands[0], overrides)
      const done = await showTraining(run, context).catch((error: unknown) => {
        if (!isInputError(error) && isResumable(run.out))
          context.log(
            `the last checkpoint is kept; continue with: ${commandName()} train --resume ${run.out}`,
          )
        throw error
      })
      if (done.reason === 'interrupted') {
        context.log(`interrupted; continue with: ${commandName()} train --resume ${run.out}`)
        process.exitCode = EXIT.failed
        return
      }
      if (options.report) await reportAfterTraining(run.out, context)
      tellEnd(run.out, done, context, options.json)
    })
}

type Overrides = ReturnType<typeof splitOverrides>['overrides']
type Run = Parameters<typeof train>[0]

function freshRun(options: TrainCommandOptions, file: string | undefined, overrides: Overrides): Run {
  if (!options.out)
    throw new InputError('cli/options', {
      where: '--out',
      expected: 'the run folder to make',
      got: 'nothing',
      remedy: 'such as --out runs/a',
    })
  const path = file ?? (options.preset === undefined ? CONFIG_FILE : undefined)
  const config = resolveConfig({
    preset: options.preset,
    ...(path !== undefined && readConfigFile(path)),
    overrides,
  })
  return { config, out: options.out, force: options.force }
}

function resumedRun(
  dir: string,
  options: TrainCommandOptions,
  operands: readonly string[],
  overrides: Overrides,
): Run {
  checkResumed(dir, options)
  if (operands.length > 0)
    throw new InputError('cli/arguments', {
      where: 'train --resume',
      expected: 'no configuration file: the run has its own',
      got: JSON.stringify(operands[0]),
    })
  const source = runConfigSource(dir)
  const { lengths, others } = splitLengths(overrides)
  if (others.length > 0)
    throw new InputError('cli/options', {
      where: `--${others[0].path}`,
      expected: `only ${LENGTHS.map(length => `--${length}`).join(', ')} beside --resume: a run keeps its settings`,
      got: JSON.stringify(others[0].text),
    })
  const config = resolveConfig({ ...source, overrides: lengths })
  return { config, out: dir, resume: true }
}

/** What would make another run is not for one that goes on in its own folder. */
function checkResumed(dir: string, { out, preset, force }: TrainCommandOptions): void {
  const beside: readonly (readonly [string, string | undefined])[] = [
    ['--out', out === undefined || resolve(out) === resolve(dir) ? undefined : out],
    ['--preset', preset],
    ['--force', force ? 'one' : undefined],
  ]
  for (const [where, got] of beside)
    if (got !== undefined)
      throw new InputError('cli/options', {
        where,
        expected: `no ${where} beside --resume: ${dir} itself is continued, with its settings`,
        got,
      })
}

function splitLengths(overrides: Overrides) {
  const isLength = ({ path }: Overrides[number]) => LENGTHS.includes(path)
  return { lengths: overrides.filter(isLength), others: overrides.filter(override => !isLength(override)) }
}

function tellEnd(out: string, done: DoneEvent, context: CliContext, json: boolean): void {
  const { log, print } = context
  if (done.reason === 'limit') log('ended at the limit that training.maxSteps or training.maxMinutes sets')
  if (done.reason === 'early-stop') log('stopped early: the development F1 has not risen for a while')
  const best =
    done.best?.f1 != null ? `; best epoch ${done.bestEpoch}, development F1 ${done.best.f1.toFixed(4)}` : ''
  log(`done in ${formatDuration(done.seconds)}${best}`)
  const name = commandName()
  log(`saved ${out}; next: ${name} predict ${out} --text "…"   or   ${name} evaluate ${out} test.conll`)
  if (json) print(`${JSON.stringify(done)}\n`)
}
