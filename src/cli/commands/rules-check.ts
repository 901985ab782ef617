import { formatCount, formatPercent } from '../../evaluate/format-number.js'
import type { RuleCounts } from '../../evaluate/rule-tally.js'
import { type Paint, textTableLines } from '../../evaluate/text-table.js'
import { checkRules, type RulesCheck } from '../../workflows/node/check-rules.js'
import type { AddCommand } from '../context.js'
import { wholeNumberOption } from '../options.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
A rule has found what passes its own tests; it keeps what no other find is preferred to. Precision is of what it keeps, recall of
all entities of its type, in percent. A rule of type O keeps others from finding something, and has neither.

Examples:
  nerite rules check rules.yaml dev.conll
  nerite rules check rules.yaml dev.jsonl --examples 10 --json`

interface Flags extends ReadingFlags {
  readonly examples: number
  readonly json?: boolean
}

/** `nerite rules check`: what each rule finds in a labeled corpus. */
export const addRulesCheck: AddCommand = (family, context) => {
  addReadingOptions(
    family
      .command('check')
      .description('show what each rule finds in a labeled corpus, and how much of it is right')
      .argument('<file>', 'a rules file')
      .argument('<corpus>', 'labeled text')
      .addOption(wholeNumberOption('--examples <n>', 'examples of each sort', 0, 1000).default(3))
      .option('--json', 'print one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (file: string, corpus: string, flags: Flags) => {
    const reading = toReadOptions(flags, context)
    const check = await checkRules(file, corpus, { reading, examples: flags.examples })
    if (flags.json) context.printJson(check)
    else context.print(`${formatCheck(check, context.colors).join('\n')}\n`)
  })
}

function formatCheck(check: RulesCheck, paint: Paint): string[] {
  const { rules, types, missed, names, sentences } = check
  const idle = rules.filter(({ found }) => found === 0)
  return [
    `${formatCount(sentences)} sentences`,
    '',
    ...textTableLines(
      ['rule', { heading: 'type', align: 'left' }, 'found', 'kept', 'correct', 'precision', 'recall'],
      rules.map(({ rule, types: own, found, kept, correct, precision, recall }) => [
        ...[rule, own.join(', ') || 'O', formatCount(found), formatCount(kept)],
        ...[own.length === 0 ? '–' : formatCount(correct), formatPercent(precision), formatPercent(recall)],
      ]),
      paint,
    ),
    '',
    ...textTableLines(
      ['type', 'gold', 'found', 'correct', 'precision', 'recall', 'f1'],
      Object.entries(types).map(([type, { gold, predicted, correct, precision, recall, f1 }]) => [
        ...[type, formatCount(gold), formatCount(predicted), formatCount(correct)],
        ...[formatPercent(precision), formatPercent(recall), formatPercent(f1)],
      ]),
      paint,
    ),
    ...(idle.length > 0 ? ['', `never found: ${idle.map(({ rule }) => rule).join(', ')}`] : []),
    ...rules.flatMap(rule => detailsOf(rule, names[rule.rule], paint)),
    ...Object.entries(missed).flatMap(([type, texts]) =>
      texts.length === 0
        ? []
        : [
            '',
            `${paint.bold(type)} that no rule finds`,
            ...texts.map(({ text, count, place }) => `  ${text} (${formatCount(count)}, ${place})`),
          ],
    ),
  ]
}

/** What there is to say of a rule besides its counts. */
function detailsOf(
  { rule, otherType, otherBounds, kept, correct, types, shadowedBy, shadows, examples }: RuleCounts,
  names: RulesCheck['names'][string] | undefined,
  paint: Paint,
): string[] {
  const none = types.length === 0 ? 0 : kept - correct - otherType - otherBounds
  const wrong = [
    [otherType, 'with another type'],
    [otherBounds, 'with other bounds'],
    [none, 'where there is nothing'],
  ].flatMap(([count, what]) => (Number(count) > 0 ? [`${formatCount(Number(count))} ${what}`] : []))
  const list = (shadow: RuleCounts['shadows']) =>
    shadow.map(each => `${each.rule} (${formatCount(each.count)})`).join(', ')
  const lines = [
    ...(names
      ? [
          `${formatCount(names.found)} of ${formatCount(names.all)} names are in the corpus${names.absent.length > 0 ? `; not: ${names.absent.join(', ')}${names.all - names.found > names.absent.length ? ' …' : ''}` : ''}`,
        ]
      : []),
    ...(wrong.length > 0 ? [`wrong: ${wrong.join(', ')}`] : []),
    ...(shadowedBy.length > 0 ? [`shadowed by ${list(shadowedBy)}`] : []),
    ...(shadows.length > 0 ? [`shadows ${list(shadows)}`] : []),
    ...examples.correct.map(({ text, place }) => `${paint.green('right')} ${text} (${place})`),
    ...(types.length === 0
      ? []
      : examples.wrong.map(({ text, place }) => `${paint.red('wrong')} ${text} (${place})`)),
  ]
  return lines.length === 0 ? [] : ['', paint.bold(rule), ...lines.map(line => `  ${line}`)]
}
