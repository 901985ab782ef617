/** Tensors of ONNX's messages (onnx.proto: TensorProto) as the engine's. */
import { allocate, elementTypeOfCode, sizeOf, type Tensor } from '../graph/tensor.js'
import { brainValues, halfValues } from '../optim/half-floats.js'
import { OnnxError } from './error.js'
import { WireReader } from './wire.js'

export interface TensorMessage {
  readonly name: string
  readonly tensor: Tensor
}

/** Numbers that a model keeps in other files. */
export interface OutsideData {
  /**
   * @param location a plain file name: paths are refused before
   * @param length absent: to the end of the file
   * @returns `undefined` where there is no such file, or it is too short
   */
  read(location: string, offset: number, length?: number): Uint8Array | undefined
}

/** Floats of 16 bits, which the engine reads as those of 32 that they stand for. */
const HALF_TYPES: Readonly<Record<number, ((data: Uint16Array) => Float32Array) | undefined>> = {
  10: halfValues,
  16: brainValues,
}

/** ONNX's names of the types that the engine has none for. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  ...{ 4: 'uint16', 5: 'int16', 8: 'string', 12: 'uint32', 13: 'uint64', 14: 'complex64', 15: 'complex128' },
  ...{ 17: 'float8e4m3fn', 18: 'float8e4m3fnuz', 19: 'float8e5m2', 20: 'float8e5m2fnuz' },
  ...{ 21: 'uint4', 22: 'int4', 23: 'float4e2m1' },
}

/** The name of an element type, for messages. */
export function typeNameOf(code: number): string {
  return elementTypeOfCode(code) ?? OTHER_TYPES[code] ?? `ONNX's type ${code}`
}

/** The element type that the engine computes a type in. */
export function computedType(code: number): Tensor['type'] | undefined {
  return code in HALF_TYPES ? 'float32' : elementTypeOfCode(code)
}

/**
 * @param outside numbers in other files; default: none may be
 * @throws RangeError where the bytes are damaged, OnnxError for what the engine does not read
 */
export function readTensor(message: WireReader, outside?: OutsideData): TensorMessage {
  const name = message.text(8)
  const code = message.int(2)
  const type = computedType(code)
  if (!type)
    throw new OnnxError(
      'onnx/unsupported',
      `tensor '${name}'`,
      'numbers of 32 or 16 bits, or whole ones of 8',
      typeNameOf(code),
      'take the file of 32 or 16 bits, or of 8 (model.onnx, model_fp16.onnx, model_quantized.onnx)',
    )
  const shape = message.ints(1).map(Number)
  if (!shape.every(dim => Number.isSafeInteger(dim) && dim >= 0))
    throw new RangeError(`tensor '${name}' has a shape that is none`)
  const isOutside = message.has(13) || message.int(14) !== 0
  const raw = isOutside ? outsideBytes(message, name, outside) : message.bytes(9)
  const half = HALF_TYPES[code]
  const width = half ? 2 : allocate(type, 1).byteLength
  const numbers = raw
    ? []
    : [...message.floats(4), ...message.ints(5), ...message.ints(7), ...message.doubles(10)]
  // Before anything is allocated, because damaged dimensions may be huge
  const size = sizeOf(shape)
  const given = raw ? raw.length / width : numbers.length
  if (given !== size) throw new RangeError(`tensor '${name}' has ${given} cells, but its shape needs ${size}`)
  if (half) {
    const bits = new Uint16Array(size)
    if (raw) new Uint8Array(bits.buffer).set(raw)
    else for (let i = 0; i < size; i++) bits[i] = Number(numbers[i])
    return { name, tensor: { type, shape, data: half(bits) } }
  }
  const data = allocate(type, size)
  if (raw) new Uint8Array(data.buffer).set(raw)
  else if (data instanceof BigInt64Array) for (let i = 0; i < size; i++) data[i] = BigInt(numbers[i])
  else for (let i = 0; i < size; i++) data[i] = Number(numbers[i])
  return { name, tensor: { type, shape, data } }
}

/** A file's name without any path: nothing outside of the model's folder can be meant. */
const PLAIN_NAME = /^[\w-][\w.-]*$/

/**
 * The files that a model keeps numbers in, beside its own; none is opened. Only plain names count: others are refused by
 * whoever reads the tensor.
 *
 * @throws RangeError or TypeError where the bytes are damaged
 */
export function outsideFiles(bytes: Uint8Array): readonly string[] {
  const [graph] = new WireReader(bytes).messages(7, whole => whole).slice(-1)
  const names = new Set<string>()
  graph?.messages(5, tensor => {
    for (const entry of tensor.messages(13, own => own))
      if (entry.text(1) === 'location' && PLAIN_NAME.test(entry.text(2))) names.add(entry.text(2))
  })
  return [...names]
}

function outsideBytes(message: WireReader, name: string, outside: OutsideData | undefined): Uint8Array {
  const where = `tensor '${name}'`
  const entries = new Map(message.messages(13, entry => [entry.text(1), entry.text(2)] as const))
  const location = entries.get('location') ?? ''
  const fault = (expected: string, got: string, remedy?: string) =>
    new OnnxError('onnx/unsupported', where, expected, got, remedy)
  if (!PLAIN_NAME.test(location))
    throw fault('numbers in a file of the same folder', `'${location.slice(0, 60)}'`)
  const count = (key: string) => {
    const text = entries.get(key)
    if (text === undefined) return undefined
    const value = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
    throw fault(`a whole number as ${key}`, `'${text.slice(0, 60)}'`)
  }
  const [offset, length] = [count('offset') ?? 0, count('length')]
  if (!outside)
    throw fault(
      'numbers in the model itself',
      `some in ${location}`,
      'read it from its folder, with that file',
    )
  const bytes = outside.read(location, offset, length)
  if (bytes) return bytes
  throw fault(
    `${location} with ${offset + (length ?? 0)} bytes`,
    'none, or a shorter one',
    'copy it into the same folder',
  )
}
