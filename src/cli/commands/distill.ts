import { resolve } from 'node:path'
import { option, say } from '../../base/fault.js'
import { formatCount } from '../../evaluate/format-number.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import { taughtTags } from '../../recognize/soft-labels.js'
import type { TrainOptions } from '../../train/node/training-options.js'
import { studentRun } from '../../workflows/node/distill.js'
import { writeSoftCorpus } from '../../workflows/node/soft-corpus.js'
import type { AddCommand, CliContext } from '../context.js'
import { exitOnInterrupt } from '../interrupts.js'
import { optionError } from '../options.js'
import { addPlainTextOptions, type PlainTextFlags, toPlainTexts } from '../plain-text-options.js'
import { runTraining } from '../run-training.js'
import { splitOverrides } from '../setting-overrides.js'

const EXAMPLE = `
The teachers label the texts with what they believe: each token's tags with their probabilities, the mean where there are
several. The student learns these, and a labeled corpus beside them where you name one. The labeled texts stay in a file
beside the run, and "nerite train" can learn from it again.

Examples:
  nerite distill runs/encoder --text news.txt --preset bilstm-crf --corpus.dev dev.conll --out runs/small
  nerite distill runs/a runs/b --text news.txt more.txt --preset bilstm-crf --corpus.train train.conll --out runs/small
  nerite train --resume runs/small`

const READING = ['encoding', 'format', 'normalize', 'tokens', 'text']
const OPTIONS = ['out', 'preset', 'soft', 'force', 'no-report', 'json', ...READING]

interface Flags extends PlainTextFlags {
  readonly text?: readonly string[]
  readonly out?: string
  readonly preset?: string
  readonly soft?: string
  readonly force: boolean
  readonly report: boolean
  readonly json: boolean
}

/** `nerite distill`: a small tagger learns what larger ones believe. */
export const addDistill: AddCommand = (program, context) => {
  addPlainTextOptions(
    program
      .command('distill')
      .description('train a small tagger on what larger ones believe of texts without labels')
      .argument('<teachers...>', 'run folders or installed models')
      .option('--text <files...>', 'texts or corpora, whose labels are not looked at; - for standard input')
      .option('--out <dir>', 'the run folder to make')
      .option('--preset <name>', 'the preset of the student (default: bilstm-crf)')
      .option('--soft <file>', 'the file for the labeled texts (default: the run folder with .soft.jsonl)')
      .option('--force', 'replace the run folder and that file if they exist', false)
      .option('--no-report', 'leave out report.html')
      .option('--json', 'print the final metrics as JSON on stdout', false),
  )
    .allowUnknownOption()
    .allowExcessArguments()
    .usage('<teachers...> --text FILE… --out DIR [--section.setting VALUE …]')
    .addHelpText('after', EXAMPLE)
    .action(async (_teachers: readonly string[], flags: Flags, command) => {
      const run = await taught(command.args, flags, context)
      await runTraining(run, flags, context)
    })
}

/** Labels the texts. @returns what the student trains with */
async function taught(rest: readonly string[], flags: Flags, context: CliContext): Promise<TrainOptions> {
  const { operands, overrides } = splitOverrides(rest, OPTIONS)
  const { out, text = [], preset = 'bilstm-crf', force } = flags
  if (out === undefined)
    throw optionError('out', 'the run folder to make', 'nothing', say`such as ${option('out', 'runs/small')}`)
  if (text.length === 0)
    throw optionError(
      'text',
      'texts that the teachers label',
      'none',
      say`such as ${option('text', 'news.txt')}`,
    )
  const { soft = `${out.replace(/\/+$/, '')}.soft.jsonl` } = flags
  if (text.some(path => resolve(path) === resolve(soft)))
    throw optionError('soft', 'another file than the texts', JSON.stringify(soft))
  const teachers: Recognizer[] = []
  try {
    for (const model of operands) teachers.push(await loadTagger(model, { onNotice: context.note }))
    // Everything that can be refused is, before the teachers work for hours.
    const run = await studentRun({ out, force, preset, overrides }, soft, taughtTags(teachers))
    const request = { ...toPlainTexts(text, flags, context), out: soft, force }
    const report = await exitOnInterrupt(() => writeSoftCorpus(teachers, request))
    context.log(
      `${soft}: ${formatCount(report.sentences)} sentences, ${formatCount(report.tokens)} tokens labeled by ${operands.join(', ')}`,
    )
    return run
  } finally {
    for (const teacher of teachers) await teacher.release()
  }
}
