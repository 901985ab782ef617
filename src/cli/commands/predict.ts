import { availableParallelism } from 'node:os'
import { option, say } from '../../base/fault.js'
import { FORMATS } from '../../base/format-names.js'
import { formatOfName } from '../../corpus/formats.js'
import { standsForSeveral } from '../../corpus/node/corpus-files.js'
import type { OffsetUnit } from '../../corpus/read-options.js'
import { withMinScore, withTypes } from '../../recognize/annotated-text.js'
import { MOST_THREADS } from '../../recognize/arguments.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { parseScheme, SCHEME_NAMES } from '../../tags/scheme.js'
import { predictTexts } from '../../workflows/predict-texts.js'
import { typesAsAsked } from '../../workflows/type-map.js'
import { type BulkFlags, isBulk } from '../bulk-options.js'
import type { AddCommand, CliContext } from '../context.js'
import {
  choiceOption,
  coarseOption,
  countryOf,
  countryOption,
  fractionOption,
  mapOption,
  offsetsOption,
  optionError,
  requireBeside,
  wholeNumberOption,
} from '../options.js'
import { createPredictionWriter, OUTPUT_FORMATS, type OutputFormat } from '../prediction-writer.js'
import { toReadOptions } from '../reading-options.js'
import {
  predictCorpora,
  predictSources,
  type SourceFlags,
  type TextSource,
  textSources,
} from '../text-sources.js'

const EXAMPLE = `
A file that ends in .txt or .md is one text, whose lines may be wrapped; of any other, and of standard input, each line is
one text. A folder stands for the .txt and .md files in it, and a pattern in quotes for the files that match it. With --tokens a file holds sentences of tokens in any corpus
format, and its own tags are ignored. Without --to, a terminal gets highlighted text and a pipe jsonl. --n-best adds to
each record its sentences with their likeliest readings, likeliest first, each with its entities and the model's
probability of exactly this reading of the sentence, and its natural logarithm.

With --in and --out, many files are tagged, and what is found in each is written to a file of its name in a folder: one
record for each document, as nerite pipe writes it. Files are read by their kind: records of .jsonl, rows of .csv and
.parquet with a text in the field "text" (--text-field), each .txt and .md as one text (--lines: each of its lines). The
same command, started again after it was stopped or killed, goes on with the parts that are missing.

Examples:
  nerite predict en --text "Ada Lovelace wrote to Charles Babbage from London."
  nerite predict en letter.txt
  nerite predict en letters/ --coarse --to jsonl > entities.jsonl
  nerite predict runs/a tweets.txt --lines --min-score 0.9
  nerite predict runs/a test.conll --tokens --to conll
  nerite predict en --in 'docs/*.jsonl' --out entities --keep date --workers 8`

interface Flags extends SourceFlags, BulkFlags {
  readonly country?: string
  readonly to?: (typeof OUTPUT_FORMATS)[number] | 'parquet'
  readonly json: boolean
  readonly minScore: number
  readonly offsets?: OffsetUnit
  readonly scheme?: string
  readonly format?: string
  readonly tokenColumn?: string
  readonly threads?: number
  readonly nBest?: number
  readonly coarse: boolean
  readonly map?: readonly string[]
}

/** `nerite predict`: tags new text. */
export const addPredict: AddCommand = (program, context) => {
  program
    .command('predict')
    .description('tag new text with a trained tagger or with rules')
    .argument(
      '<model>',
      'a run folder, an installed model such as en, an address, a rules file, or several: en+numbers',
    )
    .argument('[files...]', 'texts to tag: files or folders; "-" for standard input')
    .option('--text <text...>', 'text to tag, instead of files')
    .addOption(
      choiceOption('--to <format>', 'what to print, or to write to files (jsonl, parquet)', [
        ...OUTPUT_FORMATS,
        'parquet',
      ]),
    )
    .option('--json', 'print one JSON document: a list with the entities of every text', false)
    .option('--whole', 'each file is one text', false)
    .option('--lines', 'each line of a file is one text', false)
    .option('--tokens', 'a file holds sentences of tokens, in any corpus format', false)
    .addOption(coarseOption("give entities the types of the model's coarse view"))
    .addOption(mapOption('give entities other types'))
    .option(
      '--encoding <name>',
      'of the files: utf-8, latin1, windows-1252 (default: utf-8, or windows-1252 if that is clear)',
    )
    .option('--format <name>', `with --tokens: ${FORMATS.join(', ')} (default: guessed)`)
    .option('--token-column <column>', 'with --tokens: number from 1, or header name')
    .option('--scheme <name>', `with --to conll: ${SCHEME_NAMES.join(', ')} (default: BIO)`)
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
    .addOption(countryOption())
    .addOption(wholeNumberOption('--threads <n>', 'threads of the numeric kernels', 1, MOST_THREADS))
    .option('--in <files...>', 'tag many files: paths, folders, patterns in quotes; with --out')
    .option('--out <folder>', 'with --in: where what is found is written, a file for each')
    .addOption(
      wholeNumberOption(
        '--workers <n>',
        `with --in: threads that tag (default: the ${availableParallelism()} cores)`,
        1,
        MOST_THREADS,
      ),
    )
    .option('--text-field <name>', 'with --in: the field or column with the text (default: text)')
    .option(
      '--id-field <name>',
      'with --in: the field or column that says which document it is (default: id)',
    )
    .option('--keep <fields...>', 'with --in: other fields that are copied')
    .option('--force', 'with --in: tag everything again, whatever is in the folder', false)
    .option('--no-scores', 'with --in: leave out the scores, which take time')
    .addHelpText('after', EXAMPLE)
    .action(async (model: string, files: readonly string[], flags: Flags) => {
      if (isBulk({ ...flags }, files)) {
        const { predictInBulk } = await import('../bulk-prediction.js')
        await predictInBulk(model, flags, context)
        return
      }
      const format = outputFormat(flags, context)
      const { text, tokens, nBest, minScore, offsets = 'utf16', threads } = flags
      const scheme = parseScheme(flags.scheme ?? 'BIO')
      const reading = toReadOptions(flags, context)
      const sources = await textSources(files, flags, context)
      if (!tokens) for (const source of sources) noteFormat(source, context)
      const tagger = await loadTagger(model, { threads, ...countryOf(flags), onNotice: context.log })
      try {
        const map = typesAsAsked(tagger.info, flags)
        const types = [...new Set(tagger.info.types.map(type => map.get(type) ?? type))]
        const options = { types, offsets, scheme, withReadings: nBest !== undefined }
        const writer = await createPredictionWriter(format, options, context)
        const predict = tokens ? predictCorpora : predictSources
        const predictions = text
          ? predictTexts(tagger, text, nBest)
          : predict(tagger, sources, reading, nBest)
        const isNamed =
          sources.length > 1 ||
          sources.some(({ file }) => file !== undefined && (!files.includes(file) || standsForSeveral(file)))
        // The readers of corpora refuse one without sentences.
        const empty = new Set(tokens ? [] : sources.map(({ name }) => name))
        for await (const { annotated, source, file } of predictions) {
          const found = withTypes(withMinScore(annotated, minScore), map)
          writer.write({ annotated: found, source, ...(isNamed && { file }) })
          if (file !== undefined) empty.delete(file)
        }
        writer.end?.()
        for (const name of empty) context.warn(`${name} is empty: nothing was tagged`)
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
  if (to === 'parquet') throw optionError('to', say`${option('in')} with parquet`, 'none')
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

/** Plain text of a corpus has its tags, or its JSON, among the words. */
function noteFormat({ file, isWhole }: TextSource, { note }: CliContext): void {
  const format = file === undefined ? undefined : formatOfName(file)
  if (format)
    note(
      say`${file ?? ''} is read as plain text, ${isWhole ? 'one text' : 'one text per line'}; ${option('tokens')} reads it as ${format}`,
    )
}
