import { resolve } from 'node:path'
import { isInputError } from '../../base/errors.js'
import { option, say, verb } from '../../base/fault.js'
import type { DoneEvent } from '../../run/events.js'
import { isResumable } from '../../run/node/run-folder.js'
import type { TrainOptions } from '../../train/node/training-options.js'
import { CONFIG_FILE } from '../../workflows/node/config-file.js'
import { newRun, resumedRun } from '../../workflows/node/training-request.js'
import { commandLineSpelling } from '../command-line-spelling.js'
import type { AddCommand, CliContext } from '../context.js'
import { formatDuration } from '../duration.js'
import { exitAsInterrupted } from '../interrupts.js'
import { argumentError, optionError } from '../options.js'
import { splitOverrides } from '../setting-overrides.js'
import { showTraining } from '../show-training.js'
import { reportAfterTraining } from './report.js'

const EXAMPLE = `
Any setting of the configuration can be given as a dotted option, and a kind by the name of its section.

Examples:
  nerite train nerite.config.json --out runs/a --training.epochs 20
  nerite train --preset bilstm-crf --corpus.train train.conll --corpus.dev dev.conll --out runs/b
  nerite train nerite.config.json --out runs/c --decoder softmax --training.optimizer sgd
  nerite train --from runs/a --corpus.train more.conll --corpus.dev dev.conll --out runs/d
  nerite train --from runs/a --keep-types --corpus.train products.jsonl --out runs/e
  nerite train --resume runs/a`

interface Flags {
  readonly out?: string
  readonly preset?: string
  readonly from?: string
  readonly keepTypes?: boolean
  readonly resume?: string
  readonly force: boolean
  readonly report: boolean
  readonly json: boolean
}
const OPTIONS = ['out', 'preset', 'from', 'keep-types', 'resume', 'force', 'no-report', 'json']

/** `nerite train`: trains a tagger into a run folder, with progress on stderr. */
export const addTrain: AddCommand = (program, context) => {
  program
    .command('train')
    .description('train a tagger')
    .argument('[config]', `configuration file (default: ${CONFIG_FILE} if no preset is given)`)
    .option('--out <dir>', 'the run folder to make')
    .option('--preset <name>', 'start from a preset instead of a configuration file')
    .option('--from <model>', 'start from a trained model: its words, vectors and parameters')
    .option('--keep-types', 'keep the types of that model where the corpora do not mark them')
    .option('--resume <dir>', 'continue an interrupted run from its last checkpoint')
    .option('--force', 'replace the run folder if it exists', false)
    .option('--no-report', 'leave out report.html')
    .option('--json', 'print the final metrics as JSON on stdout', false)
    .allowUnknownOption()
    .allowExcessArguments()
    .usage('[config] --out DIR [--section.setting VALUE …]')
    .addHelpText('after', EXAMPLE)
    .action(async (_config: string | undefined, flags: Flags, command) => {
      const run = await toRun(flags, command.args)
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
    })
}

async function toRun(flags: Flags, rest: readonly string[]): Promise<TrainOptions> {
  const { out, preset, from, keepTypes, resume, force } = flags
  const { operands, overrides: given } = splitOverrides(rest, OPTIONS)
  const overrides = [
    ...(from === undefined ? [] : [{ path: 'from.model', text: from }]),
    ...(keepTypes ? [{ path: 'from.keepTypes', text: 'true' }] : []),
    ...given,
  ]
  if (operands.length > 1)
    throw argumentError(
      verb('train'),
      'one configuration file',
      operands.map(operand => JSON.stringify(operand)).join(' '),
    )
  const [file] = operands
  if (resume === undefined) {
    if (out === undefined)
      throw optionError('out', 'the run folder to make', 'nothing', say`such as ${option('out', 'runs/a')}`)
    return newRun({ out, force, file, preset, overrides })
  }
  const beside = {
    out: out === undefined || resolve(out) === resolve(resume) ? undefined : out,
    preset,
    force: force ? 'one' : undefined,
  }
  for (const [name, got] of Object.entries(beside))
    if (got !== undefined)
      throw optionError(
        name,
        say`no ${option(name)} with ${option('resume')}: ${resume} itself is continued, with its settings`,
        got,
      )
  if (file !== undefined)
    throw argumentError(
      verb('train', [], [option('resume')]),
      'no configuration file: the run has its own',
      JSON.stringify(file),
    )
  return resumedRun(resume, overrides)
}

export function showEnd(out: string, done: DoneEvent, { log, spelled }: CliContext): void {
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
