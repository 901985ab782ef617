import { type Message, option, say } from '../../base/fault.js'
import type { Format } from '../../base/format-names.js'
import { plural } from '../../base/plural.js'
import { FORMAT_KINDS, formatOfName, notWritten, parseFormat, WRITTEN } from '../../corpus/formats.js'
import type { OffsetUnit } from '../../corpus/read-options.js'
import { parseScheme, SCHEME_NAMES } from '../../tags/scheme.js'
import { convertFile } from '../../workflows/node/convert-file.js'
import type { AddCommand } from '../context.js'
import { exitOnInterrupt } from '../interrupts.js'
import { argumentError, choiceOption, offsetsOption, optionError } from '../options.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Examples:
  nerite corpus convert ner_dataset.csv ner.conll --encoding windows-1252
  nerite corpus convert eng.train train.jsonl --layout text --scheme BIO`

interface Flags extends ReadingFlags {
  readonly to?: string
  readonly scheme?: string
  readonly layout?: 'text' | 'tokens'
  readonly writeOffsets?: OffsetUnit
  readonly force?: boolean
  readonly json?: boolean
}

export const addCorpusConvert: AddCommand = (family, context) => {
  addReadingOptions(
    family
      .command('convert')
      .description('write a corpus in another format or tagging scheme; reports what is lost')
      .argument('<in>', 'a corpus in any format that is read')
      .argument('<out>', 'the file to write (of brat, the folder); "-" for standard output (with --to)')
      .option('--to <format>', `${WRITTEN.join(', ')} (default: by the name of <out>)`)
      .option('--scheme <name>', `${SCHEME_NAMES.join(', ')} (default: tags stay as they are)`)
      .addOption(
        choiceOption('--layout <kind>', 'jsonl: text with offsets, or tokens with tags', ['text', 'tokens']),
      )
      .addOption(offsetsOption('--write-offsets <unit>', 'jsonl: unit of the offsets written'))
      .option('--force', 'replace an existing file')
      .option('--json', 'print what was done as one JSON document')
      .addHelpText('after', EXAMPLE),
  ).action(async (input: string, output: string, flags: Flags) => {
    const toStdout = output === '-'
    if (toStdout && flags.json)
      throw optionError(
        'json',
        'a file to write to, so that standard output is free for the summary',
        'the corpus on standard output',
      )
    const format = targetFormat(output, flags.to)
    if (toStdout && (FORMAT_KINDS[format].bytes || FORMAT_KINDS[format].isFolder))
      throw argumentError('standard output', `text, which ${format} is not`, '-', 'name what to write')
    const scheme = flags.scheme === undefined ? undefined : parseScheme(flags.scheme)
    const { layout, writeOffsets: offsets, force } = flags
    const { writeOptions = [] } = FORMAT_KINDS[format]
    if (layout !== undefined && !writeOptions.includes('layout'))
      context.note(say`${option('layout')} has no effect on ${format}`)
    if (offsets !== undefined && !writeOptions.includes('offsets'))
      context.note(say`${option('writeOffsets')} has no effect on ${format}`)
    const out = toStdout ? context.printData : output
    const conversion = { out, scheme, format, force, ...(layout && { layout }), ...(offsets && { offsets }) }
    const reading = toReadOptions(flags, context)
    const done = await exitOnInterrupt(() => convertFile(input, conversion, reading))
    if (toStdout) await context.printed()
    const { sentences, from, losses } = done
    for (const { what, sentences, firstLine } of losses)
      context.log(
        `${context.logColors.yellow('not kept')} in ${format}, ${sentences} ` +
          `${plural(sentences, 'sentence')} (first at ${input}:${firstLine}): ${what}`,
      )
    const summary = `${sentences} sentences written to ${toStdout ? 'standard output' : output} as ${format}`
    if (flags.json)
      context.printJson({ in: input, out: output, format, sentences, scheme: scheme ?? null, from, losses })
    else if (toStdout) context.log(summary)
    else context.print(`${summary}\n`)
  })
}

function targetFormat(output: string, to: string | undefined): Format {
  const format = to === undefined ? formatOfName(output) : parseFormat(to, option('to'))
  if (format && !WRITTEN.includes(format)) throw notWritten(format, option('to'))
  if (format) return format
  const expected: Message = `a name that ends in a format (.${WRITTEN.join(', .')})`
  const where = output === '-' ? 'standard output' : output
  throw argumentError(where, expected, 'another one', say`name the format with ${option('to')}`)
}
