import { availableParallelism } from 'node:os'
import { option, say } from '../../base/fault.js'
import { VECTOR_FORMS, type VectorForm } from '../../encode/node/write-vectors.js'
import { formatCount } from '../../evaluate/format-number.js'
import type { VectorProgress } from '../../vectors/node/train-vectors.js'
import { DEFAULT_SUBWORDS, type VectorSettings } from '../../vectors/settings.js'
import { type TrainVectorsReport, trainVectorFile } from '../../workflows/node/train-vectors.js'
import type { AddCommand, CliContext } from '../context.js'
import { formatDuration } from '../duration.js'
import { exitOnInterrupt } from '../interrupts.js'
import { choiceOption, requireBeside, wholeNumberOption } from '../options.js'
import { addPlainTextOptions, type PlainTextFlags, toPlainTexts } from '../plain-text-options.js'

const EXAMPLE = `
Files that end in .txt or .md are read as running text, packed with gzip or not, and so is standard input (-); all
others are read as corpora, whose labels are not looked at. With --tokens, any file is text that is cut into tokens.
The form follows from the name of --out: .nvec compact, .bin word2vec's binary form, anything else word2vec's text form.
With --subwords, a word also is its runs of characters, and words that the text lacks get a vector from theirs
(compact form alone). With --threads 1 the same text gives the same bytes; several threads do not wait for each other.

Examples:
  nerite vectors train news.txt.gz --out news.nvec
  nerite vectors train letters/*.txt --method cbow --dim 200 --epochs 10 --out letters.bin
  nerite vectors train train.tsv more.tsv --subwords --min-count 2 --epochs 20 --out domain.nvec
  nerite train --preset bilstm-crf --input.words.vectors domain.nvec --corpus.train train.tsv --out runs/a`

interface Flags extends PlainTextFlags, Partial<Omit<VectorSettings, 'subwords' | 'method'>> {
  readonly out: string
  readonly form?: string
  readonly method?: string
  readonly subwords?: boolean
  readonly shortest?: number
  readonly longest?: number
  readonly buckets?: number
  readonly force?: boolean
  readonly json?: boolean
}

const number = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))

/** `nerite vectors train`: word vectors from text without labels. */
export const addVectorsTrain: AddCommand = (family, context) => {
  const most = Math.min(availableParallelism(), 16)
  addPlainTextOptions(
    family
      .command('train')
      .description('train word vectors on text without labels')
      .argument('<texts...>', 'texts or corpora; - for standard input')
      .requiredOption('--out <file>', 'file to write')
      .addOption(choiceOption('--form <form>', 'form of the file (default: by its name)', VECTOR_FORMS))
      .addOption(choiceOption('--method <method>', 'skip-gram (default) or cbow', ['skip-gram', 'cbow']))
      .addOption(wholeNumberOption('--dim <number>', 'numbers of a vector (default: 100)', 1, 4096))
      .addOption(wholeNumberOption('--window <number>', 'words on either side (default: 5)', 1, 100))
      .addOption(wholeNumberOption('--negative <number>', 'words drawn for comparison (default: 5)', 1, 30))
      .option(
        '--negative-power <number>',
        'power of the counts to which they are drawn (default: 0.75)',
        number,
      )
      .option(
        '--sample <number>',
        'share of the text from which on words are left out at times (default: 0.001)',
        number,
      )
      .addOption(wholeNumberOption('--min-count <number>', 'how often a word must occur (default: 5)', 1))
      .addOption(wholeNumberOption('--epochs <number>', 'passes over the text (default: 5)', 1, 10_000))
      .option('--rate <number>', 'learning rate (default: 0.025, of cbow 0.05)', number)
      .option('--end-rate <number>', 'learning rate at the end (default: 0.0001)', number)
      .option('--subwords', 'a word is the mean of itself and its runs of characters')
      .addOption(wholeNumberOption('--shortest <number>', 'characters of a run (default: 3)', 1, 20))
      .addOption(wholeNumberOption('--longest <number>', 'characters of a run (default: 6)', 1, 20))
      .addOption(
        wholeNumberOption(
          '--buckets <number>',
          'numbers that runs are hashed to (default: 2000000)',
          1,
          2 ** 31,
        ),
      )
      .addOption(wholeNumberOption('--threads <number>', `threads (default: ${most})`, 1, 256))
      .addOption(wholeNumberOption('--seed <number>', 'of random numbers (default: 1)', 0))
      .option('--force', 'replace an existing file')
      .option('--json', 'print what was done as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (paths: readonly string[], flags: Flags) => {
    const { out, force, form, method, shortest, longest, buckets } = flags
    for (const [name, value] of Object.entries({ shortest, longest, buckets }))
      if (!flags.subwords) requireBeside(name, value?.toString(), option('subwords'))
    const subwords = flags.subwords && {
      shortest: shortest ?? DEFAULT_SUBWORDS.shortest,
      longest: longest ?? Math.max(DEFAULT_SUBWORDS.longest, shortest ?? 0),
      buckets: buckets ?? DEFAULT_SUBWORDS.buckets,
    }
    const { dim, window, negative, negativePower, sample, minCount, epochs, rate, endRate, seed } = flags
    const settings = {
      ...{ dim, window, negative, negativePower, sample, minCount, epochs, rate, endRate, seed },
      method: method as VectorSettings['method'] | undefined,
      subwords: subwords || null,
      threads: flags.threads ?? most,
    }
    const request = { ...toPlainTexts(paths, flags, context), out, force, settings }
    const report = await exitOnInterrupt(() =>
      trainVectorFile({ ...request, form: form as VectorForm | undefined, onProgress: progressOn(context) }),
    )
    context.showStatus('')
    if (report.subwords > 0 && report.form !== 'compact')
      context.warn(
        say`the file has no place for the vectors of runs of characters; name it .nvec, or set ${option('form', 'compact')}`,
      )
    if (flags.json) context.printJson(report)
    else context.print(`${formatReport(report).join('\n')}\n`)
  })
}

/** Milliseconds between two lines where nothing can be redrawn. */
const LINE_INTERVAL = 15_000

function progressOn({ isTerminal, showStatus, log }: CliContext): (progress: VectorProgress) => void {
  let last = performance.now()
  return progress => {
    const line = progressLine(progress)
    if (isTerminal.stderr) showStatus(line)
    else if (performance.now() - last >= LINE_INTERVAL) {
      last = performance.now()
      log(line)
    }
  }
}

function progressLine({ tokens, all, tokensPerSecond = 0 }: VectorProgress): string {
  if (all === undefined) return `reading: ${formatCount(tokens)} tokens`
  const left = tokensPerSecond > 0 ? `, ${formatDuration((all - tokens) / tokensPerSecond)} left` : ''
  return `training: ${Math.floor((100 * tokens) / all)}%, ${formatCount(Math.round(tokensPerSecond))} tokens/s${left}`
}

function formatReport(report: TrainVectorsReport): string[] {
  const { out, bytes, words, subwords, tokens, kept, sentences, seconds, settings, withSpaces } = report
  const runs = subwords > 0 ? ` and ${formatCount(subwords)} runs of characters` : ''
  return [
    `${formatCount(sentences)} sentences with ${formatCount(tokens)} tokens, ${formatCount(kept)} of them of words that occur ${settings.minCount} times or more`,
    `${out}: ${formatCount(words)} words${runs}, ${settings.dim} numbers each, ${formatCount(bytes)} bytes`,
    ...(withSpaces > 0 ? [`left out: ${formatCount(withSpaces)} words with a space in them`] : []),
    `trained for ${formatDuration(seconds)} in ${settings.threads} thread${settings.threads === 1 ? '' : 's'}, ${formatCount(Math.round(report.tokensPerSecond))} tokens/s`,
  ]
}
