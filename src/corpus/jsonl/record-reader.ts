import { type Message, option, say } from '../../base/fault.js'
import { plural } from '../../base/plural.js'
import { isPlainTag, TAG_FORM } from '../../tags/scheme.js'
import { fromByteOffsets, toUtf16Offsets } from '../../text/offsets.js'
import { DocumentNames } from '../documents.js'
import { type ReadContext, refuse } from '../read-context.js'
import type { ReadingUnit, ReadOptions } from '../read-options.js'
import type { Offsets, Sentence } from '../sentence.js'
import { annotatedRanges, annotation, rangesOf, tokensInRanges, tokensWithin } from './annotated.js'
import { labelText } from './label-text.js'
import { offsetUnit, UNIT_NAMES } from './offset-unit.js'
import type { TextRecord, TokenRecord } from './record.js'

/** So many texts are remembered, to find those with several records. */
const MOST_TASKS = 1_000_000

/**
 * Turns records into sentences, and counts what it skips or guesses. Text with entities is tokenized here and tagged BIO;
 * tokens with tags stay as they are.
 */
export class RecordReader {
  private readonly documents: DocumentNames
  private readonly unread = new Map<string, number>()
  private readonly entityKeys = new Map<string, number>()
  private blank = 0
  private trimmed = 0
  private rejected = 0
  /** Texts of which several annotators may have made records. */
  private readonly tasks = new Set<string | number>()
  private readonly foundUnits = new Map<ReadingUnit, number>()
  private readonly counts = new Map<string, { count: number; readonly message: (count: number) => Message }>()

  constructor(
    private readonly options: ReadOptions,
    private readonly context: ReadContext,
  ) {
    this.documents = new DocumentNames(context)
  }

  /**
   * @param number line of the record, from 1
   * @returns `undefined` for a record that is skipped
   * @throws RowError
   */
  read(record: TextRecord | TokenRecord, number: number): Sentence | undefined {
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
    if (record.kind === 'text' && record.task !== undefined) this.countTask(record.task)
    const fields = this.options.fields === true ? record.fields : undefined
    for (const key of record.unread)
      if (!fields || !Object.hasOwn(fields, key)) this.unread.set(key, (this.unread.get(key) ?? 0) + 1)
    if (this.options.fields === true)
      for (const key of (record.kind === 'text' && record.entityKeys) || [])
        this.entityKeys.set(key, (this.entityKeys.get(key) ?? 0) + 1)
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
      ...(fields && { fields }),
      lines: [number],
    }
  }

  /** Counts something that is noted at the end, once per code. @param message of how often it was */
  count(code: string, message: (count: number) => Message): void {
    const known = this.counts.get(code)
    if (known) known.count++
    else this.counts.set(code, { count: 1, message })
  }

  private countTask(task: string | number): void {
    if (this.tasks.has(task))
      this.count(
        'several-annotators',
        n =>
          `${n} ${plural(n, 'record')} of texts that earlier ones have too, as of several annotators: each is read as a record`,
      )
    else if (this.tasks.size < MOST_TASKS) this.tasks.add(task)
  }

  addNotes(): void {
    const { context, unread, blank, rejected, trimmed, foundUnits } = this
    const records = (count: number) => `${count} ${plural(count, 'record')}`
    for (const [key, count] of unread)
      context.note('unread-key', `key ${JSON.stringify(key)} is not read (${records(count)})`)
    for (const [key, count] of this.entityKeys)
      context.note(
        'unread-entity-key',
        `key ${JSON.stringify(key)} of entities is not kept (${records(count)})`,
      )
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
    for (const [code, { count, message }] of this.counts) context.note(code, message(count))
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
    const parts = {
      ...annotation(record, { tags }, record.annotated && tokensInRanges(tokens.length, record.annotated)),
      ...(record.soft && this.options.tagColumn !== 'none' && { soft: record.soft }),
    }
    if (text === undefined || tokenOffsets === undefined) return { tokens, tags, ...parts }
    const unit = record.unit ?? this.options.offsets
    return { tokens, tags, text, offsets: checkedOffsets(text, tokens, tokenOffsets, unit), ...parts }
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
