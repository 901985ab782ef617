/**
 * Protocol Buffers on the wire (protobuf.dev/programming-guides/encoding): only what ONNX's messages need.
 */
const text = new TextEncoder()
const untext = new TextDecoder('utf-8', { fatal: true })

/** Appends the fields of a message. Fields of value 0 are written too, because presence has a meaning in ONNX. */
export class WireWriter {
  private readonly chunks: Uint8Array[] = []
  private size = 0

  private push(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    this.size += chunk.length
  }

  private varint(value: bigint): void {
    let rest = BigInt.asUintN(64, value)
    const bytes: number[] = []
    do {
      const more = rest > 127n
      bytes.push(Number(rest & 127n) | (more ? 128 : 0))
      rest >>= 7n
    } while (rest > 0n)
    this.push(Uint8Array.from(bytes))
  }

  private key(field: number, type: number): void {
    this.varint(BigInt(field * 8 + type))
  }

  int(field: number, value: number | bigint): this {
    this.key(field, 0)
    this.varint(BigInt(value))
    return this
  }

  float(field: number, value: number): this {
    this.key(field, 5)
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    this.push(bytes)
    return this
  }

  bytes(field: number, value: Uint8Array): this {
    this.key(field, 2)
    this.varint(BigInt(value.length))
    this.push(value)
    return this
  }

  string(field: number, value: string): this {
    return this.bytes(field, text.encode(value))
  }

  message(field: number, message: WireWriter): this {
    this.key(field, 2)
    this.varint(BigInt(message.size))
    for (const chunk of message.chunks) this.push(chunk)
    return this
  }

  /** How many bytes `finish` returns. */
  get length(): number {
    return this.size
  }

  /** Whether `finish` would return these bytes. */
  equals(bytes: Uint8Array): boolean {
    if (bytes.length !== this.size) return false
    let at = 0
    for (const chunk of this.chunks) {
      if (!areEqual(chunk, bytes.subarray(at, at + chunk.length))) return false
      at += chunk.length
    }
    return true
  }

  finish(): Uint8Array {
    const result = new Uint8Array(this.size)
    let at = 0
    for (const chunk of this.chunks) {
      result.set(chunk, at)
      at += chunk.length
    }
    return result
  }
}

/** Whether two arrays of one length hold the same bytes. A model has millions: they are compared four at a time. */
function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  const fours = a.length >>> 2
  if (fours > 16) {
    const [own, other] = [inFours(a, fours), inFours(b, fours)]
    for (let i = 0; i < fours; i++) if (own[i] !== other[i]) return false
  }
  for (let i = fours > 16 ? 4 * fours : 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The first bytes as whole numbers, copied where they are not aligned. */
function inFours(bytes: Uint8Array, fours: number): Int32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice(0, 4 * fours)
  return new Int32Array(aligned.buffer, aligned.byteOffset, fours)
}

/** One field as it is on the wire. */
interface WireField {
  readonly field: number
  /** A varint's value. */
  readonly int: bigint
  /** The bytes of a length-delimited, 32-bit or 64-bit field. */
  readonly bytes: Uint8Array
}

/** Fields of one message that are read: damaged bytes may look like any number of empty ones. */
const MOST_FIELDS = 1_000_000

/** The fields of a message, in order. @throws RangeError where the bytes end too early, are invalid or are too many */
function* readFields(bytes: Uint8Array): Generator<WireField> {
  let at = 0
  let count = 0
  const none = bytes.subarray(0, 0)
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('the bytes end in the middle of a field')
    at += length
    return bytes.subarray(at - length, at)
  }
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const [byte] = take(1)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asIntN(64, value)
    }
    throw new RangeError('a number is longer than 64 bits')
  }
  while (at < bytes.length) {
    if (++count > MOST_FIELDS) throw new RangeError('a message has too many fields')
    const key = Number(varint())
    const field = key >>> 3
    const type = key & 7
    if (field === 0) throw new RangeError('a field has the number 0')
    if (type === 0) yield { field, int: varint(), bytes: none }
    else if (type === 2) {
      const length = Number(varint())
      if (length < 0) throw new RangeError('a length is negative')
      yield { field, int: 0n, bytes: take(length) }
    } else if (type === 5) yield { field, int: 0n, bytes: take(4) }
    else if (type === 1) yield { field, int: 0n, bytes: take(8) }
    else throw new RangeError(`wire type ${type} is unknown`)
  }
}

/** The fields of a message by number. Where a single value is asked for, the last one counts. */
export class WireReader {
  private readonly fields = new Map<number, WireField[]>()

  /** @throws RangeError where the bytes end too early or are invalid */
  constructor(bytes: Uint8Array) {
    for (const field of readFields(bytes)) {
      const known = this.fields.get(field.field)
      if (known) known.push(field)
      else this.fields.set(field.field, [field])
    }
  }

  all(field: number): readonly WireField[] {
    return this.fields.get(field) ?? []
  }

  has(field: number): boolean {
    return this.fields.has(field)
  }

  private last(field: number): WireField | undefined {
    return this.all(field).at(-1)
  }

  bytes(field: number): Uint8Array | undefined {
    return this.last(field)?.bytes
  }

  int(field: number): number {
    return Number(this.last(field)?.int ?? 0n)
  }

  text(field: number): string {
    return toText(this.bytes(field) ?? new Uint8Array())
  }

  texts(field: number): readonly string[] {
    return this.all(field).map(({ bytes }) => toText(bytes))
  }

  /** Every message that a repeated field holds. */
  messages<T>(field: number, read: (message: WireReader) => T): readonly T[] {
    return this.all(field).map(({ bytes }) => read(new WireReader(bytes)))
  }

  ints(field: number): readonly bigint[] {
    return this.all(field).flatMap(intsOf)
  }

  floats(field: number): readonly number[] {
    return this.all(field).flatMap(floatsOf)
  }

  doubles(field: number): readonly number[] {
    return this.all(field).flatMap(({ bytes }) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(8 * i, true))
    })
  }
}

function toText(bytes: Uint8Array): string {
  return untext.decode(bytes)
}

/** A repeated integer field: one varint, or many packed. */
function intsOf({ int, bytes }: WireField): bigint[] {
  if (bytes.length === 0) return [int]
  const values: bigint[] = []
  let value = 0n
  let shift = 0n
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift
    shift += 7n
    if (byte < 128) {
      values.push(BigInt.asIntN(64, value))
      value = 0n
      shift = 0n
    }
  }
  return values
}

/** A repeated float field: one, or many packed. */
function floatsOf({ bytes }: WireField): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true))
}
