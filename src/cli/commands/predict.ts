import { existsSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { readSentences } from '../../corpus/node/read-corpus.js'
import { loadTagger } from '../../predict/node/load-tagger.js'
import type { AnnotatedText, Tagger } from '../../predict/tagger.js'
import type { CliContext } from '../context.js'
import type { AddCommand } from '../main.js'
import { createPredictionWriter, OUTPUT_FORMATS, type OutputFormat } from '../prediction-writer.js'
import { textPieces } from '../text-pieces.js'

interface PredictOptions {
  readonly text?: string[]
  readonly to?: string
  readonly json: boolean
  readonly whole: boolean
  readonly tokens: boolean
  readonly minScore: string
  readonly offsets: string
  readonly threads?: string
}

const EXAMPLE = `
A file is read line by line, a text a line; with --whole as one text; with --tokens as sentences of tokens in any
corpus format. "-" or no file reads standard input. Without --to, a terminal gets highlighted text and a pipe jsonl.

Examples:
  nerite predict runs/a --text "Ada Lovelace wrote to Charles Babbage from London."
  nerite predict runs/a letters.txt --to jsonl > entities.jsonl
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
    .option('--min-score <score>', 'leave out entities that score less', '0')
    .option('--offsets <unit>', 'utf16 or codepoint', 'utf16')
    .option('--threads <n>', 'threads of the numeric kernels')
    .addHelpText('after', EXAMPLE)
    .action(async (run: string, file: string | undefined, options: PredictOptions) => {
      const settings = parseOptions(options, context)
      checkSource(file, options)
      const tagger = await loadTagger(run, { threads: settings.threads, onNotice: context.log })
      try {
        const writer = createPredictionWriter(settings.format, {
          print: context.print,
          colours: context.colours,
          types: tagger.info.types,
          offsets: settings.offsets,
        })
        for await (const annotated of predictions(tagger, file, options))
          writer.write(withMinimumScore(annotated, settings.minScore))
        writer.end()
      } finally {
        await tagger.release()
      }
    })
}

/** Without the entities that score less; their tags become `O`. */
function withMinimumScore(annotated: AnnotatedText, minScore: number): AnnotatedText {
  const isDropped = ({ score }: { readonly score: number }) => score < minScore
  const dropped = annotated.entities.filter(isDropped)
  if (dropped.length === 0) return annotated
  const hides = (at: number) => dropped.some(({ start, end }) => start <= at && at < end)
  return {
    text: annotated.text,
    entities: annotated.entities.filter(entity => !isDropped(entity)),
    sentences: annotated.sentences.map(sentence => ({
      ...sentence,
      tags: sentence.tags.map((tag, i) => (hides(sentence.tokens[i].start) ? 'O' : tag)),
    })),
  }
}

function parseOptions(options: PredictOptions, { isTerminal }: CliContext) {
  const wrong = (where: string, expected: string, got: string) =>
    new InputError('cli/options', { where, expected, got: JSON.stringify(got) })
  const minScore = Number(options.minScore)
  if (!(minScore >= 0 && minScore <= 1)) throw wrong('--min-score', 'a number from 0 to 1', options.minScore)
  const { offsets } = options
  if (offsets !== 'utf16' && offsets !== 'codepoint') throw wrong('--offsets', 'utf16 or codepoint', offsets)
  const threads = options.threads === undefined ? undefined : Number(options.threads)
  if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1))
    throw wrong('--threads', 'a whole number from 1', options.threads ?? '')
  const named = OUTPUT_FORMATS.find(name => name === options.to)
  if (options.to !== undefined && !named)
    throw wrong('--to', `one of ${OUTPUT_FORMATS.join(', ')}`, options.to)
  const fallback: OutputFormat = isTerminal.stdout ? 'highlight' : 'jsonl'
  return {
    minScore,
    offsets,
    threads,
    format: options.json ? ('json' as const) : (named ?? fallback),
  } as const
}

function checkSource(file: string | undefined, { text, whole, tokens }: PredictOptions): void {
  const fault = (where: string, expected: string, got: string) =>
    new InputError('cli/arguments', { where, expected, got })
  if (text && file !== undefined) throw fault('predict', 'either --text or a file', 'both')
  if (whole && tokens) throw fault('predict', 'either --whole or --tokens', 'both')
  if (tokens && (text || file === undefined || file === '-')) throw fault('--tokens', 'a corpus file', 'none')
  if (file !== undefined && file !== '-' && !existsSync(file))
    throw fault(file, 'a file to tag', 'no such file')
}

async function* predictions(
  tagger: Tagger,
  file: string | undefined,
  { text, whole, tokens }: PredictOptions,
): AsyncGenerator<AnnotatedText> {
  if (tokens && file !== undefined) yield* tokenPredictions(tagger, file)
  else yield* tagger.annotate(text ?? (whole ? wholeText(file) : lines(file)))
}

async function* wholeText(file: string | undefined): AsyncGenerator<string> {
  let text = ''
  for await (const piece of textPieces(file)) text += piece
  yield text
}

/** A text a line, as soon as the line is there. */
async function* lines(file: string | undefined): AsyncGenerator<string> {
  let rest = ''
  for await (const piece of textPieces(file)) {
    const [first, ...more] = piece.split('\n')
    rest += first
    for (const line of more) {
      yield rest.endsWith('\r') ? rest.slice(0, -1) : rest
      rest = line
    }
  }
  if (rest !== '') yield rest
}

const SENTENCES_A_BATCH = 256

/** Sentences that come as tokens: their text is the tokens with a space between. */
async function* tokenPredictions(tagger: Tagger, file: string): AsyncGenerator<AnnotatedText> {
  let batch: (readonly string[])[] = []
  for await (const { tokens } of readSentences(file)) {
    batch.push(tokens)
    if (batch.length < SENTENCES_A_BATCH) continue
    yield* await tokenBatch(tagger, batch)
    batch = []
  }
  yield* await tokenBatch(tagger, batch)
}

async function tokenBatch(tagger: Tagger, batch: readonly (readonly string[])[]): Promise<AnnotatedText[]> {
  const decoded = await tagger.tagTokens(batch)
  return decoded.map(({ spans, tags }, i) => {
    const text = batch[i].join(' ')
    let at = 0
    const tokens = batch[i].map(token => {
      const start = at
      at += token.length + 1
      return { text: token, start, end: start + token.length }
    })
    const entities = spans.map(span => {
      const { start } = tokens[span.start]
      const { end } = tokens[span.end - 1]
      return { start, end, type: span.type, text: text.slice(start, end), score: span.score }
    })
    return { text, entities, sentences: [{ start: 0, end: text.length, tokens, tags }] }
  })
}
