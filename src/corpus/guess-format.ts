import { option, say } from '../base/fault.js'
import { isTag } from '../tags/scheme.js'
import { guessLayout } from './conll/layout.js'
import { isBlank, isDocumentMark, splitRow } from './conll/rows.js'
import { CorpusError } from './corpus-error.js'
import { isCsvHeader } from './csv/header.js'
import { type Format, formatOfName } from './format.js'
import { isPairText } from './jsonl/record.js'
import type { LineBlock } from './split-lines.js'

const SAMPLE = 2000

/**
 * The format of a file from its name, or else from its first lines.
 * @throws CorpusError `corpus/format` if no format fits
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
    code: 'unknown-format',
    where: { file: source, line: 1 },
    expected: 'a corpus as conll, csv, jsonl or markup',
    got: JSON.stringify(first.slice(0, 60)),
    remedy: say`if it is a corpus, choose its ${option('format')}`,
  })
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

/** Whether most rows have the same number of columns and end with a tag, or they are words with empty lines between. */
function isConll(head: LineBlock): boolean {
  const layout = guessLayout(head, {})
  const rows = head.filter(
    line => !isBlank(line) && !isDocumentMark(line) && !(layout.ids && line[0] === '#'),
  )
  if (rows.length === 0) return true
  const fields = rows.map(row => splitRow(row, layout.delimiter, layout.columns))
  const regular = fields.filter(row => row.length === layout.columns)
  if (regular.length * 2 < rows.length) return false
  if (layout.columns === 1) return regular.length === rows.length && head.some(isBlank)
  return (
    layout.misc ||
    layout.tagLike.length > 0 ||
    regular.filter(row => isTag(row[layout.tag])).length * 2 >= rows.length
  )
}
