import { formatCount } from '../../evaluate/format-number.js'
import { brownClassFile, type ClassesReport, kMeansClassFile } from '../../workflows/node/make-classes.js'
import type { AddCommand, CliContext } from '../context.js'
import { exitOnInterrupt } from '../interrupts.js'
import { wholeNumberOption } from '../options.js'
import { addPlainTextOptions, type PlainTextFlags, toPlainTexts } from '../plain-text-options.js'

const USE = `
The file has a line for each word: the path of its class in the tree of classes, the word, how often it occurs. The
beginning of a path is a larger class. Taggers look at classes with --input.classes.0.file (a network) or
--features.classes.0.file (crf-wide, or a template such as class:NAME:6).`

interface ClassFlags {
  readonly out: string
  readonly classes: number
  readonly words: number
  readonly force?: boolean
  readonly json?: boolean
}

/** `nerite classes`: classes of words, from text or from vectors. */
export const addClasses: AddCommand = (program, context) => {
  const family = program.command('classes').description('put words into classes, from text without labels')
  for (const add of [addBrown, addKMeans]) add(family, context)
}

const addBrown: AddCommand = (family, context) => {
  addPlainTextOptions(
    family
      .command('brown')
      .description('classes of words that stand beside the same classes (Brown clusters)')
      .argument('<texts...>', 'texts or corpora; - for standard input')
      .requiredOption('--out <file>', 'file to write')
      .addOption(wholeNumberOption('--classes <number>', 'classes', 2, 5000).default(256))
      .addOption(wholeNumberOption('--words <number>', 'words, the most frequent ones', 2).default(20_000))
      .addOption(wholeNumberOption('--min-count <number>', 'how often a word must occur', 1).default(2))
      .option('--force', 'replace an existing file')
      .option('--json', 'print what was done as one JSON document')
      .addHelpText(
        'after',
        `${USE}\n\nExample:\n  nerite classes brown news.txt train.conll --classes 500 --out brown.paths`,
      ),
  ).action(async (paths: readonly string[], flags: ClassFlags & PlainTextFlags & { minCount: number }) => {
    const { out, classes, words, force, minCount } = flags
    const request = { out, classes, words, force, minCount, onProgress: progressOn(context) }
    show(
      await exitOnInterrupt(() => brownClassFile({ ...toPlainTexts(paths, flags, context), ...request })),
      flags,
      context,
    )
  })
}

const addKMeans: AddCommand = (family, context) => {
  family
    .command('kmeans')
    .description('classes of words whose vectors point in similar directions')
    .argument('<vectors>', 'a file of word vectors, a run, or a package')
    .requiredOption('--out <file>', 'file to write')
    .addOption(wholeNumberOption('--classes <number>', 'classes', 2, 5000).default(500))
    .addOption(wholeNumberOption('--words <number>', 'vectors, from the beginning', 2).default(60_000))
    .addOption(wholeNumberOption('--passes <number>', 'passes, at most', 1, 1000).default(20))
    .addOption(wholeNumberOption('--seed <number>', 'of random numbers', 0).default(1))
    .option('--force', 'replace an existing file')
    .option('--json', 'print what was done as one JSON document')
    .addHelpText('after', `${USE}\n\nExample:\n  nerite classes kmeans en.nvec --classes 1000 --out en.paths`)
    .action(async (source: string, flags: ClassFlags & { passes: number; seed: number }) => {
      const request = { ...flags, onProgress: progressOn(context) }
      show(await exitOnInterrupt(() => kMeansClassFile(source, request)), flags, context)
    })
}

function show(report: ClassesReport, { json }: ClassFlags, context: CliContext): void {
  context.showStatus('')
  if (json) context.printJson(report)
  else {
    const { out, classes, words, bytes } = report
    const counts = [classes, words, bytes].map(formatCount)
    context.print(`${out}: ${counts[0]} classes of ${counts[1]} words, ${counts[2]} bytes\n`)
  }
}

/** Milliseconds between two lines. */
const INTERVAL = 250

function progressOn({ isTerminal, showStatus }: CliContext): (message: string) => void {
  let last = 0
  return message => {
    if (!isTerminal.stderr || performance.now() - last < INTERVAL) return
    last = performance.now()
    showStatus(message)
  }
}
