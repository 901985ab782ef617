import type { Format } from '../../base/format-names.js'

/** Formats in which labels are saved: all that are written as one file. */
export const EXPORTED: readonly Format[] = [
  'jsonl',
  'conll',
  'csv',
  'markup',
  'spacy',
  'spacy-json',
  'label-studio',
  'prodigy',
  'doccano',
  'webanno',
  'inline',
  'opennlp',
  'parquet',
]
