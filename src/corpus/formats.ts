import { option, type Place } from '../base/fault.js'
import { FORMATS, type Format } from '../base/format-names.js'
import { argillaFormat } from './argilla/argilla-format.js'
import { arrowFormat } from './arrow/arrow-format.js'
import { bratFormat } from './brat/brat-format.js'
import { comprehendFormat } from './comprehend/comprehend-format.js'
import { conllFormat } from './conll/conll-format.js'
import { CorpusError } from './corpus-error.js'
import { csvFormat } from './csv/csv-format.js'
import { docbinFormat } from './docbin/docbin-format.js'
import { doccanoFormat } from './doccano/doccano-format.js'
import type { FormatKind } from './format-kind.js'
import { groundTruthFormat } from './ground-truth/ground-truth-format.js'
import { inlineFormat } from './inline/inline-format.js'
import { jsonlFormat } from './jsonl/jsonl-format.js'
import { labelStudioFormat } from './label-studio/label-studio-format.js'
import { markupFormat } from './markup/markup-format.js'
import { ontonotesFormat } from './ontonotes/ontonotes-format.js'
import { opennlpFormat } from './opennlp/opennlp-format.js'
import { parquetFormat } from './parquet/parquet-format.js'
import { prodigyFormat } from './prodigy/prodigy-format.js'
import { spacyJsonFormat } from './spacy-json/spacy-json-format.js'
import { webannoFormat } from './webanno/webanno-format.js'

/** The table of formats. Content is compared with them in this order, so narrower ones come first. */
export const FORMAT_KINDS: Readonly<Record<Format, FormatKind>> = {
  spacy: docbinFormat,
  parquet: parquetFormat,
  arrow: arrowFormat,
  'label-studio': labelStudioFormat,
  prodigy: prodigyFormat,
  argilla: argillaFormat,
  'ground-truth': groundTruthFormat,
  comprehend: comprehendFormat,
  'spacy-json': spacyJsonFormat,
  doccano: doccanoFormat,
  jsonl: jsonlFormat,
  webanno: webannoFormat,
  ontonotes: ontonotesFormat,
  opennlp: opennlpFormat,
  brat: bratFormat,
  csv: csvFormat,
  inline: inlineFormat,
  conll: conllFormat,
  markup: markupFormat,
}

/** In the order of `FORMAT_KINDS`. */
export const GUESSED = Object.keys(FORMAT_KINDS) as Format[]

/** Formats that are written, in the order of `FORMATS`. */
export const WRITTEN: readonly Format[] = FORMATS.filter(
  name =>
    FORMAT_KINDS[name].write !== undefined ||
    FORMAT_KINDS[name].bytes === 'written' ||
    FORMAT_KINDS[name].isFolder === true,
)

/** The name of a corpus that is written in a format: a file with its ending, or a folder. */
export function nameIn(format: Format, name: string): string {
  const { ending, extensions, isFolder } = FORMAT_KINDS[format]
  return isFolder ? name : `${name}.${ending ?? extensions[0] ?? format}`
}

/** The error for a format that is only read, or not written as one piece. */
export function notWritten(format: Format, where: Place = option('format')): CorpusError {
  const { bytes, isFolder } = FORMAT_KINDS[format]
  const isText = !bytes && !isFolder
  const names = WRITTEN.filter(name => isText || !(FORMAT_KINDS[name].bytes || FORMAT_KINDS[name].isFolder))
  const expected = WRITTEN.includes(format)
    ? `a format of text in one file (writeSentences writes ${format}): ${names.join(', ')}`
    : `a format that can be written: ${WRITTEN.join(', ')}`
  return new CorpusError('corpus/options', { where, expected, got: format })
}

/** @throws CorpusError `corpus/options` */
export function parseFormat(name: string, where: Place = option('format')): Format {
  const found = FORMATS.find(format => format === name.toLowerCase())
  if (found) return found
  const expected = `one of ${FORMATS.join(', ')}`
  throw new CorpusError('corpus/options', { where, expected, got: JSON.stringify(name) })
}

/** The format that a file's name implies; `undefined` if only the content can tell (`.txt`, `.tsv`, …). */
export function formatOfName(path: string): Format | undefined {
  const extension = /\.([^.]*)$/.exec(path)?.[1].toLowerCase() ?? ''
  return FORMATS.find(format => FORMAT_KINDS[format].extensions.includes(extension))
}
