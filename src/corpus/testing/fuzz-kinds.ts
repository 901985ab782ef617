import type { Random } from '../../base/random.js'
import { BYTE_KINDS } from './fuzz-bytes.js'
import { conll, conllu, csv, csvLists, type FuzzCase, jsonl, jsonlTokens, markup } from './fuzz-cases.js'
import { EXPORT_KINDS } from './fuzz-exports.js'
import { TEXT_KINDS } from './fuzz-text-formats.js'

/** Makes files of each kind that a reader knows. */
export const FUZZ_KINDS: Readonly<Record<string, (random: Random) => FuzzCase>> = {
  conll,
  conllu,
  jsonl,
  'jsonl-tokens': jsonlTokens,
  markup,
  csv,
  'csv-lists': csvLists,
  ...TEXT_KINDS,
  ...EXPORT_KINDS,
  ...BYTE_KINDS,
}
