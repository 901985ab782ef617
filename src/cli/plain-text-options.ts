import type { Command } from 'commander'
import { NORMALIZERS, type NormalizeOptions } from '../text/normalize.js'
import type { PlainTexts } from '../workflows/node/train-vectors.js'
import type { CliContext } from './context.js'
import { optionError } from './options.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from './reading-options.js'

export interface PlainTextFlags extends ReadingFlags {
  readonly tokens?: boolean
  readonly normalize?: readonly string[]
}

const NAMES = Object.keys(NORMALIZERS)

/** Adds the options that say how texts without labels are read. */
export function addPlainTextOptions(command: Command): Command {
  return addReadingOptions(
    command
      .option('--tokens', 'the text is cut into tokens: spaces between them, a sentence on each line')
      .option('--normalize <names...>', `how words are written: ${NAMES.join(', ')} (default: as they are)`),
  )
}

/** @throws InputError `cli/options`; CorpusError `corpus/options` */
export function toPlainTexts(
  paths: readonly string[],
  flags: PlainTextFlags,
  context: Pick<CliContext, 'note'>,
): PlainTexts {
  const unknown = flags.normalize?.find(name => !NAMES.includes(name))
  if (unknown !== undefined)
    throw optionError('normalize', `some of ${NAMES.join(', ')}`, JSON.stringify(unknown))
  const normalize: NormalizeOptions = Object.fromEntries((flags.normalize ?? []).map(name => [name, true]))
  return { paths, tokens: flags.tokens, normalize, reading: toReadOptions(flags, context) }
}
