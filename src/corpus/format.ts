import { CorpusError } from './corpus-error.js'

/** File formats, and how `--format` calls them. */
export const FORMATS = ['conll', 'csv', 'jsonl', 'markup'] as const
export type Format = (typeof FORMATS)[number]

/** @throws CorpusError `corpus/options` */
export function parseFormat(name: string, where = '--format'): Format {
  const found = FORMATS.find(format => format === name.toLowerCase())
  if (found) return found
  throw new CorpusError('corpus/options', {
    where,
    expected: `one of ${FORMATS.join(', ')}`,
    got: JSON.stringify(name),
  })
}

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  conll: 'conll',
  conll02: 'conll',
  conll03: 'conll',
  iob: 'conll',
  iob2: 'conll',
  bio: 'conll',
  csv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  markup: 'markup',
}

/** The format a file's name stands for; `undefined` where only its content can tell (`.txt`, `.tsv` and the like). */
export function formatOfName(path: string): Format | undefined {
  const dot = path.lastIndexOf('.')
  return dot < 0 ? undefined : BY_EXTENSION[path.slice(dot + 1).toLowerCase()]
}
