import type { FormatKind } from '../format-kind.js'
import { type ReadContext, refuse } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import { type LineBlock, type LinePart, refuseLongLine } from '../split-lines.js'
import { ArrayElements, type Misplaced, type RecordText } from './array-elements.js'
import { LabelLookahead, type PlacedRecord } from './label-lookahead.js'
import { isPairText, parseRecord, type TextRecord, type TokenRecord } from './record.js'
import { RecordReader } from './record-reader.js'

/** How one tool writes records of JSON. */
export interface RecordForm {
  /** Whether a tool wrote this value, which is parsed JSON. */
  readonly fits: (value: unknown) => boolean
  /**
   * The records that a value stands for.
   * @param count counts something for a note at the end
   * @throws RowError
   */
  readonly parse: (value: unknown, count: RecordReader['count']) => readonly (TextRecord | TokenRecord)[]
}

/** A format of records that tools of one name write, one per line or in an array, whose files are told by their content. */
export function recordFormat(form: RecordForm, rest: Omit<FormatKind, 'fits' | 'read'>): FormatKind {
  return {
    ...rest,
    within: 'jsonl',
    fits: head => form.fits(head.record),
    read: (blocks, options, context) => readRecords(blocks, options, context, form.parse),
  }
}

/**
 * Reads one JSON object per line. Each is text with entities as ranges (tokenized here, tagged BIO), or tokens with tags;
 * see `parseRecord` for the keys. Offsets count UTF-16 code units unless the record says `"offsets":"codepoint"` or the
 * option does. Records with the same `document` belong to one document, wherever they are. A file that begins with `[`
 * is one JSON array of such objects.
 */
export function readJsonl(
  blocks: AsyncIterable<LineBlock | LinePart>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  return readRecords(blocks, options, context, value => [parseRecord(value)])
}

async function* readRecords(
  blocks: AsyncIterable<LineBlock | LinePart>,
  options: ReadOptions,
  context: ReadContext,
  parse: RecordForm['parse'],
): AsyncGenerator<Sentence> {
  const reader = new RecordReader(options, context)
  const labels = new LabelLookahead(context, options.tagColumn === 'none' ? false : undefined)
  const count: RecordReader['count'] = (code, message) => reader.count(code, message)
  for await (const found of recordTexts(blocks, context.source)) {
    if ('got' in found) {
      const { expected, got, line } = found
      context.fault(line, { code: 'json', expected, got: JSON.stringify(got), remedy: 'fix the JSON' })
      continue
    }
    const { text, line, element } = found
    const records = context.attempt(line, () => parse(parseJson(text), count), element)
    for (const record of records ?? []) yield* sentencesOf(labels.push({ record, line, element }))
  }
  yield* sentencesOf(labels.end())
  reader.addNotes()

  function* sentencesOf(placed: readonly PlacedRecord[]): Generator<Sentence> {
    for (const { record, line = 0, element } of placed) {
      const sentence = context.attempt(line, () => reader.read(labels.withTags(record), line), element)
      if (sentence) yield sentence
    }
  }
}

/** The file's records: its lines that are not blank, the elements of its array, or objects on several lines. */
async function* recordTexts(
  blocks: AsyncIterable<LineBlock | LinePart>,
  source: string,
): AsyncGenerator<RecordText | Misplaced> {
  let array: ArrayElements | undefined
  let isFirst = true
  let line = 0
  for await (const block of blocks) {
    const isPart = 'part' in block
    for (const text of isPart ? [block.part] : block) {
      line++
      const isBlank = /^\s*$/.test(text)
      if (isFirst && !isBlank) {
        isFirst = false
        if (/^\s*\[/.test(text) && !isPairText(text)) array = new ArrayElements(line)
        else if (/^\s*\{\s*$/.test(text)) array = new ArrayElements(line, true)
      }
      if (array) yield* array.push(text, isPart)
      else if (isPart) refuseLongLine(text, source)
      else if (!isBlank) yield { text, line }
    }
  }
  const missing = array?.finish()
  if (missing) yield missing
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    return refuse('json', 'JSON', error instanceof Error ? error.message : error, 'fix the record')
  }
}
