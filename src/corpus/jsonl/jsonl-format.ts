import { isRecord } from '../../base/json-types.js'
import type { FormatKind } from '../format-kind.js'
import { readJsonl } from './read-jsonl.js'
import { isPairText } from './record.js'
import { jsonlWriter } from './write-jsonl.js'

export const jsonlFormat: FormatKind = {
  title: 'records of JSON',
  extensions: ['jsonl', 'ndjson'],
  fits: head => isJson(head.first) || isRecord(head.record),
  options: ['offsets'],
  writeOptions: ['layout', 'offsets'],
  read: readJsonl,
  keepsFields: true,
  write: jsonlWriter,
}

/** Whether a first line starts records, one per line, or the elements of one array. */
export function isJson(line: string): boolean {
  return isJsonObject(line) || isPairText(line) || /^\s*\[\s*(\{|\[\s*"|$)/.test(line)
}

function isJsonObject(line: string): boolean {
  if (!/^\s*\{/.test(line)) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    // A first record with an error must be read, and reported, as JSON.
    return /^\s*\{\s*"/.test(line)
  }
}
