import { existsSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { FORMATS, formatOfName } from '../../corpus/format.js'
import type { ReadOptions } from '../../corpus/read-options.js'
import { withMinScore } from '../../recognize/annotated-text.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import type { Tagger } from '../../recognize/tagger.js'
import { parseScheme } from '../../tags/scheme.js'
import type { CliContext } from '../context.js'
import type { AddCommand } from '../main.js'
import {
  createPredictionWriter,
  OUTPUT_FORMATS,
  type OutputFormat,
  type Prediction,
} from '../prediction-writer.js'
import { toReadOptions } from '../reading-options.js'
import { textPieces } from '../text-pieces.js'
import { tokenPredictions } from '../token-predictions.js'

interface PredictOptions {
  readonly text?: string[]
  readonly to?: string
  readonly json: boolean
  readonly whole: boolean
  readonly tokens: boolean
  readonly minScore: string
  readonly offsets?: string
  readonly scheme?: string
  readonly encoding?: string
  readonly format?: string
  readonly tokenColumn?: string
  readonly threads?: string
  readonly nBest?: string
}

const EXAMPLE = `
A file is read line by line, a text a line; with --whole as one text; with --tokens as sentences of tokens in any
corpus format, whose own tags are not looked at. "-" or no file reads standard input. Without --to, a terminal gets
highlighted text and a pipe jsonl. --n-best adds to each record its sentences with their likeliest readings, likeliest
first, each with its entities and the model's probability of exactly this reading of the sentence, and its natural
logarithm.

Examples:
  nerite predict runs/a --text "Ada Lovelace wrote to Charles Babbage from London."
  nerite predict runs/a letters.txt --to jsonl > entities.jsonl
  nerite predict runs/a letters.txt --n-best 3 --to jsonl
  nerite predict runs/a test.conll --tokens --to conll`

/** `nerite predict`: tags new text. */
export const addPredict: AddCommand = (program, context) => {
  program
    .command('predict')
    .description('tag new text with a trained tagger')
    .argument('<run>', 'a run folder')
    .argument('[file]', 'text to tag; "-" for standard input')
    .option('--text <text...>', 'text to tag, instead of a file')
    .option('--to <format>', `${OUTPUT_FORMATS.join(', ')}`)
    .option('--json', 'print one JSON document: a list with the entities of every text', false)
    .option('--whole', 'the file is one text', false)
    .option('--tokens', 'the file holds sentences of tokens, in any corpus format', false)
    .option(
      '--encoding <name>',
      'of the file: utf-8, latin1, windows-1252 (default: utf-8, or windows-1252 where plain)',
    )
    .option('--format <name>', `with --tokens: ${FORMATS.join(', ')} (default: guessed)`)
    .option('--token-column <column>', 'with --tokens: number from 1, or header name')
    .option('--scheme <name>', 'with --to conll: IO, IOB1, BIO, IOBES, BILOU (default: BIO)')
    .option('--min-score <score>', 'leave out entities that score less', '0')
    .option(
      '--n-best <n>',
      'with jsonl or --json: the n likeliest readings of each sentence, with probabilities',
    )
    .option('--offsets <unit>', 'with jsonl or --json: utf16 or codepoint (default: utf16)')
    .option('--threads <n>', 'threads of the numeric kernels')
    .addHelpText('after', EXAMPLE)
    .action(async (run: string, file: string | undefined, options: PredictOptions) => {
      const settings = parseOptions(options, context)
      checkSource(file, options)
      if (file !== undefined && !options.tokens) tellFormat(file, context)
      const tagger = await loadTagger(run, { threads: settings.threads, onNotice: context.log })
      try {
        const writer = createPredictionWriter(settings.format, {
          print: context.print,
          colors: context.colors,
          types: tagger.info.types,
          offsets: settings.offsets,
          hasReadings: settings.nBest !== undefined,
          scheme: settings.scheme,
        })
        for await (const { annotated, source } of predictions(tagger, file, options, settings))
          writer.write({ annotated: withMinScore(annotated, settings.minScore), source })
        writer.end()
      } finally {
        await tagger.release()
      }
    })
}

function parseOptions(options: PredictOptions, context: CliContext) {
  const wrong = (where: string, expected: string, got: string) =>
    new InputError('cli/options', { where, expected, got: JSON.stringify(got) })
  const minScore = Number(options.minScore)
  if (!(minScore >= 0 && minScore <= 1)) throw wrong('--min-score', 'a number from 0 to 1', options.minScore)
  const { offsets = 'utf16' } = options
  if (offsets !== 'utf16' && offsets !== 'codepoint') throw wrong('--offsets', 'utf16 or codepoint', offsets)
  const threads = options.threads === undefined ? undefined : Number(options.threads)
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw wrong('--threads', 'a whole number from 1', options.threads ?? '')
  const nBest = options.nBest === undefined ? undefined : Number(options.nBest)
  if (nBest !== undefined && !(Number.isInteger(nBest) && nBest >= 1 && nBest <= 100))
    throw wrong('--n-best', 'a whole number from 1 to 100', options.nBest ?? '')
  if (nBest !== undefined && minScore > 0)
    throw wrong('--min-score', 'no --n-best beside it: a reading is whole or nothing', options.minScore)
  if (options.json && options.to !== undefined) throw wrong('--json', 'no --to beside it', options.to)
  for (const [name, value] of [
    ['--format', options.format],
    ['--token-column', options.tokenColumn],
  ] as const)
    if (value !== undefined && !options.tokens) throw wrong(name, '--tokens beside it', value)
  const named = OUTPUT_FORMATS.find(name => name === options.to)
  if (options.to !== undefined && !named)
    throw wrong('--to', `one of ${OUTPUT_FORMATS.join(', ')}`, options.to)
  if (nBest !== undefined && options.to !== undefined && options.to !== 'jsonl')
    throw wrong('--to', 'jsonl beside --n-best', options.to)
  const fallback: OutputFormat = nBest === undefined && context.isTerminal.stdout ? 'highlight' : 'jsonl'
  const format = options.json ? 'json' : (named ?? fallback)
  if (options.scheme !== undefined && format !== 'conll')
    throw wrong('--scheme', '--to conll beside it', options.scheme)
  if (options.offsets !== undefined && format !== 'jsonl' && format !== 'json')
    throw wrong('--offsets', '--to jsonl or --json beside it', options.offsets)
  return {
    minScore,
    offsets,
    threads,
    nBest,
    scheme: parseScheme(options.scheme ?? 'BIO'),
    reading: toReadOptions(
      { format: options.format, encoding: options.encoding, tokenColumn: options.tokenColumn },
      context,
    ),
    format,
  } as const
}

/** A corpus read as plain text would have its tags, or its JSON, taken for words. */
function tellFormat(file: string, { log, logColors }: CliContext): void {
  const format = formatOfName(file)
  if (format)
    log(
      `${logColors.cyan('note')} ${file} is read as plain text, a text a line; --tokens reads it as ${format}`,
    )
}

function checkSource(file: string | undefined, { text, whole, tokens, encoding }: PredictOptions): void {
  const fault = (where: string, expected: string, got: string) =>
    new InputError('cli/arguments', { where, expected, got })
  if (text && file !== undefined) throw fault('predict', 'either --text or a file', 'both')
  if (text && encoding !== undefined)
    throw fault('--encoding', 'a file or standard input to tag', '--text, which is decoded already')
  if (text && whole)
    throw fault('--whole', 'a file or standard input to tag', '--text, each of which is whole')
  if (whole && tokens) throw fault('predict', 'either --whole or --tokens', 'both')
  if (tokens && (text || file === undefined || file === '-')) throw fault('--tokens', 'a corpus file', 'none')
  if (file !== undefined && file !== '-' && !existsSync(file))
    throw fault(file, 'a file to tag', 'no such file')
}

async function* predictions(
  tagger: Tagger,
  file: string | undefined,
  { text, whole, tokens }: PredictOptions,
  { reading, nBest }: { readonly reading: ReadOptions; readonly nBest?: number },
): AsyncGenerator<Prediction> {
  if (tokens && file !== undefined) {
    yield* tokenPredictions(tagger, file, reading, nBest)
    return
  }
  const texts = text ?? (whole ? wholeText(file, reading) : lines(file, reading))
  const found = nBest === undefined ? tagger.annotate(texts) : tagger.annotateNBest(texts, nBest)
  for await (const annotated of found) yield { annotated }
}

async function* wholeText(file: string | undefined, reading: ReadOptions): AsyncGenerator<string> {
  let text = ''
  for await (const piece of textPieces(file, reading)) text += piece
  yield text
}

/** A text a line, as soon as the line is there. */
async function* lines(file: string | undefined, reading: ReadOptions): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of textPieces(file, reading)) {
    const [first, ...more] = piece.split('\n')
    rest += first
    for (const line of more) {
      yield rest.endsWith('\r') ? rest.slice(0, -1) : rest
      rest = line
    }
  }
  if (rest !== '') yield rest
}
