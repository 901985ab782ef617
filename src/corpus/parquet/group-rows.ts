import { type FileMetaData, parquetSchema } from 'hyparquet'
import { assembleNested } from 'hyparquet/src/assemble.js'
import { DEFAULT_PARSERS } from 'hyparquet/src/convert.js'
import type { ByteSource } from '../byte-form.js'
import { ColumnPages, type RowGroup } from './column-pages.js'

type Row = Readonly<Record<string, unknown>>
type Field = ReturnType<typeof parquetSchema>['children'][number]

/** So many rows are put together at once. */
const MOST_ROWS = 1000

/**
 * The rows of a row group in their order, some at a time. Its columns are decoded page by page, so that memory does not grow
 * with the group. Pages of different columns end at different rows.
 * @param only the names of the columns that are read; default: all
 * @throws Error for what the group does not hold
 */
export async function* groupRows(
  group: RowGroup,
  metadata: FileMetaData,
  source: ByteSource,
  only?: readonly string[],
): AsyncGenerator<readonly Row[]> {
  const isRead = (name: string) => only === undefined || only.includes(name)
  const children = parquetSchema(metadata).children.filter(({ element }) => isRead(element.name))
  const columns = group.columns.flatMap(({ meta_data }) => {
    if (meta_data === undefined) throw new Error('a row group without a description of a column')
    return isRead(meta_data.path_in_schema[0]) ? [new ColumnPages(meta_data, metadata, source)] : []
  })
  let missing = Number(group.num_rows)
  while (missing > 0) {
    let count = Math.min(missing, MOST_ROWS)
    for (const column of columns) count = Math.min(count, await column.ready())
    if (count === 0) throw new Error(`a row group with ${missing} rows less than it says`)
    yield rowsOf(children, new Map(columns.map(column => [column.path, column.take(count)])), count)
    missing -= count
  }
}

/** @param values those of each column, by path; they are used up */
function rowsOf(fields: readonly Field[], values: Map<string, unknown[]>, count: number): Row[] {
  for (const field of fields) if (field.children.length > 0) assembleNested(values, field, DEFAULT_PARSERS)
  const columns = fields.flatMap(({ element }) => {
    const found = values.get(element.name)
    return found === undefined ? [] : [[element.name, found] as const]
  })
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(columns.map(([name, column]) => [name, column[i]])),
  )
}
