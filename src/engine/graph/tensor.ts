/** The element types the engine knows; their names are ONNX Runtime's. */
export type ElementType = 'float32' | 'float64' | 'int32' | 'int64' | 'int8' | 'uint8' | 'bool'

export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Int8Array | Uint8Array

/**
 * A tensor of known shape: row-major `data`, one element per cell. `bool` is stored as `Uint8Array` of 0 and 1.
 * The data may be a view into a `WebAssembly.Memory`; a runtime wraps it without copying.
 */
export interface Tensor {
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly data: TensorData
}

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<ElementType, unknown>

const ELEMENT_TYPES = Object.keys(ARRAYS) as readonly ElementType[]

/** A fresh array of zeros for `size` elements of a type. */
export function allocate(type: ElementType, size: number): TensorData {
  return new ARRAYS[type](size)
}

export function isFloat(type: ElementType): boolean {
  return type === 'float32' || type === 'float64'
}

/** Number of cells of a shape: 1 for a scalar, 0 where a dimension is 0. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1
  for (const dim of shape) size *= dim
  return size
}

/**
 * Builds a tensor from plain numbers.
 *
 * @param shape default: one dimension, as long as the values
 * @example
 * tensor('float32', [1, 2, 3, 4], [2, 2])
 */
export function tensor(
  type: ElementType,
  values: ArrayLike<number>,
  shape: readonly number[] = [values.length],
): Tensor {
  if (sizeOf(shape) !== values.length)
    throw new RangeError(`tensor: expected ${sizeOf(shape)} values for [${shape}], got ${values.length}`)
  const data = allocate(type, values.length)
  if (data instanceof BigInt64Array) for (let i = 0; i < values.length; i++) data[i] = toBigInt(values[i])
  else for (let i = 0; i < values.length; i++) data[i] = values[i]
  return { type, shape: Object.freeze([...shape]), data }
}

/** A float32 tensor of data that is there already: nothing is copied, the length is not checked. */
export function floatTensor(shape: readonly number[], data: Float32Array): Tensor {
  return { type: 'float32', shape, data }
}

/** An int64 from a number; the ends of the range, which doubles can't hold, are exact. */
export function toBigInt(value: number): bigint {
  if (value >= 2 ** 63) return 2n ** 63n - 1n
  if (value <= -(2 ** 63)) return -(2n ** 63n)
  return BigInt(value)
}

/** The element type of an array where none is named. */
export function typeOfArray(data: TensorData): ElementType {
  if (data instanceof Float32Array) return 'float32'
  if (data instanceof Float64Array) return 'float64'
  if (data instanceof Int32Array) return 'int32'
  if (data instanceof BigInt64Array) return 'int64'
  if (data instanceof Int8Array) return 'int8'
  return 'uint8'
}

/** Whether an array can hold elements of a type. */
export function fits(type: ElementType, data: TensorData): boolean {
  return data instanceof ARRAYS[type]
}

/** The bytes of a tensor as text: equal for equal contents only (0 and −0 differ, NaNs of one kind don't). */
export function fingerprint({ data }: Tensor): string {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).join()
}

/** ONNX's numbers for element types (TensorProto.DataType). */
export const ELEMENT_CODES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
} as const satisfies Record<ElementType, number>

export function elementTypeOfCode(code: number): ElementType | undefined {
  return ELEMENT_TYPES.find(type => ELEMENT_CODES[type] === code)
}

/** Whether every number is finite. A product with zero is zero for these alone. */
export function areFinite(data: Float32Array): boolean {
  // Four sums, so that an addition does not wait for the one before it.
  let [a, b, c, d] = [0, 0, 0, 0]
  const fours = data.length - (data.length % 4)
  for (let i = 0; i < fours; i += 4) {
    a += 0 * data[i]
    b += 0 * data[i + 1]
    c += 0 * data[i + 2]
    d += 0 * data[i + 3]
  }
  for (let i = fours; i < data.length; i++) a += 0 * data[i]
  return a + b + c + d === 0
}
