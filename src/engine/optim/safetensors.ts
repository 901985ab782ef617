import { parseBoundedJson } from '../../base/bounded-json.js'
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { sizeOf, type TensorData } from '../graph/tensor.js'

/**
 * The safetensors format: eight bytes of header length, a JSON header, and the tensors' bytes end to end. Nothing in such
 * a file is ever executed. The bytes written are those of the reference implementation (the PyPI package `safetensors`):
 * tensors by falling alignment, then name; the header padded with spaces to eight bytes.
 */

/** Element types and their JavaScript arrays; half floats stay bits, booleans are 0 and 1. */
const DTYPES = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  BF16: Uint16Array,
  F16: Uint16Array,
  U16: Uint16Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const

export type DType = keyof typeof DTYPES
/** In the order in which a file holds them. */
const DTYPE_ORDER = Object.keys(DTYPES) as DType[]

export type StoredData = TensorData | BigUint64Array | Uint32Array | Uint16Array | Int16Array

export interface StoredTensor {
  readonly dtype: DType
  readonly shape: readonly number[]
  /** Row-major elements. */
  readonly data: StoredData
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly metadata: Readonly<Record<string, string>>
}

const METADATA = '__metadata__'
const HEADER_LIMIT = 100_000_000

/**
 * The file's bytes in pieces, tensors as views on their own memory: write them one after the other.
 *
 * @throws RangeError if a tensor's data does not fit its type and shape
 */
export function safetensorsParts(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const names = [...tensors.keys()].sort(
    (a, b) => dtypeRank(tensors, a) - dtypeRank(tensors, b) || compareUtf8(a, b),
  )
  const header: string[] = []
  const keys = Object.keys(metadata).sort(compareUtf8)
  const pairs = keys.map(key => `${JSON.stringify(key)}:${JSON.stringify(metadata[key])}`)
  if (pairs.length > 0) header.push(`"${METADATA}":{${pairs.join(',')}}`)
  const parts: Uint8Array[] = []
  let offset = 0
  for (const name of names) {
    const tensor = tensors.get(name) as StoredTensor
    checkTensor(name, tensor)
    const { dtype, shape, data } = tensor
    const end = offset + data.byteLength
    header.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [offset, end] })}`)
    parts.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    offset = end
  }
  const text = new TextEncoder().encode(`{${header.join(',')}}`)
  const head = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20)
  new DataView(head.buffer).setBigUint64(0, BigInt(head.length - 8), true)
  head.set(text, 8)
  return [head, ...parts]
}

/**
 * The file's bytes in one piece; the same tensors and metadata always give the same bytes.
 *
 * @example
 * toSafetensors(new Map([['bias', { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) }]]))
 */
export function toSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const parts = safetensorsParts(tensors, metadata)
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/**
 * Reads a whole file. Tensors are views on `bytes` where alignment allows, else copies.
 *
 * @param where the file's name, for messages
 * @throws ModelFileError if the bytes are cut short or are not a safetensors file: every byte after the header must belong
 *   to exactly one tensor, of the size that its type and shape give
 */
export function parseSafetensors(bytes: Uint8Array, where: string): Safetensors {
  const { header, start } = parseHeader(bytes, where)
  const metadata = parseMetadata(header[METADATA], where)
  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, info]) => parseInfo(name, info, where))
    .sort((a, b) => a.begin - b.begin || a.end - b.end)
  let end = 0
  for (const entry of entries) {
    if (entry.begin !== end)
      throw damaged(
        where,
        `tensor "${entry.name}" to begin at byte ${end} of the data`,
        `${entry.begin}, ${entry.begin < end ? 'inside another tensor' : 'with a gap before it'}`,
      )
    end = entry.end
  }
  if (start + end !== bytes.length)
    throw damaged(
      where,
      `${start + end} bytes, as its header says`,
      `${bytes.length}${bytes.length < start + end ? ': it was cut short' : ''}`,
    )
  const tensors = new Map(
    entries.map(({ name, dtype, shape, begin, end }) => [
      name,
      { dtype, shape, data: dataOf(dtype, bytes, start + begin, start + end) },
    ]),
  )
  return { tensors, metadata }
}

interface TensorInfo {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

function parseHeader(
  bytes: Uint8Array,
  where: string,
): { readonly header: Readonly<Record<string, unknown>>; readonly start: number } {
  if (bytes.length < 8) throw damaged(where, 'at least 8 bytes', `${bytes.length}: it was cut short`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > HEADER_LIMIT)
    throw damaged(where, 'a safetensors file', `bytes that make its header ${length} bytes long`)
  const start = 8 + length
  if (bytes.length < start)
    throw damaged(where, `a header of ${length} bytes`, `${bytes.length - 8}: it was cut short`)
  if (bytes[8] !== 0x7b) throw damaged(where, 'a header that begins with "{"', `byte ${bytes[8]}`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, start))
  } catch {
    throw damaged(where, 'a header in UTF-8', 'other bytes')
  }
  const result = parseBoundedJson(text)
  if (!result.ok) throw damaged(where, `${result.expected} in its header`, result.got)
  if (!isRecord(result.value)) throw damaged(where, 'an object as header', 'something else')
  return { header: result.value, start }
}

function parseMetadata(value: unknown, where: string): Readonly<Record<string, string>> {
  if (value === undefined) return {}
  if (!isRecord(value) || !Object.values(value).every(entry => typeof entry === 'string'))
    throw damaged(where, `text under each key of ${METADATA}`, 'something else')
  return value as Record<string, string>
}

function parseInfo(name: string, info: unknown, where: string): TensorInfo {
  const bad = (expected: string, got: unknown) =>
    damaged(where, `${expected} for tensor "${name}"`, (JSON.stringify(got) ?? 'nothing').slice(0, 80))
  if (!isRecord(info)) throw bad('an object', info)
  const { dtype, shape, data_offsets: offsets } = info
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPES, dtype))
    throw bad(`one of ${DTYPE_ORDER.join(', ')} as dtype`, dtype)
  if (!isSizes(shape)) throw bad('a list of sizes as shape', shape)
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1])
    throw bad('two rising offsets', offsets)
  const bytes = sizeOf(shape) * DTYPES[dtype as DType].BYTES_PER_ELEMENT
  if (offsets[1] - offsets[0] !== bytes)
    throw bad(`${bytes} bytes, as [${shape}] of ${dtype} needs,`, offsets[1] - offsets[0])
  return { name, dtype: dtype as DType, shape, begin: offsets[0], end: offsets[1] }
}

function dataOf(dtype: DType, bytes: Uint8Array, from: number, to: number): StoredData {
  const array = DTYPES[dtype]
  const size = array.BYTES_PER_ELEMENT
  if ((bytes.byteOffset + from) % size === 0)
    return new array(bytes.buffer as ArrayBuffer, bytes.byteOffset + from, (to - from) / size)
  return new array(bytes.slice(from, to).buffer)
}

function checkTensor(name: string, { dtype, shape, data }: StoredTensor): void {
  if (name === METADATA) throw new RangeError(`"${METADATA}" cannot be a tensor's name`)
  if (!(data instanceof DTYPES[dtype]) || data.length !== sizeOf(shape))
    throw new RangeError(`tensor "${name}": ${data.length} elements don't fit ${dtype} [${shape}]`)
}

function isSizes(value: unknown): value is number[] {
  return (
    Array.isArray(value) && value.length <= 16 && value.every(size => Number.isSafeInteger(size) && size >= 0)
  )
}

function dtypeRank(tensors: ReadonlyMap<string, StoredTensor>, name: string): number {
  return DTYPE_ORDER.indexOf(tensors.get(name)?.dtype ?? 'BOOL')
}

/** Byte order of UTF-8, which is the order of code points. */
function compareUtf8(a: string, b: string): number {
  const [x, y] = [a, b].map(text => new TextEncoder().encode(text))
  const different = x.findIndex((byte, i) => byte !== y[i])
  return different < 0 ? x.length - y.length : x[different] - (y[different] ?? -1)
}

function damaged(where: string, expected: string, got: string): ModelFileError {
  const remedy = 'the file is damaged or of another kind; copy it again'
  return new ModelFileError({ where, expected, got, remedy })
}
