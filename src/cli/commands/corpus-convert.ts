import { Option } from 'commander'
import { plural } from '../../base/plural.js'
import { withScheme } from '../../corpus/convert-scheme.js'
import { CorpusError } from '../../corpus/corpus-error.js'
import { createWriter } from '../../corpus/create-writer.js'
import { FORMATS, type Format, formatOfName, parseFormat } from '../../corpus/format.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import { type WriteFileOptions, type WriteReport, writeSentences } from '../../corpus/node/write-sentences.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import type { Sentence } from '../../corpus/sentence.js'
import { type Loss, LossLog } from '../../corpus/write-options.js'
import { SchemeDetector } from '../../tags/detect-scheme.js'
import { parseScheme, type Scheme } from '../../tags/scheme.js'
import type { CliContext } from '../context.js'
import { exitOnInterrupt } from '../exit-on-interrupt.js'
import type { AddCommand } from '../main.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Examples:
  nerite corpus convert ner_dataset.csv ner.conll --encoding windows-1252
  nerite corpus convert eng.train train.jsonl --layout text --scheme BIO`

interface ConvertFlags extends ReadingFlags {
  readonly to?: string
  readonly scheme?: string
  readonly layout?: 'text' | 'tokens'
  readonly writeOffsets?: 'utf16' | 'codepoint'
  readonly force?: boolean
  readonly json?: boolean
}

export const addCorpusConvert: AddCommand = (family, context) => {
  addReadingOptions(
    family
      .command('convert')
      .description('write a corpus in another format or tagging scheme; what does not fit is told')
      .argument('<in>', 'a corpus as conll, csv, jsonl or markup')
      .argument('<out>', 'the file to write; "-" for standard output (with --to)')
      .option('--to <format>', `${FORMATS.join(', ')} (default: by the name of <out>)`)
      .option('--scheme <name>', 'IO, IOB1, BIO, IOBES or BILOU (default: tags stay as they are)')
      .addOption(
        new Option('--layout <kind>', 'jsonl: text with offsets, or tokens with tags').choices([
          'text',
          'tokens',
        ]),
      )
      .addOption(
        new Option('--write-offsets <unit>', 'jsonl: unit of the offsets written').choices([
          'utf16',
          'codepoint',
        ]),
      )
      .option('--force', 'replace an existing file')
      .option('--json', 'print what was done as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (input: string, output: string, flags: ConvertFlags) => {
    if (output === '-' && flags.json)
      throw new CorpusError('corpus/options', {
        where: '--json',
        expected: 'a file to write to, so that standard output is free for the summary',
        got: 'the corpus on standard output',
      })
    const format = targetFormat(output, flags.to)
    const scheme = flags.scheme === undefined ? undefined : parseScheme(flags.scheme)
    const options = toReadOptions(flags, context)
    const { from, sentences, losses } = await source(input, options, scheme)
    const writing = {
      format,
      force: flags.force === true,
      ...(flags.layout && { layout: flags.layout }),
      ...(flags.writeOffsets && { offsets: flags.writeOffsets }),
    }
    tellUnused(format, flags, context)
    const toStdout = output === '-'
    const written = toStdout
      ? await printSentences(sentences, writing, context)
      : await exitOnInterrupt(() => writeSentences(output, sentences, writing))
    const all = [...losses.list(), ...written.losses]
    tellLosses(all, input, format, context)
    const report = {
      in: input,
      out: output,
      format,
      sentences: written.sentences,
      scheme: scheme ?? null,
      from,
      losses: all,
    }
    const summary = `${written.sentences} sentences written to ${toStdout ? 'standard output' : output} as ${format}`
    if (toStdout) context.log(summary)
    else context.print(flags.json ? `${JSON.stringify(report)}\n` : `${summary}\n`)
  })
}

async function printSentences(
  sentences: AsyncIterable<Sentence>,
  { format, ...options }: WriteFileOptions,
  context: CliContext,
): Promise<WriteReport> {
  const writer = createWriter(format, options)
  let count = 0
  for await (const sentence of sentences) {
    context.print(writer.write(sentence))
    count++
  }
  return { sentences: count, losses: writer.losses.list() }
}

/** The sentences to write; with a scheme the file is read once before, to learn the scheme that it is in. */
async function source(
  input: string,
  options: ReadOptions,
  scheme: Scheme | undefined,
): Promise<{ from: Scheme | null; sentences: AsyncIterable<Sentence>; losses: LossLog }> {
  const losses = new LossLog()
  if (scheme === undefined) return { from: null, sentences: readSentences(input, options), losses }
  const detector = new SchemeDetector()
  for await (const { tags } of readSentences(input, { ...options, onNote: undefined })) detector.add(tags)
  const from = detector.result().scheme
  async function* converted() {
    for await (const sentence of readSentences(input, options))
      yield withScheme(sentence, from, scheme ?? from, losses)
  }
  return { from, sentences: converted(), losses }
}

function targetFormat(output: string, to: string | undefined): Format {
  const format = to === undefined ? formatOfName(output) : parseFormat(to, '--to')
  if (format) return format
  throw new CorpusError('corpus/options', {
    where: output === '-' ? 'standard output' : output,
    expected: `a name that ends in a format (.${FORMATS.join(', .')})`,
    got: 'another one',
    remedy: 'name the format with --to',
  })
}

function tellUnused(format: Format, flags: ConvertFlags, { log, logColors }: CliContext): void {
  if (format === 'jsonl') return
  for (const [flag, value] of [
    ['--layout', flags.layout],
    ['--write-offsets', flags.writeOffsets],
  ] as const)
    if (value !== undefined) log(`${logColors.cyan('note')} ${flag} means nothing in ${format}`)
}

function tellLosses(losses: readonly Loss[], input: string, format: Format, context: CliContext): void {
  for (const { what, sentences, firstLine } of losses)
    context.log(
      `${context.logColors.yellow('not kept')} in ${format}, ${sentences} ` +
        `${plural(sentences, 'sentence')} (first at ${input}:${firstLine}): ${what}`,
    )
}
