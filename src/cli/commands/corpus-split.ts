import { CorpusError } from '../../corpus/corpus-error.js'
import { parseFormat } from '../../corpus/format.js'
import { PARTS, type SplitSummary, splitFile } from '../../corpus/node/split-file.js'
import { type Paint, textTableLines } from '../../evaluate/text-table.js'
import { exitOnInterrupt } from '../exit-on-interrupt.js'
import type { AddCommand } from '../main.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Documents stay whole where the file marks them; copies of a sentence end up in one part; each part gets its share of
every type. The same seed gives the same split.

Example:
  nerite corpus split all.conll --train 0.8 --dev 0.1 --test 0.1 --seed 1 --out data`

interface SplitFlags extends ReadingFlags {
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
      .argument('<in>', 'a corpus as conll, csv, jsonl or markup')
      .requiredOption('--out <folder>', 'folder to make')
      .option('--train <share>', 'fraction for training', share('--train'), 0.8)
      .option('--dev <share>', 'fraction for development', share('--dev'), 0.1)
      .option('--test <share>', 'fraction for the test', share('--test'), 0.1)
      .option('--seed <number>', 'seed of the shuffle', seed, 1)
      .option('--to <format>', 'format to write (default: as the file is)')
      .option('--json', 'print the summary as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (input: string, flags: SplitFlags) => {
    const { train, dev, test, seed, out, to } = flags
    const split = {
      shares: { train, dev, test },
      seed,
      out,
      ...(to !== undefined && { format: parseFormat(to, '--to') }),
    }
    const reading = toReadOptions(flags, context)
    const summary = await exitOnInterrupt(() => splitFile(input, split, reading))
    for (const { what, sentences } of summary.losses)
      context.log(
        `${context.logColors.yellow('not kept')} in ${summary.format}, ${sentences} sentences: ${what}`,
      )
    context.print(
      flags.json
        ? `${JSON.stringify(summary)}\n`
        : `${formatSummary(summary, out, context.colors).join('\n')}\n`,
    )
  })
}

/** Counts by part, and each part's share of every type. */
function formatSummary(summary: SplitSummary, out: string, paint: Paint): string[] {
  const names = PARTS.filter(part => summary.parts[part])
  const parts = names.flatMap(part => summary.parts[part] ?? [])
  const row = (name: string, counts: readonly number[]) => {
    const total = counts.reduce((a, b) => a + b, 0)
    return [name, ...counts.flatMap(count => [count.toLocaleString('en-US'), percent(count, total)])]
  }
  const types = [...new Set(parts.flatMap(part => Object.keys(part.types)))]
  const kept = summary.by === 'document' ? `${summary.documents} documents kept whole` : 'split by sentence'
  const moved = summary.moved > 0 ? `; ${summary.moved} copies moved to the part of their twin` : ''
  return [
    `${summary.source} → ${out} (seed ${summary.seed}, ${kept}; ${summary.duplicates} sentences have copies${moved})`,
    '',
    ...textTableLines(
      ['', ...names.flatMap(name => [name, 'share'])],
      [
        row(
          'sentences',
          parts.map(part => part.sentences),
        ),
        row(
          'tokens',
          parts.map(part => part.tokens),
        ),
        row(
          'entities',
          parts.map(part => part.entities),
        ),
        ...types.map(type =>
          row(
            type,
            parts.map(part => part.types[type] ?? 0),
          ),
        ),
      ],
      paint,
    ),
  ]
}

function percent(count: number, total: number): string {
  return total > 0 ? `${((100 * count) / total).toFixed(1)}%` : '–'
}

function share(option: string): (text: string) => number {
  return text => {
    const value = Number(text)
    if (text.trim() !== '' && value >= 0 && value <= 1) return value
    throw new CorpusError('corpus/options', {
      where: option,
      expected: 'a fraction from 0 to 1',
      got: JSON.stringify(text),
    })
  }
}

function seed(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new CorpusError('corpus/options', {
    where: '--seed',
    expected: 'a whole number',
    got: JSON.stringify(text),
  })
}
