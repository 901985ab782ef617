import { option, say } from '../../base/fault.js'
import { checkOutput, writeOutput } from '../../base/node/output-file.js'
import { parseFormat } from '../../corpus/formats.js'
import type { ReadingUnit } from '../../corpus/read-options.js'
import {
  formatBreakdowns,
  formatErrors,
  formatIntervals,
  formatPairedTest,
} from '../../evaluate/format-analysis.js'
import { formatConlleval } from '../../evaluate/format-conlleval.js'
import { formatCharacterReport, formatRelaxedTypes, formatScores } from '../../evaluate/format-scores.js'
import type { Paint } from '../../evaluate/text-table.js'
import { renderReport } from '../../report/render-report.js'
import { parseScheme, SCHEME_NAMES } from '../../tags/scheme.js'
import { type LabelScores, type ScoreRequest, scoreLabels } from '../../workflows/node/score-labels.js'
import { parseTypeMap } from '../../workflows/type-map.js'
import type { AddCommand, CliContext } from '../context.js'
import { choiceOption, mapOption, offsetsOption, optionError, wholeNumberOption } from '../options.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
One file holds gold and predicted tags in its last two columns, as conlleval.pl takes them; two files hold the same
text in any format. If their tokens differ, entities are compared by their places in the text; white space does not count.

Examples:
  nerite score test.conll predicted.conll
  nerite score both.txt --conlleval
  nerite score gold.conll predicted.jsonl --mode strict --scheme IOBES --json
  nerite score gold.jsonl predicted.conll --map PERSON=PER,GPE=LOC
  nerite score gold.conll a.conll --compare b.conll --intervals
  nerite score gold.conll a.conll --html report.html
  nerite score gold.conll a.conll --errors 20 --train train.conll`

interface Flags
  extends ReadingFlags,
    Omit<ScoreRequest, 'gold' | 'predicted' | 'reading' | 'goldReading' | 'scheme' | 'map' | 'report'> {
  readonly goldFormat?: string
  readonly goldOffsets?: ReadingUnit
  readonly map?: readonly string[]
  readonly scheme?: string
  readonly json?: boolean
  readonly conlleval?: boolean
  readonly html?: string
}

/** Errors that are listed if no number is given. */
const ERRORS = 20

export const addScore: AddCommand = (program, context) => {
  addReadingOptions(
    program
      .command('score')
      .description('compare predicted with gold labels, whoever made them')
      .argument('<gold>', 'gold labels; or both kinds of labels, in the last two columns')
      .argument('[predicted]', 'predicted labels of the same text'),
  )
    .option('--gold-column <column>', 'column of gold tags if it is not --tag-column (one file: default -2)')
    .option('--gold-format <name>', 'format of the gold file if it is not --format')
    .addOption(
      offsetsOption('--gold-offsets <unit>', 'unit of gold offsets if it is not --offsets', ['byte']),
    )
    .addOption(
      choiceOption(
        '--mode <mode>',
        'conlleval: as conlleval.pl counts; strict: by the letter of the scheme',
        ['conlleval', 'strict'],
      ).default('conlleval'),
    )
    .option('--scheme <name>', `${SCHEME_NAMES.join(', ')} (default: detected from the gold tags)`)
    .addOption(
      choiceOption(
        '--by <what>',
        'tokens: both files must have the same; offsets: the same text is enough (default: tokens, or offsets if they differ)',
        ['tokens', 'offsets'],
      ),
    )
    .addOption(mapOption('count types as others, in both files'))
    .option('--json', 'print one JSON document')
    .option('--conlleval', 'print exactly what conlleval.pl prints')
    .option('--intervals', 'add 95% bootstrap intervals over sentences')
    .option('--compare <file>', 'add a paired significance test against another predicted file')
    .addOption(
      wholeNumberOption(
        '--errors [count]',
        'add classes of errors, the most costly confusions and a list',
        0,
      ),
    )
    .option('--breakdown', 'add scores by mention and sentence length')
    .option('--characters', 'add scores by character')
    .option('--train <file>', 'add scores for seen and unseen mentions, given the training corpus')
    .option('--html <file>', 'write a report: charts, errors and sentences in one HTML file')
    .addOption(wholeNumberOption('--seed <number>', 'seed of --intervals and --compare', 0).default(1))
    .addHelpText('after', EXAMPLE)
    .action((gold: string, predicted: string | undefined, flags: Flags) =>
      score(gold, predicted, flags, context),
    )
}

async function score(gold: string, predicted: string | undefined, flags: Flags, context: CliContext) {
  const { conlleval, json, html, errors, compare, scheme } = flags
  const { intervals, train, breakdown, characters, mode } = flags
  const extras = intervals || compare || errors !== undefined || train || breakdown || characters || html
  if (conlleval && (json || extras || mode === 'strict' || scheme !== undefined))
    throw optionError('conlleval', 'no other option that changes the output', 'one', 'leave one of them out')
  if (conlleval && flags.by === 'offsets')
    throw optionError(
      'conlleval',
      'files with the same tokens, as conlleval.pl needs them',
      say`${option('by', 'offsets')}`,
    )
  if (html !== undefined) checkOutput(html)
  const { by, scores, relaxedTypes, notes, analyses, report } = await scoreLabels({
    ...flags,
    gold,
    predicted,
    reading: toReadOptions(flags, context),
    goldReading: goldReading(flags),
    scheme: scheme === undefined ? undefined : parseScheme(scheme),
    by: conlleval ? 'tokens' : flags.by,
    map: parseTypeMap(flags.map ?? []),
    report: html !== undefined,
  })
  for (const note of notes) context.note(note)
  if (conlleval) {
    context.print(formatConlleval(scores))
    return
  }
  if (report && html !== undefined) {
    writeOutput(html, await renderReport(report))
    context.log(`wrote ${html}; open it in a browser`)
  }
  if (json) {
    context.printJson({ by, ...scores, relaxedTypes, ...analyses })
    return
  }
  const names = [predicted ?? gold, compare ?? ''] as const
  const tables = sections(analyses, names, errors, context.colors)
  const relaxed = formatRelaxedTypes(relaxedTypes, context.colors)
  context.print([formatScores(scores, context.colors), relaxed, ...tables].join('\n'))
}

function goldReading({ goldFormat, goldOffsets }: Flags): ScoreRequest['goldReading'] {
  return {
    ...(goldFormat !== undefined && { format: parseFormat(goldFormat, option('goldFormat')) }),
    ...(goldOffsets !== undefined && { offsets: goldOffsets }),
  }
}

function sections(
  { intervals, comparison, breakdowns, characters, errors, confusions }: LabelScores['analyses'],
  names: readonly [string, string],
  listed: Flags['errors'],
  paint: Paint,
): string[] {
  return [
    intervals && formatIntervals(intervals, paint),
    comparison && formatPairedTest(comparison, names, paint),
    breakdowns && formatBreakdowns(breakdowns, paint),
    characters && formatCharacterReport(characters, paint),
    errors &&
      confusions &&
      formatErrors(errors, confusions, typeof listed === 'number' ? listed : ERRORS, paint),
  ].filter(section => section !== undefined)
}
