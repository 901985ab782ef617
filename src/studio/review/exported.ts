import type { Format } from '../../base/format-names.js'

/** Formats in which labels are saved: all that are written. A folder of documents (`brat`) comes as a zip archive. */
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
  'brat',
  'webanno',
  'inline',
  'opennlp',
  'parquet',
]
