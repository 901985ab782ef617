import { option, type Place } from '../base/fault.js'
import { CorpusError } from './corpus-error.js'

/** File formats by name. */
export const FORMATS = ['conll', 'csv', 'jsonl', 'markup'] as const
export type Format = (typeof FORMATS)[number]

/** @throws CorpusError `corpus/options` */
export function parseFormat(name: string, where: Place = option('format')): Format {
  const found = FORMATS.find(format => format === name.toLowerCase())
  if (found) return found
  const expected = `one of ${FORMATS.join(', ')}`
  throw new CorpusError('corpus/options', { where, expected, got: JSON.stringify(name) })
}

const EXTENSIONS: Readonly<Record<Format, readonly string[]>> = {
  conll: ['conll', 'conll02', 'conll03', 'conllu', 'iob', 'iob2', 'bio'],
  csv: ['csv'],
  jsonl: ['jsonl', 'ndjson'],
  markup: ['markup'],
}

/** The format that a file's name implies; `undefined` if only the content can tell (`.txt`, `.tsv`, …). */
export function formatOfName(path: string): Format | undefined {
  const extension = /\.([^.]*)$/.exec(path)?.[1].toLowerCase() ?? ''
  return FORMATS.find(format => EXTENSIONS[format].includes(extension))
}
