import { option, say } from '../../base/fault.js'
import { isRecord, isStrings } from '../../base/json-types.js'
import { areBareNames } from '../bare-labels.js'
import { CorpusError } from '../corpus-error.js'
import { LabelLookahead, type PlacedRecord } from '../jsonl/label-lookahead.js'
import { parseRecord, type TextRecord, type TokenRecord } from '../jsonl/record.js'
import { RecordReader } from '../jsonl/record-reader.js'
import { type ReadContext, refuse } from '../read-context.js'
import type { ReadOptions } from '../read-options.js'
import type { Sentence } from '../sentence.js'
import type { Names } from './features.js'

const TOKEN_COLUMNS = ['tokens', 'words', 'sentence_tokens', 'token'] as const
const TAG_COLUMNS = [
  'ner_tags',
  'tags',
  'labels',
  'ner',
  'ner_labels',
  'named_entities',
  'entity_tags',
] as const
const TEXT_COLUMNS = ['text', 'sentence', 'source_text'] as const

/**
 * Turns the rows of a table of records into sentences: tokens with tags, by name or by number, or text with entities.
 * Other lists of as many values as tokens become further columns.
 */
export class RowReader {
  private readonly reader: RecordReader
  private readonly tokens: string | undefined
  private readonly tags: string | undefined
  private readonly text: string | undefined
  private readonly labels: LabelLookahead
  private row = 0

  /**
   * @param columns names of the columns
   * @param names of the numbers in them
   * @throws CorpusError `corpus/columns`, `corpus/options`
   */
  constructor(
    private readonly columns: readonly string[],
    private readonly names: Names,
    private readonly options: ReadOptions,
    private readonly context: ReadContext,
  ) {
    this.reader = new RecordReader(options, context)
    const find = (known: readonly string[]) => known.find(name => columns.includes(name))
    const { tokenColumn, tagColumn } = options
    this.tokens = tokenColumn === undefined ? find(TOKEN_COLUMNS) : this.chosen(tokenColumn, 'tokenColumn')
    this.text = find(TEXT_COLUMNS)
    this.tags =
      tagColumn === 'none'
        ? undefined
        : tagColumn === undefined
          ? find(TAG_COLUMNS)
          : this.chosen(tagColumn, 'tagColumn')
    this.labels = new LabelLookahead(context, this.hasBareNames())
    if (this.tokens === undefined && this.text === undefined)
      throw new CorpusError('corpus/columns', {
        where: context.at(),
        expected: 'a column of tokens or of text',
        got: `columns ${columns.join(', ')}`,
        remedy: say`choose the column of tokens with ${option('tokenColumn')}`,
      })
  }

  /** @returns the sentences that are ready, of this row and of those before it */
  read(row: Readonly<Record<string, unknown>>): readonly Sentence[] {
    const element = ++this.row
    const record = this.context.attempt(undefined, () => this.record(row), element)
    return record ? this.sentences(this.labels.push({ record, line: undefined, element })) : []
  }

  /** The last sentences. Leaves notes. */
  end(): readonly Sentence[] {
    const last = this.sentences(this.labels.end())
    this.reader.addNotes()
    return last
  }

  private sentences(placed: readonly PlacedRecord[]): readonly Sentence[] {
    return placed.flatMap(({ record, element = 0 }) => {
      const read = () => this.reader.read(this.labels.withTags(record), element)
      const sentence = this.context.attempt(undefined, read, element)
      return sentence ? [sentence] : []
    })
  }

  private record(row: Readonly<Record<string, unknown>>): TextRecord | TokenRecord {
    const values = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))
    const tokens = this.tokens === undefined ? undefined : values[this.tokens]
    if (!Array.isArray(tokens)) return this.textRecord(values)
    const columns: Record<string, readonly string[]> = {}
    const rest: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(values)) {
      if (name === this.tokens || name === this.tags) continue
      const isColumn = Array.isArray(value) && value.length === tokens.length && value.every(isScalar)
      if (isColumn) columns[name] = this.asStrings(name, value)
      else if (!(name === 'text' && typeof value === 'string')) rest[name] = value
    }
    const tags = this.tags === undefined ? undefined : values[this.tags]
    return parseRecord({
      ...rest,
      tokens,
      ...(Array.isArray(tags) && { tags: this.asTags(this.tags ?? '', tags) }),
      ...(Object.keys(columns).length > 0 && { columns }),
    })
  }

  private textRecord(values: Record<string, unknown>): TextRecord | TokenRecord {
    const text = this.text === undefined ? undefined : values[this.text]
    const rest = Object.entries(values).filter(([name]) => name !== this.text && name !== this.tokens)
    return parseRecord({
      ...Object.fromEntries(rest.map(([name, value]) => [name, this.entities(name, value)])),
      text,
    })
  }

  /** Entities may be a list of records or a record of lists, and their types may be numbers. */
  private entities(column: string, value: unknown): unknown {
    const list = isRecord(value) && Object.values(value).every(Array.isArray) ? rowsOf(value) : value
    if (!Array.isArray(list)) return list
    const names = this.namesOf(column)
    return list.map(each => {
      if (!isRecord(each) || names === undefined) return each
      const named = Object.entries(each).map(([key, one]) => [
        key,
        /type|label|tag/.test(key) && typeof one === 'number' ? (names[one] ?? one) : one,
      ])
      return Object.fromEntries(named)
    })
  }

  private asStrings(column: string, values: readonly unknown[]): string[] {
    const names = this.names.get(column)
    return values.map(
      value => (typeof value === 'number' ? names?.[value] : undefined) ?? String(value ?? ''),
    )
  }

  /** Tags by name. @throws RowError for a number without a name, CorpusError if there are no names at all */
  private asTags(column: string, values: readonly unknown[]): unknown {
    if (isStrings(values) || values.length === 0) return values
    const names = this.namesOf(column)
    if (names === undefined && values.every(Number.isInteger))
      throw new CorpusError('corpus/columns', {
        code: 'unnamed-tags',
        where: this.context.at(),
        expected: "tags by name, or their names in the file (the ClassLabel of Hugging Face's datasets)",
        got: `only numbers in column ${JSON.stringify(column)}`,
        remedy: say`name them in the order of the numbers with ${option('labels', 'O,B-PER,I-PER')} or a file with one a line`,
      })
    return values.map(value => {
      if (typeof value === 'string') return value
      const name = typeof value === 'number' ? names?.[value] : undefined
      return name ?? refuse('bad-tag', `a number from 0 to ${(names?.length ?? 1) - 1}`, value)
    })
  }

  /** Whether tags have no prefix, if their names or an option say so. */
  private hasBareNames(): boolean | undefined {
    if (this.tags === undefined) return false
    const names = this.namesOf(this.tags)
    return names && areBareNames(names)
  }

  private namesOf(column: string): readonly string[] | undefined {
    return this.options.labels ?? this.names.get(column)
  }

  private chosen(choice: number | string, name: 'tokenColumn' | 'tagColumn'): string {
    const found = this.columns.find((column, i) => column === choice || i + 1 === Number(choice))
    if (found !== undefined) return found
    throw new CorpusError('corpus/options', {
      where: option(name),
      expected: `one of the columns ${this.columns.join(', ')}`,
      got: JSON.stringify(choice),
    })
  }
}

/** A record of lists as a list of records. */
function rowsOf(lists: Readonly<Record<string, unknown>>): unknown[] {
  const entries = Object.entries(lists) as [string, unknown[]][]
  const length = Math.max(0, ...entries.map(([, list]) => list.length))
  return Array.from({ length }, (_, i) => Object.fromEntries(entries.map(([name, list]) => [name, list[i]])))
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || value === null
}

const DEEPEST = 8

/** A cell's value as JSON has it: no bigints, no typed arrays. */
function plain(value: unknown, depth = 0): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Date) return value.toISOString()
  if (depth > DEEPEST) return refuse('bad-record', `values nested up to ${DEEPEST} levels`, 'a deeper one')
  if (ArrayBuffer.isView(value))
    return Array.from(value as unknown as ArrayLike<unknown>, each => plain(each, depth + 1))
  if (Array.isArray(value)) return value.map(each => plain(each, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each, depth + 1)]))
}
