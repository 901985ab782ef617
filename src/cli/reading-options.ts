import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import type { Message } from '../base/fault.js'
import { FORMATS } from '../base/format-names.js'
import { parseEncoding } from '../corpus/decode.js'
import { parseFormat } from '../corpus/formats.js'
import type { ReadingUnit, ReadOptions } from '../corpus/read-options.js'
import type { CliContext } from './context.js'
import { offsetsOption, optionError } from './options.js'

/** What `addReadingOptions` adds, as commander returns it. */
export interface ReadingFlags {
  readonly format?: string
  readonly encoding?: string
  readonly tagColumn?: string
  readonly tokenColumn?: string
  readonly sentenceColumn?: string
  readonly delimiter?: string
  readonly offsets?: ReadingUnit
  readonly labels?: string
}

const NAMES = [
  'format',
  'encoding',
  'tagColumn',
  'tokenColumn',
  'sentenceColumn',
  'delimiter',
  'offsets',
  'labels',
] as const satisfies readonly (keyof ReadingFlags)[]

/** Adds the options that say how to read a corpus file. */
export function addReadingOptions(command: Command): Command {
  return command
    .option('--format <name>', `${FORMATS.join(', ')} (default: guessed if unambiguous)`)
    .option(
      '--encoding <name>',
      'utf-8, latin1, windows-1252 (default: utf-8, or windows-1252 if that is clear)',
    )
    .option('--tag-column <column>', 'number from 1 (-1: last), header name, or none')
    .option('--token-column <column>', 'number from 1, or header name')
    .option('--sentence-column <column>', 'csv: number from 1, or header name')
    .option('--delimiter <char>', 'csv: one character or tab; conll: tab or space')
    .addOption(
      offsetsOption('--offsets <unit>', 'jsonl: unit of start and end if a record does not say', ['byte']),
    )
    .option(
      '--labels <names>',
      'parquet, arrow: names of numbered tags in their order, A,B,C or a file of them',
    )
}

/**
 * Refuses these options if they apply to no file: a run's own corpora are read as training read them.
 * @throws InputError `cli/options`
 */
export function refuseReading(command: Command, expected: Message, got: Message): void {
  for (const name of NAMES)
    if (command.getOptionValueSource(name) === 'cli') throw optionError(name, expected, got)
}

/**
 * Checks the options and turns them into what the readers take; guesses are noted on stderr.
 * @throws CorpusError `corpus/options`
 */
export function toReadOptions(flags: ReadingFlags, { note }: Pick<CliContext, 'note'>): ReadOptions {
  const given = NAMES.flatMap(name => (flags[name] === undefined ? [] : [[name, flags[name]]]))
  return {
    ...(Object.fromEntries(given) as Omit<ReadingFlags, 'format' | 'encoding' | 'labels'>),
    ...(flags.labels !== undefined && { labels: parseLabels(flags.labels) }),
    ...(flags.format !== undefined && { format: parseFormat(flags.format) }),
    ...(flags.encoding !== undefined && { encoding: parseEncoding(flags.encoding) }),
    onNote: note,
  }
}

/** Names separated by commas, or one on each line of a file. @throws InputError `cli/options` */
function parseLabels(given: string): readonly string[] {
  const isFile = !given.includes(',')
  let text: string
  try {
    text = isFile ? readFileSync(given, 'utf8').trimEnd() : given
  } catch {
    throw optionError('labels', 'names such as O,B-PER,I-PER, or a file with one on each line', given)
  }
  const names = text.split(isFile ? /\r?\n/ : ',').map(name => name.trim())
  if (names.every(name => name !== '')) return names
  throw optionError('labels', 'names without an empty one', JSON.stringify(text.slice(0, 60)))
}
