import { option, say } from '../../base/fault.js'
import { plural } from '../../base/plural.js'
import { isPlainTag, TAG_FORM } from '../../tags/scheme.js'
import { fromByteOffsets, toUtf16Offsets } from '../../text/offsets.js'
import { DocumentNames } from '../documents.js'
import { type ReadContext, refuse } from '../read-context.js'
import type { ReadingUnit, ReadOptions } from '../read-options.js'
import type { Offsets, Sentence } from '../sentence.js'
import { type LineBlock, type LinePart, refuseLongLine } from '../split-lines.js'
import { annotatedRanges, annotation, rangesOf, tokensInRanges, tokensWithin } from './annotated.js'
import { ArrayElements, type Misplaced, type RecordText } from './array-elements.js'
import { labelText } from './label-text.js'
import { offsetUnit, UNIT_NAMES } from './offset-unit.js'
import { isPairText, parseRecord, type TextRecord, type TokenRecord } from './record.js'

/**
 * Reads one JSON object per line. Each is text with entities as ranges (tokenized here, tagged BIO), or tokens with tags;
 * see `parseRecord` for the keys. Offsets count UTF-16 code units unless the record says `"offsets":"codepoint"` or the
 * option does. Records with the same `document` belong to one document, wherever they are. A file that begins with `[`
 * is one JSON array of such objects.
 */
export async function* readJsonl(
  blocks: AsyncIterable<LineBlock | LinePart>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  const reader = new RecordReader(options, context)
  for await (const found of recordTexts(blocks, context.source)) {
    if ('got' in found) {
      const { expected, got, line } = found
      context.fault(line, { code: 'json', expected, got: JSON.stringify(got), remedy: 'fix the JSON' })
      continue
    }
    const { text, line, element } = found
    const sentence = context.attempt(line, () => reader.read(text, line), element)
    if (sentence) yield sentence
  }
  reader.addNotes()
}

/** The file's records: its lines that are not blank, or the elements of its array. */
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
      }
      if (array) yield* array.push(text, isPart)
      else if (isPart) refuseLongLine(text, source)
      else if (!isBlank) yield { text, line }
    }
  }
  const missing = array?.finish()
  if (missing) yield missing
}

/** Turns records into sentences, and counts what it skips or guesses. */
class RecordReader {
  private readonly documents: DocumentNames
  private readonly unread = new Map<string, number>()
  private blank = 0
  private trimmed = 0
  private rejected = 0
  private readonly foundUnits = new Map<ReadingUnit, number>()

  constructor(
    private readonly options: ReadOptions,
    private readonly context: ReadContext,
  ) {
    this.documents = new DocumentNames(context)
  }

  read(line: string, number: number): Sentence | undefined {
    const record = parseRecord(parseJson(line))
    if (record.isRejected) {
      this.rejected++
      return undefined
    }
    if (record.ignoredLabels !== undefined && this.options.tagColumn !== 'none')
      refuse(
        'ignored-labels',
        'labels under "entities" (ranges of "text") or "tags" (of "tokens")',
        `${JSON.stringify(record.ignoredLabels)}, which looks like labels but is not read`,
        this.options.needsTags
          ? 'rename or convert it'
          : say`rename or convert it, or read only the words with ${option('tagColumn', 'none')}`,
      )
    for (const key of record.unread) this.unread.set(key, (this.unread.get(key) ?? 0) + 1)
    const body = record.kind === 'text' ? this.fromText(record) : this.fromTokens(record)
    const { length } = body.tokens
    if (length === 0) {
      this.blank++
      return undefined
    }
    const columns = this.options.columns === false ? undefined : record.columns
    for (const [name, column] of Object.entries(columns ?? {}))
      if (column.length !== length)
        refuse(
          'value-count',
          `as many values in column ${JSON.stringify(name)} as tokens (${length})`,
          column,
        )
    return {
      ...body,
      ...(columns && { columns }),
      ...(record.document !== undefined && this.documents.get(record.document)),
      lines: [number],
    }
  }

  addNotes(): void {
    const { context, unread, blank, rejected, trimmed, foundUnits } = this
    const records = (count: number) => `${count} ${plural(count, 'record')}`
    for (const [key, count] of unread)
      context.note('unread-key', `key ${JSON.stringify(key)} is not read (${records(count)})`)
    if (blank > 0) context.note('empty-rows', `${records(blank)} without words skipped`)
    if (rejected > 0)
      context.note('rejected-records', `${records(rejected)} with the answer reject or ignore skipped`)
    if (trimmed > 0)
      context.note(
        'trimmed-entities',
        `white space at the edges of ${trimmed} ${trimmed === 1 ? 'entity' : 'entities'} is ignored`,
      )
    for (const [unit, count] of foundUnits)
      context.note(
        'offset-unit',
        `offsets of ${records(count)} count ${UNIT_NAMES[unit]}, as their text or form shows`,
      )
  }

  private fromText(record: TextRecord) {
    const { text } = record
    const entities = this.options.tagColumn === 'none' ? undefined : record.entities
    const { annotated = [] } = record
    const known = [...(entities ?? []), ...rangesOf(annotated)]
    const { unit, isFound } = offsetUnit(record, known, this.options.offsets)
    if (isFound) this.foundUnits.set(unit, (this.foundUnits.get(unit) ?? 0) + 1)
    const { trimmed, ...labeled } = labelText(text, entities, unit)
    this.trimmed += trimmed
    const ranges = record.annotated && annotatedRanges(text, annotated, unit)
    return { ...labeled, ...annotation(record, labeled, ranges && tokensWithin(labeled.offsets, ranges)) }
  }

  private fromTokens(record: TokenRecord) {
    const { tokens, text, tokenOffsets } = record
    const tags = this.options.tagColumn === 'none' ? [] : record.tags
    const bad = tags.find(tag => !isPlainTag(tag))
    if (bad !== undefined) refuse('bad-tag', `tags: ${TAG_FORM}`, JSON.stringify(bad))
    const parts = annotation(
      record,
      { tags },
      record.annotated && tokensInRanges(tokens.length, record.annotated),
    )
    if (text === undefined || tokenOffsets === undefined) return { tokens, tags, ...parts }
    const unit = record.unit ?? this.options.offsets
    return { tokens, tags, text, offsets: checkedOffsets(text, tokens, tokenOffsets, unit), ...parts }
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    return refuse('json', 'JSON', error instanceof Error ? error.message : error, 'fix the record')
  }
}

function checkedOffsets(
  text: string,
  tokens: readonly string[],
  pairs: readonly (readonly [number, number])[],
  unit: ReadingUnit | undefined,
): Offsets[] {
  const given = pairs.map(([start, end]) => ({ start, end }))
  const fits = (offsets: readonly Offsets[]) =>
    tokens.every((token, i) => text.slice(offsets[i].start, offsets[i].end) === token) &&
    offsets.every(({ start, end }, i) => start <= end && start >= (i > 0 ? offsets[i - 1].end : 0))
  // The tokens decide if nothing else does.
  for (const each of unit === undefined ? (['utf16', 'codepoint', 'byte'] as const) : [unit])
    try {
      const offsets =
        each === 'utf16'
          ? given
          : each === 'byte'
            ? fromByteOffsets(text, given)
            : toUtf16Offsets(text, given)
      if (fits(offsets)) return offsets
    } catch {
      // An offset outside of the text is refused below.
    }
  return refuse('token-offsets', '"tokenOffsets" that find each token in "text", in order', pairs)
}
