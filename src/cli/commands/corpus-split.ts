import { option } from '../../base/fault.js'
import { parseFormat } from '../../corpus/formats.js'
import { PARTS, type SplitPart, type SplitSummary, splitFile } from '../../corpus/node/split-file.js'
import { type Paint, textTableLines } from '../../evaluate/text-table.js'
import type { AddCommand } from '../context.js'
import { exitOnInterrupt } from '../interrupts.js'
import { fractionOption, wholeNumberOption } from '../options.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Documents stay whole if the file marks them; copies of a sentence end up in one part; each part gets its share of
every type. The same seed gives the same split.

Example:
  nerite corpus split all.conll --train 0.8 --dev 0.1 --test 0.1 --seed 1 --out data`

interface Flags extends ReadingFlags {
  readonly train: number
  readonly dev: number
  readonly test: number
  readonly seed: number
  readonly out: string
  readonly to?: string
  readonly json?: boolean
}

export const addCorpusSplit: AddCommand = (family, context) => {
  addReadingOptions(
    family
      .command('split')
      .description('split a corpus into train, dev and test without leaks')
      .argument('<in>', 'a corpus in any format that is read')
      .requiredOption('--out <folder>', 'folder to make')
      .addOption(fractionOption('--train <share>', 'fraction for training').default(0.8))
      .addOption(fractionOption('--dev <share>', 'fraction for development').default(0.1))
      .addOption(fractionOption('--test <share>', 'fraction for the test').default(0.1))
      .addOption(wholeNumberOption('--seed <number>', 'seed of the shuffle', 0).default(1))
      .option(
        '--to <format>',
        'format to write (default: the format of the file, or jsonl if that is only read)',
      )
      .option('--json', 'print the summary as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (input: string, flags: Flags) => {
    const { train, dev, test, seed, out, to } = flags
    const format = to === undefined ? undefined : parseFormat(to, option('to'))
    const split = { shares: { train, dev, test }, seed, out, format }
    const reading = toReadOptions(flags, context)
    const summary = await exitOnInterrupt(() => splitFile(input, split, reading))
    for (const { what, sentences } of summary.losses)
      context.log(
        `${context.logColors.yellow('not kept')} in ${summary.format}, ${sentences} sentences: ${what}`,
      )
    if (flags.json) context.printJson(summary)
    else context.print(`${formatSummary(summary, out, context.colors).join('\n')}\n`)
  })
}

/** Counts by part, and each part's share of every type. */
function formatSummary(summary: SplitSummary, out: string, paint: Paint): string[] {
  const names = PARTS.filter(part => summary.parts[part])
  const parts = names.flatMap(part => summary.parts[part] ?? [])
  const row = (name: string, countOf: (part: SplitPart) => number) => {
    const counts = parts.map(countOf)
    const total = counts.reduce((a, b) => a + b, 0)
    return [name, ...counts.flatMap(count => [count.toLocaleString('en-US'), percent(count, total)])]
  }
  const types = [...new Set(parts.flatMap(part => Object.keys(part.types)))]
  const kept = summary.by === 'document' ? `${summary.documents} documents kept whole` : 'split by sentence'
  const moved = summary.moved > 0 ? `; ${summary.moved} copies moved to the part of their original` : ''
  return [
    `${summary.source} → ${out} (seed ${summary.seed}, ${kept}; ${summary.duplicates} sentences have copies${moved})`,
    '',
    ...textTableLines(
      ['', ...names.flatMap(name => [name, 'share'])],
      [
        ...(['sentences', 'tokens', 'entities'] as const).map(key => row(key, part => part[key])),
        ...types.map(type => row(type, part => part.types[type] ?? 0)),
      ],
      paint,
    ),
  ]
}

function percent(count: number, total: number): string {
  return total > 0 ? `${((100 * count) / total).toFixed(1)}%` : '–'
}
