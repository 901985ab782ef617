import { resolve } from 'node:path'
import { option, say, verb } from '../../base/fault.js'
import type { TrainOptions } from '../../train/node/training-options.js'
import { CONFIG_FILE } from '../../workflows/node/config-file.js'
import { newRun, resumedRun } from '../../workflows/node/training-request.js'
import type { AddCommand } from '../context.js'
import { argumentError, optionError } from '../options.js'
import { runTraining } from '../run-training.js'
import { splitOverrides } from '../setting-overrides.js'

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
      await runTraining(run, flags, context)
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
