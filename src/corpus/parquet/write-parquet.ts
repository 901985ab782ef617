import type { SchemaElement } from 'hyparquet'
import { ByteWriter as Buffer, ParquetWriter } from 'hyparquet-writer'
import type { ByteWriter } from '../byte-form.js'
import { exactTokens } from '../refine-tokens.js'
import type { Sentence } from '../sentence.js'
import { CUT_TOKENS, PARTLY_LABELED } from '../sentence-text.js'
import { inexpressible, LossLog } from '../sentence-writer.js'

/** Sentences in a row group. */
const GROUP = 1000

interface Row {
  readonly tokens: readonly string[]
  /** Numbers of the tags; `null` for unlabeled text. */
  readonly tags: readonly bigint[] | null
  readonly columns: Readonly<Record<string, readonly string[]>>
  readonly document: string | null
}

/**
 * Writes tokens and numbered tags, with the names of the tags as the `ClassLabel` of Hugging Face's `datasets`, a row
 * group at a time. What else a row has, further columns and a document, is decided by the first group.
 */
export function parquetWriter(): ByteWriter {
  const losses = new LossLog()
  const numbers = new Map<string, number>([['O', 0]])
  const buffer = new Buffer()
  let rows: Row[] = []
  let columns: readonly string[] = []
  let hasDocuments = false
  let file: ParquetWriter | undefined

  const numberOf = (tag: string): bigint => {
    const known = numbers.get(tag) ?? numbers.size
    numbers.set(tag, known)
    return BigInt(known)
  }

  function write(labeled: Sentence): Uint8Array {
    const sentence = exactTokens(labeled)
    if (sentence !== labeled) losses.add(...CUT_TOKENS, labeled)
    if (labeled.annotated) losses.add(...PARTLY_LABELED, labeled)
    if (labeled.text !== undefined) losses.add('text', 'the text and its spaces', labeled)
    const { tokens, tags, document, documentName = document } = sentence
    for (const values of [tokens, ...Object.values(sentence.columns ?? {})]) {
      const bad = values.findIndex(value => /\p{Surrogate}/u.test(value))
      if (bad >= 0) throw inexpressible(sentence, bad, 'whole characters', values[bad])
    }
    if (file !== undefined) {
      if (Object.keys(sentence.columns ?? {}).some(name => !columns.includes(name)))
        losses.add('columns', 'further columns that the first sentences do not have', sentence)
      if (documentName !== undefined && !hasDocuments)
        losses.add('documents', 'documents that the first sentences do not have', sentence)
    }
    rows.push({
      tokens,
      tags: tags.length === 0 ? null : tags.map(numberOf),
      columns: sentence.columns ?? {},
      document: documentName === undefined ? null : String(documentName),
    })
    return rows.length < GROUP ? new Uint8Array() : flush()
  }

  function end(): Uint8Array {
    const last = flush()
    if (file === undefined) return last
    file.kvMetadata = [{ key: 'huggingface', value: metadata(numbers, columns, hasDocuments) }]
    file.finish()
    return join(last, taken(buffer))
  }

  /** The bytes of the rows that are waiting. */
  function flush(): Uint8Array {
    if (file === undefined) {
      columns = [...new Set(rows.flatMap(row => Object.keys(row.columns)))]
      hasDocuments = rows.some(({ document }) => document !== null)
      file = new ParquetWriter({ writer: buffer, schema: schemaOf(columns, hasDocuments) })
    }
    if (rows.length > 0)
      file.write({
        columnData: [
          { name: 'tokens', data: rows.map(({ tokens }) => tokens) as unknown[] },
          { name: 'ner_tags', data: rows.map(({ tags }) => tags) as unknown[] },
          ...columns.map(name => ({ name, data: rows.map(row => row.columns[name] ?? null) as unknown[] })),
          ...(hasDocuments ? [{ name: 'document', data: rows.map(({ document }) => document) }] : []),
        ],
        rowGroupSize: GROUP,
      })
    rows = []
    return taken(buffer)
  }
  return { write, end, losses }
}

/** What is in the buffer, which is then empty. */
function taken(buffer: Buffer): Uint8Array {
  const bytes = buffer.getBytes().slice()
  buffer.index = 0
  return bytes
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}

function schemaOf(columns: readonly string[], hasDocuments: boolean): SchemaElement[] {
  const strings = { type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' } as const
  const list = (name: string, element: Omit<SchemaElement, 'name'>): SchemaElement[] => [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', ...element },
  ]
  return [
    { name: 'schema', num_children: 2 + columns.length + (hasDocuments ? 1 : 0) },
    ...list('tokens', strings),
    ...list('ner_tags', { type: 'INT64', repetition_type: 'OPTIONAL' }),
    ...columns.flatMap(name => list(name, strings)),
    ...(hasDocuments ? [{ name: 'document', ...strings }] : []),
  ]
}

/** What `datasets` reads the features from. */
function metadata(
  numbers: ReadonlyMap<string, number>,
  columns: readonly string[],
  hasDocuments: boolean,
): string {
  const string = { dtype: 'string', _type: 'Value' }
  const list = (feature: unknown) => ({ feature, length: -1, _type: 'Sequence' })
  const features = {
    tokens: list(string),
    ner_tags: list({ names: [...numbers.keys()], _type: 'ClassLabel' }),
    ...Object.fromEntries(columns.map(name => [name, list(string)])),
    ...(hasDocuments && { document: string }),
  }
  return JSON.stringify({ info: { features } })
}
