import type { ByteSource } from '../byte-form.js'
import { CorpusError } from '../corpus-error.js'
import type { ReadContext } from '../read-context.js'
import { checkMessage } from './check-message.js'

export interface ArrowMessage {
  readonly kind: 'schema' | 'dictionary' | 'batch'
  /** With its length before it, as a stream has it. */
  readonly bytes: Uint8Array
}

/** Kinds by their number in `MessageHeader`. */
const KINDS: readonly (ArrowMessage['kind'] | undefined)[] = [undefined, 'schema', 'dictionary', 'batch']
/** Writers make batches of a few megabytes. One is in memory at a time. */
const MOST_IN_MESSAGE = 2 ** 28
const MOST_METADATA = 2 ** 24

/**
 * The messages of an Arrow stream, or of a file, which holds a stream after eight bytes. Source: "Encapsulated message
 * format" and Message.fbs of the Arrow columnar format, version 1.5.
 * @throws CorpusError for what is cut off or declares more than the file has
 */
export async function* arrowMessages(source: ByteSource, context: ReadContext): AsyncGenerator<ArrowMessage> {
  const magic = (bytes: Uint8Array) => String.fromCharCode(...bytes) === 'ARROW1'
  const isFile = magic(await source.read(0, 6))
  if (isFile && (source.size < 14 || !magic(await source.read(source.size - 6, source.size))))
    throw bad(context, 'one that is cut off')
  let at = isFile ? 8 : 0
  while (at < source.size) {
    const prefix = viewOf(await source.read(at, at + 8))
    if (prefix.byteLength < 8 || prefix.getInt32(0, true) !== -1) throw bad(context, 'one that is cut off')
    const length = prefix.getInt32(4, true)
    if (length === 0) return
    if (length < 0 || length > MOST_METADATA || at + 8 + length > source.size)
      throw bad(context, `one that declares a description of ${length} bytes`)
    const { kind, body } = describe(viewOf(await source.read(at + 8, at + 8 + length)), context)
    const end = at + 8 + length + body
    if (body < 0 || end > source.size) throw bad(context, `one that declares ${body} more bytes than it has`)
    if (end - at > MOST_IN_MESSAGE)
      throw new CorpusError('corpus/format', {
        code: 'large-group',
        where: context.at(),
        expected: `batches of at most ${MOST_IN_MESSAGE} bytes, since one is in memory at a time`,
        got: `${end - at} bytes`,
        remedy: 'write the file with smaller batches',
      })
    if (kind !== undefined) yield { kind, bytes: await source.read(at, end) }
    at = end
  }
  context.note(
    'no-end',
    'there is no mark of its end, as where it was cut off, or whoever wrote it did not close it',
  )
}

/** Reads two fields of a flatbuffer's root table: the kind of the message and the length of its body. */
function describe(
  view: DataView,
  context: ReadContext,
): { kind: ArrowMessage['kind'] | undefined; body: number } {
  try {
    const table = view.getUint32(0, true)
    const fields = table - view.getInt32(table, true)
    const size = view.getUint16(fields, true)
    const offset = (field: number) =>
      4 + 2 * field < size ? view.getUint16(fields + 4 + 2 * field, true) : 0
    const kind = offset(1) === 0 ? 0 : view.getUint8(table + offset(1))
    const body = offset(3) === 0 ? 0 : Number(view.getBigInt64(table + offset(3), true))
    const name = KINDS[kind]
    if (name !== undefined) checkMessage(view, name)
    return { kind: name, body }
  } catch {
    throw bad(context, 'one with a damaged description')
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export function bad(context: ReadContext, got: string): CorpusError {
  return new CorpusError('corpus/format', {
    code: 'bad-arrow',
    where: context.at(),
    expected: 'an Arrow file',
    got,
    remedy: 'copy or write the file again',
  })
}
