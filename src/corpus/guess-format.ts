import { isTag } from '../tags/scheme.js'
import { guessLayout, isBlank, isDocumentMark, splitRow } from './conll/layout.js'
import { CorpusError } from './corpus-error.js'
import { isCsvHeader } from './csv/header.js'
import { type Format, formatOfName } from './format.js'
import { isPairText } from './jsonl/record.js'
import type { LineBlock } from './split-lines.js'

const SAMPLE = 2000

/**
 * The format of a file from its name, else from its first lines; a guess is made only where one format fits.
 * @throws CorpusError `corpus/format` where none or more than one does
 */
export function guessFormat(source: string, head: LineBlock): Format {
  const named = formatOfName(source)
  const lines = head.filter(line => !isBlank(line)).slice(0, SAMPLE)
  if (named !== undefined || lines.length === 0) return named ?? 'conll'
  const first = lines[0]
  if (isJson(first)) return 'jsonl'
  if (isCsvHeader(first)) return 'csv'
  if (isConll(head.slice(0, SAMPLE))) return 'conll'
  if (lines.some(line => /\[[^\]]+\]\([^()\s]+\)/.test(line))) return 'markup'
  throw new CorpusError('corpus/format', {
    where: `${source}:1`,
    expected: 'a corpus as conll, csv, jsonl or markup',
    got: JSON.stringify(first.slice(0, 60)),
    remedy: 'name its format with --format if it is one',
  })
}

/** Whether a first line begins records a line each, or the elements of one array. */
export function isJson(line: string): boolean {
  return isJsonObject(line) || isPairText(line) || /^\s*\[\s*(\{|\[\s*"|$)/.test(line)
}

function isJsonObject(line: string): boolean {
  if (!/^\s*\{/.test(line)) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    // A first record with a slip is still to be read, and told, as JSON.
    return /^\s*\{\s*"/.test(line)
  }
}

/** Rows of which most end with a tag or name their columns alike, or single words with empty lines between them. */
function isConll(head: LineBlock): boolean {
  const layout = guessLayout(head, {})
  const rows = head.filter(line => !isBlank(line) && !isDocumentMark(line))
  if (rows.length === 0) return true
  const fields = rows.map(row => splitRow(row, layout.delimiter, layout.columns))
  const regular = fields.filter(row => row.length === layout.columns)
  if (regular.length * 2 < rows.length) return false
  if (layout.columns === 1) return regular.length === rows.length && head.some(isBlank)
  return layout.tagLike.length > 0 || regular.filter(row => isTag(row[layout.tag])).length * 2 >= rows.length
}
