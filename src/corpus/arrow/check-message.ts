/** Numbers of fields in the tables of Schema.fbs and Message.fbs of the Arrow format. */
const MESSAGE = { header: 2, customMetadata: 4 }
const SCHEMA = { fields: 1, customMetadata: 2, features: 3 }
const FIELD = { children: 5, customMetadata: 6 }
const RECORD_BATCH = { nodes: 1, buffers: 2, variadic: 4 }
const DICTIONARY_BATCH = { data: 1 }

const DEEPEST = 32

/**
 * Checks that the lists of a message's description are not longer than it is: a number that is changed can declare billions of
 * items, and the library reads them all.
 * @param view the flatbuffer
 * @throws RangeError
 */
export function checkMessage(view: DataView, kind: 'schema' | 'dictionary' | 'batch'): void {
  const message = view.getUint32(0, true)
  checkList(view, message, MESSAGE.customMetadata, 4)
  const header = follow(view, message, MESSAGE.header)
  if (header === undefined) return
  if (kind === 'schema') {
    checkList(view, header, SCHEMA.customMetadata, 4)
    checkList(view, header, SCHEMA.features, 8)
    checkFields(view, header, SCHEMA.fields, 0)
    return
  }
  const batch = kind === 'batch' ? header : follow(view, header, DICTIONARY_BATCH.data)
  if (batch === undefined) return
  checkList(view, batch, RECORD_BATCH.nodes, 16)
  checkList(view, batch, RECORD_BATCH.buffers, 16)
  checkList(view, batch, RECORD_BATCH.variadic, 8)
}

function checkFields(view: DataView, table: number, field: number, depth: number): void {
  if (depth > DEEPEST) throw new RangeError(`columns nested in more than ${DEEPEST} others`)
  const { start, length } = checkList(view, table, field, 4)
  for (let i = 0; i < length; i++) {
    const at = start + 4 * i
    const column = at + view.getUint32(at, true)
    checkList(view, column, FIELD.customMetadata, 4)
    checkFields(view, column, FIELD.children, depth + 1)
  }
}

/** The list in a field of a table. @param size of an item, in bytes */
function checkList(
  view: DataView,
  table: number,
  field: number,
  size: number,
): { readonly start: number; readonly length: number } {
  const at = follow(view, table, field)
  if (at === undefined) return { start: 0, length: 0 }
  const length = view.getUint32(at, true)
  if (at + 4 + length * size > view.byteLength) throw new RangeError(`a list of ${length} items`)
  return { start: at + 4, length }
}

/** Where the offset in a field of a table leads; `undefined` if the field is absent. */
function follow(view: DataView, table: number, field: number): number | undefined {
  const fields = table - view.getInt32(table, true)
  const slot = 4 + 2 * field
  const offset = slot < view.getUint16(fields, true) ? view.getUint16(fields + slot, true) : 0
  if (offset === 0) return undefined
  return table + offset + view.getUint32(table + offset, true)
}
