import { formatPlace } from '../../base/fault.js'
import { plural } from '../../base/plural.js'
import type { CheckReport } from '../../corpus/check/check-corpus.js'
import type { Finding, Severity } from '../../corpus/check/finding.js'
import { textTableLines } from '../../evaluate/text-table.js'
import { checkFiles } from '../../workflows/node/check-files.js'
import { commandLineSpelling } from '../command-line-spelling.js'
import { type AddCommand, type CliContext, EXIT } from '../context.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
The first file is treated as training data, the others as what is measured on.
Exit code 0 with warnings, 2 with errors.

Examples:
  nerite corpus check train.conll dev.conll test.conll
  nerite corpus check --json ner_dataset.csv`

export const addCorpusCheck: AddCommand = (family, context) => {
  addReadingOptions(
    family
      .command('check')
      .description(
        'find wrong offsets, shifted or missing labels, leaks between files, mixed types, odd tokens and more',
      )
      .argument('<files...>', 'the training file first, then what is measured on')
      .option('--json', 'print one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (files: string[], flags: ReadingFlags & { json?: boolean }) => {
    const report = await checkFiles(files, toReadOptions(flags, context))
    const findings = report.findings.map(finding => spelledFinding(finding, context))
    if (flags.json) context.printJson({ ...report, findings })
    else context.print(`${formatReport(report, findings, context).join('\n')}\n`)
    if (report.errors > 0) process.exitCode = EXIT.input
  })
}

/** A finding with its places and messages as text. */
function spelledFinding({ examples, message, remedy, ...finding }: Finding, { spelled }: CliContext) {
  const shown = examples.map(({ where, text }) => ({
    where: formatPlace(where, commandLineSpelling),
    text: spelled(text),
  }))
  return { ...finding, message: spelled(message), examples: shown, remedy: spelled(remedy) }
}

type SpelledFinding = ReturnType<typeof spelledFinding>

function formatReport(
  report: CheckReport,
  findings: readonly SpelledFinding[],
  context: CliContext,
): string[] {
  const files = textTableLines(
    ['file', { heading: 'scheme', align: 'left' }, 'sentences', 'tokens', 'entities'],
    report.files.map(({ file, scheme, sentences, tokens, entities }) => [
      file,
      scheme ?? '–',
      sentences.toLocaleString('en-US'),
      tokens.toLocaleString('en-US'),
      entities.toLocaleString('en-US'),
    ]),
    context.colors,
  )
  return [
    ...(report.files.length > 0 ? [...files, ''] : []),
    ...findings.flatMap(finding => formatFinding(finding, context)),
    `${count(report.errors, 'error')}, ${count(report.warnings, 'warning')}`,
  ]
}

function formatFinding(
  { severity, code, message, count: cases, total, examples, remedy }: SpelledFinding,
  context: CliContext,
) {
  const { colors } = context
  const paint: Record<Severity, (text: string) => string> = {
    error: colors.red,
    warning: colors.yellow,
    info: colors.cyan,
  }
  const whole = total === undefined ? '' : ` of ${total.toLocaleString('en-US')}`
  const number = `${cases.toLocaleString('en-US')}${whole}`
  const more =
    cases > examples.length && examples.length > 1 ? [`    … ${cases.toLocaleString('en-US')} in all`] : []
  return [
    `${paint[severity](severity)} ${colors.bold(code)} (${number}): ${message}`,
    ...examples.map(({ where, text }) => `    ${colors.dim(where)}  ${text}`),
    ...more,
    `    → ${remedy}`,
    '',
  ]
}

function count(number: number, noun: string): string {
  return `${number} ${plural(number, noun)}`
}
