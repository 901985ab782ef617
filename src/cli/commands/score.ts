import { InvalidArgumentError, Option } from 'commander'
import { InputError, isInputError } from '../../base/errors.js'
import { formatMessage } from '../../base/fault.js'
import { checkOutput } from '../../base/node/output-file.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { bootstrapIntervals } from '../../evaluate/bootstrap.js'
import { breakdowns } from '../../evaluate/breakdown.js'
import { characterReport, toCharacterLabels } from '../../evaluate/character-report.js'
import { costlyConfusions, listErrors } from '../../evaluate/error-list.js'
import {
  formatBreakdowns,
  formatErrors,
  formatIntervals,
  formatPairedTest,
} from '../../evaluate/format-analysis.js'
import { formatConlleval } from '../../evaluate/format-conlleval.js'
import { formatCharacterReport, formatScores } from '../../evaluate/format-scores.js'
import type { ScoreMode } from '../../evaluate/scores.js'
import { randomizationTest } from '../../evaluate/significance.js'
import type { TrainingMentions } from '../../evaluate/training-mentions.js'
import { parseScheme } from '../../tags/scheme.js'
import { type LabelRun, readTrainingMentions, scoreFiles } from '../../workflows/node/score-files.js'
import type { CliContext } from '../context.js'
import type { AddCommand } from '../main.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'
import { writeScoreReport } from '../score-report.js'

const EXAMPLE = `
One file holds gold and predicted tags in its last two columns, as conlleval.pl takes them; two files hold the same
tokens in any format.

Examples:
  nerite score test.conll predicted.conll
  nerite score both.txt --conlleval
  nerite score gold.conll predicted.jsonl --mode strict --scheme IOBES --json
  nerite score gold.conll a.conll --compare b.conll --intervals
  nerite score gold.conll a.conll --html report.html
  nerite score gold.conll a.conll --errors 20 --train train.conll`

interface Flags extends ReadingFlags {
  readonly goldColumn?: string
  readonly mode: ScoreMode
  readonly scheme?: string
  readonly json?: boolean
  readonly conlleval?: boolean
  readonly intervals?: boolean
  readonly compare?: string
  readonly errors?: number | true
  readonly breakdown?: boolean
  readonly train?: string
  readonly characters?: boolean
  readonly html?: string
  readonly seed: number
}

export const addScore: AddCommand = (program, context) => {
  addReadingOptions(
    program
      .command('score')
      .description('compare predicted with gold labels, whoever made them')
      .argument('<gold>', 'gold labels; or both kinds of labels, in the last two columns')
      .argument('[predicted]', 'predicted labels of the same tokens'),
  )
    .option(
      '--gold-column <column>',
      'column of gold tags where it is not --tag-column (one file: default -2)',
    )
    .addOption(
      new Option('--mode <mode>', 'conlleval: as conlleval.pl counts; strict: by the letter of the scheme')
        .choices(['conlleval', 'strict'])
        .default('conlleval'),
    )
    .option('--scheme <name>', 'IO, IOB1, BIO, IOBES, BILOU (default: detected from the gold tags)')
    .option('--json', 'print one JSON document')
    .option('--conlleval', 'print exactly what conlleval.pl prints')
    .option('--intervals', 'add 95% bootstrap intervals over sentences')
    .option('--compare <file>', 'add a paired significance test against another predicted file')
    .option('--errors [count]', 'add classes of errors, the most costly confusions and a list', toCount)
    .option('--breakdown', 'add scores by mention and sentence length')
    .option('--characters', 'add scores by character')
    .option('--train <file>', 'add scores for seen and unseen mentions, given the training corpus')
    .option('--html <file>', 'write a report: charts, errors and sentences in one HTML file')
    .option('--seed <number>', 'seed of --intervals and --compare', toCount, 1)
    .addHelpText('after', EXAMPLE)
    .action((gold: string, predicted: string | undefined, flags: Flags) =>
      score(gold, predicted, flags, context),
    )
}

async function score(
  gold: string,
  predicted: string | undefined,
  flags: Flags,
  context: CliContext,
): Promise<void> {
  checkFlags(predicted, flags)
  if (flags.html !== undefined) checkOutput(flags.html)
  const scheme = flags.scheme === undefined ? undefined : parseScheme(flags.scheme)
  const options: ReadOptions = { ...toReadOptions(flags, context), columns: false }
  const goldColumn = flags.goldColumn ?? (predicted === undefined ? '-2' : flags.tagColumn)
  const goldFile = {
    path: gold,
    options: { ...options, ...(goldColumn !== undefined && { tagColumn: goldColumn }) },
  }
  const otherFile = (path: string) => ({ path, options })
  const first =
    predicted === undefined ? { path: gold, options: { tagColumn: '-1', ...options } } : otherFile(predicted)
  const keep =
    flags.errors !== undefined ||
    flags.breakdown ||
    flags.characters ||
    flags.train !== undefined ||
    flags.html !== undefined
  const keepCounts = flags.intervals === true || flags.compare !== undefined
  const reading = { mode: flags.mode, scheme, keepSentences: keep === true, keepCounts }
  const run = await scoreFiles(goldFile, { ...first, options: quietIfSame(first, gold) }, reading).catch(
    error => {
      throw predicted === undefined ? explainOneFile(error) : error
    },
  )
  for (const note of run.notes) context.log(`${context.logColors.cyan('note')} ${note}`)
  if (flags.conlleval) {
    context.print(formatConlleval(run.scores))
    return
  }
  const training =
    flags.train === undefined ? undefined : await readTrainingMentions(flags.train, options, flags.mode)
  if (flags.html !== undefined) {
    const { html: out, train } = flags
    const report = {
      out,
      gold: goldFile,
      predicted: predicted ?? gold,
      run,
      train,
      training,
      reading: options,
    }
    await writeScoreReport(report)
    context.log(`wrote ${out}; open it in a browser`)
  }
  const extras = await analyze(run, training, goldFile, flags, otherFile)
  if (flags.json) {
    const { test, ...rest } = extras
    context.print(`${JSON.stringify({ ...run.scores, ...rest, ...(test && { comparison: test }) })}\n`)
    return
  }
  const { colors } = context
  const sections = [formatScores(run.scores, colors)]
  if (extras.intervals) sections.push(formatIntervals(extras.intervals, colors))
  if (extras.test)
    sections.push(formatPairedTest(extras.test, [predicted ?? gold, flags.compare ?? ''], colors))
  if (extras.breakdowns) sections.push(formatBreakdowns(extras.breakdowns, colors))
  if (extras.characters) sections.push(formatCharacterReport(extras.characters, colors))
  if (extras.errors && extras.confusions)
    sections.push(
      formatErrors(
        extras.errors,
        extras.confusions,
        flags.errors === true ? 20 : (flags.errors ?? 20),
        colors,
      ),
    )
  context.print(sections.join('\n'))
}

async function analyze(
  run: LabelRun,
  training: TrainingMentions | undefined,
  goldFile: { path: string; options: ReadOptions },
  flags: Flags,
  otherFile: (path: string) => { path: string; options: ReadOptions },
) {
  const { mode, seed } = flags
  const { scheme, stated } = run
  const errors = flags.errors === undefined ? undefined : listErrors(run.sentences)
  const other =
    flags.compare === undefined
      ? undefined
      : await scoreFiles(goldFile, otherFile(flags.compare), {
          mode,
          scheme: mode === 'strict' ? scheme : stated,
          keepCounts: true,
        })
  return {
    ...(flags.intervals && { intervals: bootstrapIntervals(run.counts, { seed }) }),
    ...(other && { test: randomizationTest(run.counts, other.counts, { seed }) }),
    ...((flags.breakdown || training) && { breakdowns: breakdowns(run.sentences, training) }),
    ...(flags.characters && {
      characters: characterReport(
        run.sentences.map(({ tokens, gold, predicted }) => toCharacterLabels(tokens, gold, predicted)),
      ),
    }),
    ...(errors && { errors, confusions: costlyConfusions(errors) }),
  }
}

function checkFlags(predicted: string | undefined, flags: Flags): void {
  const conflict = (where: string, expected: string, got: string, remedy: string) => {
    throw new InputError('score/options', { where, expected, got, remedy })
  }
  const { conlleval, json, mode, scheme, intervals, compare, errors, train, breakdown, characters, html } =
    flags
  const extras = intervals || compare || errors !== undefined || train || breakdown || characters || html
  if (conlleval && (json || extras || mode === 'strict' || scheme !== undefined))
    conflict('--conlleval', 'no option beside it that changes the output', 'one', 'leave one of them out')
  if (predicted === undefined && compare !== undefined)
    conflict('--compare', 'a gold and a predicted file', 'one file', 'give both, each with its own tags')
}

/** A file alone whose last two columns are not both tags is most likely one that came without its partner. */
function explainOneFile(error: unknown): unknown {
  const fault = isInputError(error) && error.code === 'corpus/rows' ? error.faults[0] : undefined
  if (!fault || !formatMessage(fault.expected).startsWith('a tag')) return error
  return new InputError('score/options', {
    ...fault,
    remedy:
      'one file must hold gold and predicted tags in its last two columns; give the predicted file as well, ' +
      'or name the columns with --gold-column and --tag-column',
  })
}

/** In one file the second reading would only repeat the first one's notes. */
function quietIfSame(file: { path: string; options: ReadOptions }, gold: string): ReadOptions {
  return file.path === gold ? { ...file.options, onNote: undefined } : file.options
}

function toCount(text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError('not a whole number from 0.')
  return count
}
