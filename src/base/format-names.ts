/** Corpus formats by name, as `--format` and `corpus.format` spell them. */
export const FORMATS = [
  'conll',
  'csv',
  'jsonl',
  'markup',
  'inline',
  'webanno',
  'ontonotes',
  'opennlp',
] as const
export type Format = (typeof FORMATS)[number]
