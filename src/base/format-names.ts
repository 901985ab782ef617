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
  'brat',
  'parquet',
  'arrow',
  'spacy',
  'label-studio',
  'doccano',
  'prodigy',
  'argilla',
  'spacy-json',
  'ground-truth',
  'comprehend',
] as const
export type Format = (typeof FORMATS)[number]
