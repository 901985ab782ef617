import { toUtf16Offsets } from '../../text/offsets.js'
import { DocumentNames } from '../document-names.js'
import { isPlainTag } from '../plain-tag.js'
import type { OffsetUnit, ReadContext, ReadOptions } from '../read-options.js'
import { RecordProblem, refuse } from '../record-problem.js'
import type { Offsets, Sentence } from '../sentence.js'
import { type LineBlock, type LinePart, refuseLongLine } from '../split-lines.js'
import { ArrayElements, type Misplaced, type RecordText } from './array-elements.js'
import { labelText } from './label-text.js'
import { isPairText, parseRecord, type TextRecord, type TokenRecord } from './record.js'

/**
 * Reads a JSON object a line, each one sentence: text with entities as ranges (tokenized here, tagged BIO), or tokens
 * with tags; see `parseRecord` for the keys. Offsets count UTF-16 code units unless the record says
 * `"offsets":"codepoint"` or the option does. Records with the same value of `document` belong to
 * one document, wherever they stand. A file that begins with `[` is one JSON array of such objects.
 */
export async function* readJsonl(
  blocks: AsyncIterable<LineBlock | LinePart>,
  options: ReadOptions,
  context: ReadContext,
): AsyncGenerator<Sentence> {
  const reader = new RecordReader(options, context)
  for await (const found of recordTexts(blocks, context.source)) {
    const where = `${context.source}:${found.line}`
    if ('got' in found) {
      const { expected, got } = found
      context.fault({ where, expected, got: JSON.stringify(got), remedy: 'mend the JSON' })
      continue
    }
    let sentence: Sentence | undefined
    try {
      sentence = reader.read(found.text, found.line)
    } catch (error) {
      if (!(error instanceof RecordProblem)) throw error
      context.fault({ where, ...error.problem })
    }
    if (sentence) yield sentence
  }
  reader.tell(context.note)
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

class RecordReader {
  private readonly documents: DocumentNames
  private readonly unread = new Map<string, number>()
  private blank = 0
  private trimmed = 0
  private rejected = 0
  private unsaid = 0

  constructor(
    private readonly options: ReadOptions,
    { note }: ReadContext,
  ) {
    this.documents = new DocumentNames(note)
  }

  read(line: string, number: number): Sentence | undefined {
    const record = parseRecord(parseJson(line))
    if (record.isRejected) {
      this.rejected++
      return undefined
    }
    for (const key of record.unread) this.unread.set(key, (this.unread.get(key) ?? 0) + 1)
    const body = record.kind === 'text' ? this.fromText(record) : this.fromTokens(record)
    if (body.tokens.length === 0) {
      this.blank++
      return undefined
    }
    const columns = this.options.columns === false ? undefined : record.columns
    for (const [name, column] of Object.entries(columns ?? {}))
      if (column.length !== body.tokens.length)
        refuse(`as many values in column ${JSON.stringify(name)} as tokens (${body.tokens.length})`, column)
    return {
      ...body,
      ...(columns && { columns }),
      ...(record.document !== undefined && this.documents.get(record.document)),
      lines: [number],
    }
  }

  /** Tells what was guessed or left aside. */
  tell(note: (text: string) => void): void {
    for (const [key, count] of this.unread) note(`key ${JSON.stringify(key)} is not read (${count} records)`)
    if (this.blank > 0) note(`${this.blank} records without a word left out`)
    if (this.rejected > 0) note(`${this.rejected} records with the answer reject or ignore left out`)
    if (this.trimmed > 0) note(`${this.trimmed} entities began or ended with white space, which is left out`)
    if (this.unsaid > 0)
      note(
        `${this.unsaid} records hold characters beyond U+FFFF and do not say how offsets count; ` +
          'UTF-16 code units are assumed (--offsets codepoint for files made by Python)',
      )
  }

  private fromText(record: TextRecord) {
    const { text } = record
    const entities = this.options.tagColumn === 'none' ? undefined : record.entities
    const unit = record.unit ?? this.options.offsets
    if (unit === undefined && entities && entities.length > 0 && /[\uD800-\uDBFF]/.test(text)) this.unsaid++
    const { tokens, tags, offsets, trimmed } = labelText(text, entities, unit ?? 'utf16')
    this.trimmed += trimmed
    return { tokens, tags, text, offsets }
  }

  private fromTokens(record: TokenRecord) {
    const { tokens, text, tokenOffsets } = record
    const tags = this.options.tagColumn === 'none' ? [] : record.tags
    const bad = tags.find(tag => !isPlainTag(tag))
    if (bad !== undefined)
      refuse('tags O, or one of B I E S L U, a hyphen and a type (B-PER)', JSON.stringify(bad))
    if (text === undefined || tokenOffsets === undefined) return { tokens, tags }
    const unit = record.unit ?? this.options.offsets
    return { tokens, tags, text, offsets: checkedOffsets(text, tokens, tokenOffsets, unit) }
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    return refuse('JSON', error instanceof Error ? error.message : error, 'mend the record')
  }
}

function checkedOffsets(
  text: string,
  tokens: readonly string[],
  pairs: readonly (readonly [number, number])[],
  unit: OffsetUnit | undefined,
): Offsets[] {
  const given = pairs.map(([start, end]) => ({ start, end }))
  const fits = (offsets: readonly Offsets[]) =>
    tokens.every((token, i) => text.slice(offsets[i].start, offsets[i].end) === token) &&
    offsets.every(({ start, end }, i) => start <= end && start >= (i > 0 ? offsets[i - 1].end : 0))
  try {
    const offsets = unit === 'codepoint' ? toUtf16Offsets(text, given) : given
    if (fits(offsets)) return offsets
  } catch {
    // An offset outside of the text: told below.
  }
  const remedy = 'pass --offsets codepoint if they count code points (as Python does)'
  return refuse(
    '"tokenOffsets" that find each token in "text", in order',
    pairs,
    unit === undefined && /[\uD800-\uDBFF]/.test(text) ? remedy : undefined,
  )
}
