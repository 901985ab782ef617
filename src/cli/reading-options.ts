import { type Command, Option } from 'commander'
import { InputError } from '../base/errors.js'
import { parseEncoding } from '../corpus/encoding-names.js'
import { FORMATS, parseFormat } from '../corpus/format.js'
import type { ReadOptions } from '../corpus/read-options.js'
import type { CliContext } from './context.js'

/** What `addReadingOptions` adds, as commander hands it on. */
export interface ReadingFlags {
  readonly format?: string
  readonly encoding?: string
  readonly tagColumn?: string
  readonly tokenColumn?: string
  readonly sentenceColumn?: string
  readonly delimiter?: string
  readonly offsets?: string
}

const NAMES = [
  'format',
  'encoding',
  'tagColumn',
  'tokenColumn',
  'sentenceColumn',
  'delimiter',
  'offsets',
] as const satisfies readonly (keyof ReadingFlags)[]

/** Adds the options that say how a corpus file is to be read. */
export function addReadingOptions(command: Command): Command {
  return command
    .option('--format <name>', `${FORMATS.join(', ')} (default: guessed where unambiguous)`)
    .option('--encoding <name>', 'utf-8, latin1, windows-1252 (default: utf-8, or windows-1252 where plain)')
    .option('--tag-column <column>', 'number from 1 (-1: last), header name, or none')
    .option('--token-column <column>', 'number from 1, or header name')
    .option('--sentence-column <column>', 'csv: number from 1, or header name')
    .option('--delimiter <char>', 'csv: one character or tab; conll: tab or space')
    .addOption(
      new Option('--offsets <unit>', 'jsonl: unit of start and end where a record does not say').choices([
        'utf16',
        'codepoint',
      ]),
    )
}

/**
 * Refuses these options where no file is named that they could be about: how a run's own corpora are read is part of it.
 * @throws InputError `cli/options`
 */
export function refuseReading(command: Command, expected: string, got: string): void {
  for (const name of NAMES)
    if (command.getOptionValueSource(name) === 'cli') {
      const where = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
      throw new InputError('cli/options', { where, expected, got })
    }
}

/**
 * Checks the options and makes what the readers take; what was guessed is told on stderr.
 * @throws CorpusError `corpus/options`
 */
export function toReadOptions(flags: ReadingFlags, context: CliContext): ReadOptions {
  return {
    ...(flags.format !== undefined && { format: parseFormat(flags.format) }),
    ...(flags.encoding !== undefined && { encoding: parseEncoding(flags.encoding) }),
    ...(flags.tagColumn !== undefined && { tagColumn: flags.tagColumn }),
    ...(flags.tokenColumn !== undefined && { tokenColumn: flags.tokenColumn }),
    ...(flags.sentenceColumn !== undefined && { sentenceColumn: flags.sentenceColumn }),
    ...(flags.delimiter !== undefined && { delimiter: flags.delimiter }),
    ...(flags.offsets !== undefined && { offsets: flags.offsets === 'codepoint' ? 'codepoint' : 'utf16' }),
    onNote: note => context.log(`${context.logColors.cyan('note')} ${note}`),
  }
}
