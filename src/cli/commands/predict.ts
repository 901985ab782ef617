import { type Message, option, say } from '../../base/fault.js'
import { FORMATS, formatOfName } from '../../corpus/format.js'
import type { OffsetUnit } from '../../corpus/read-options.js'
import { withMinScore } from '../../recognize/annotated-text.js'
import { MOST_THREADS } from '../../recognize/arguments.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { parseScheme } from '../../tags/scheme.js'
import { predictFile, predictTexts } from '../../workflows/node/predictions.js'
import type { AddCommand, CliContext } from '../context.js'
import {
  choiceOption,
  fractionOption,
  offsetsOption,
  optionError,
  requireBeside,
  wholeNumberOption,
} from '../options.js'
import { createPredictionWriter, OUTPUT_FORMATS, type OutputFormat } from '../prediction-writer.js'
import { toReadOptions } from '../reading-options.js'
import { checkStandardInput, checkTextFile, linesOf, wholeText } from '../text-pieces.js'

const EXAMPLE = `
Each line of a file is one text; with --whole the file is one text; with --tokens it holds sentences of tokens in any
corpus format, and its own tags are ignored. "-" or no file reads standard input. Without --to, a terminal gets
highlighted text and a pipe jsonl. --n-best adds to each record its sentences with their likeliest readings, likeliest
first, each with its entities and the model's probability of exactly this reading of the sentence, and its natural
logarithm.

Examples:
  nerite predict runs/a --text "Ada Lovelace wrote to Charles Babbage from London."
  nerite predict runs/a letters.txt --to jsonl > entities.jsonl
  nerite predict runs/a letters.txt --n-best 3 --to jsonl
  nerite predict runs/a test.conll --tokens --to conll`

interface Flags {
  readonly text?: string[]
  readonly to?: (typeof OUTPUT_FORMATS)[number]
  readonly json: boolean
  readonly whole: boolean
  readonly tokens: boolean
  readonly minScore: number
  readonly offsets?: OffsetUnit
  readonly scheme?: string
  readonly encoding?: string
  readonly format?: string
  readonly tokenColumn?: string
  readonly threads?: number
  readonly nBest?: number
}

/** `nerite predict`: tags new text. */
export const addPredict: AddCommand = (program, context) => {
  program
    .command('predict')
    .description('tag new text with a trained tagger')
    .argument('<run>', 'a run folder, an installed model such as en, or an address')
    .argument('[file]', 'text to tag; "-" for standard input')
    .option('--text <text...>', 'text to tag, instead of a file')
    .addOption(choiceOption('--to <format>', 'what to print', OUTPUT_FORMATS))
    .option('--json', 'print one JSON document: a list with the entities of every text', false)
    .option('--whole', 'the file is one text', false)
    .option('--tokens', 'the file holds sentences of tokens, in any corpus format', false)
    .option(
      '--encoding <name>',
      'of the file: utf-8, latin1, windows-1252 (default: utf-8, or windows-1252 if that is clear)',
    )
    .option('--format <name>', `with --tokens: ${FORMATS.join(', ')} (default: guessed)`)
    .option('--token-column <column>', 'with --tokens: number from 1, or header name')
    .option('--scheme <name>', 'with --to conll: IO, IOB1, BIO, IOBES, BILOU (default: BIO)')
    .addOption(fractionOption('--min-score <score>', 'leave out entities that score less').default(0))
    .addOption(
      wholeNumberOption(
        '--n-best <n>',
        'with jsonl or --json: the n likeliest readings of each sentence, with probabilities',
        1,
        100,
      ),
    )
    .addOption(offsetsOption('--offsets <unit>', 'with jsonl or --json: unit of offsets (default: utf16)'))
    .addOption(wholeNumberOption('--threads <n>', 'threads of the numeric kernels', 1, MOST_THREADS))
    .addHelpText('after', EXAMPLE)
    .action(async (run: string, file: string | undefined, flags: Flags) => {
      checkSource(file, flags)
      const format = outputFormat(flags, context)
      const { nBest, minScore, offsets = 'utf16', threads } = flags
      const scheme = parseScheme(flags.scheme ?? 'BIO')
      const reading = toReadOptions(flags, context)
      if (file !== undefined && !flags.tokens) noteFormat(file, context)
      const tagger = await loadTagger(run, { threads, onNotice: context.log })
      try {
        const { types } = tagger.info
        const options = { types, offsets, scheme, withReadings: nBest !== undefined }
        const writer = createPredictionWriter(format, options, context)
        const read = () => flags.text ?? (flags.whole ? wholeText(file, reading) : linesOf(file, reading))
        const predictions =
          flags.tokens && file !== undefined
            ? predictFile(tagger, file, reading, nBest)
            : predictTexts(tagger, read(), nBest)
        let texts = 0
        for await (const { annotated, source } of predictions) {
          writer.write({ annotated: withMinScore(annotated, minScore), source })
          texts++
        }
        writer.end?.()
        if (texts === 0)
          context.warn(`${isStandardInput(file) ? 'standard input' : file} is empty: nothing was tagged`)
      } finally {
        await tagger.release()
      }
    })
}

function outputFormat(flags: Flags, { isTerminal }: CliContext): OutputFormat {
  const { to, json, tokens, nBest, minScore, scheme, offsets } = flags
  if (nBest !== undefined && minScore > 0)
    throw optionError(
      'minScore',
      say`no ${option('nBest')} with it: a reading has all its entities`,
      `${minScore}`,
    )
  if (json && to !== undefined) throw optionError('json', say`no ${option('to')} with it`, to)
  if (nBest !== undefined && to !== undefined && to !== 'jsonl')
    throw optionError('to', say`jsonl with ${option('nBest')}`, to)
  const fallback = nBest === undefined && isTerminal.stdout ? 'highlight' : 'jsonl'
  const format = json ? 'json' : (to ?? fallback)
  if (!tokens) {
    requireBeside('format', flags.format, option('tokens'))
    requireBeside('tokenColumn', flags.tokenColumn, option('tokens'))
  }
  if (format !== 'conll') requireBeside('scheme', scheme, option('to', 'conll'))
  if (format !== 'jsonl' && format !== 'json')
    requireBeside('offsets', offsets, say`${option('to', 'jsonl')} or ${option('json')}`)
  return format
}

function checkSource(file: string | undefined, { text, whole, tokens, encoding }: Flags): void {
  const isStdin = isStandardInput(file)
  const input: Message = 'a file or standard input to tag'
  if (text && file !== undefined) throw optionError('text', 'no file with it', JSON.stringify(file))
  if (text && encoding !== undefined)
    throw optionError('encoding', input, say`${option('text')}, which is decoded already`)
  if (text && whole) throw optionError('whole', input, say`${option('text')}, which is always whole`)
  if (whole && tokens) throw optionError('whole', say`no ${option('tokens')} with it`, 'both')
  if (tokens && (text || isStdin)) throw optionError('tokens', 'a corpus file', 'none')
  if (!isStdin) checkTextFile(file)
  else if (!text) checkStandardInput()
}

function isStandardInput(file: string | undefined): file is '-' | undefined {
  return file === undefined || file === '-'
}

/** Plain text of a corpus has its tags, or its JSON, among the words. */
function noteFormat(file: string, { note }: CliContext): void {
  const format = formatOfName(file)
  if (format)
    note(say`${file} is read as plain text, one text per line; ${option('tokens')} reads it as ${format}`)
}
