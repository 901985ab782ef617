/**
 * The reference implementation's arrays: every element type in doubles, so that one plain kernel serves them all and
 * gradients can be checked in double precision. Whole numbers are exact up to 2⁵³.
 */
import { allocate, type ElementType, sizeOf, type Tensor, toBigInt } from './tensor.js'

export interface NdArray {
  readonly type: ElementType
  readonly shape: readonly number[]
  readonly data: Float64Array
}

export function ndArray(type: ElementType, shape: readonly number[], data?: Float64Array): NdArray {
  return { type, shape, data: data ?? new Float64Array(sizeOf(shape)) }
}

export function fromTensor(source: Tensor): NdArray {
  const data = new Float64Array(source.data.length)
  for (let i = 0; i < data.length; i++) data[i] = Number(source.data[i])
  return { type: source.type, shape: source.shape, data }
}

/** @param type default: the array's own; `float64` keeps every digit of a computation in double precision */
export function toTensor(array: NdArray, type: ElementType = array.type): Tensor {
  const data = allocate(type, array.data.length)
  if (data instanceof BigInt64Array) for (let i = 0; i < data.length; i++) data[i] = toBigInt(array.data[i])
  else data.set(array.data)
  return { type, shape: array.shape, data }
}

/** Row-major strides, in elements. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride
    stride *= shape[i]
  }
  return strides
}

/** Strides that read an array as if it were broadcast to `shape`: 0 along every dimension it is repeated over. */
export function broadcastStrides(own: readonly number[], shape: readonly number[]): number[] {
  const strides = stridesOf(own)
  const lead = shape.length - own.length
  return shape.map((_, i) => (i < lead || own[i - lead] === 1 ? 0 : strides[i - lead]))
}

/** Calls `visit` for every cell of a shape in row-major order; `index` is one array, written over and over. */
export function forEachCell(
  shape: readonly number[],
  visit: (index: readonly number[], at: number) => void,
): void {
  const size = sizeOf(shape)
  const index = new Array<number>(shape.length).fill(0)
  for (let at = 0; at < size; at++) {
    visit(index, at)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break
      index[axis] = 0
    }
  }
}

/** Offset of a cell. */
export function offset(index: readonly number[], strides: readonly number[]): number {
  let at = 0
  for (let i = 0; i < strides.length; i++) at += index[i] * strides[i]
  return at
}

/** The shape both shapes are broadcast to. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map(shape => shape.length))
  return Array.from({ length: rank }, (_, i) => {
    let dim = 1
    for (const shape of shapes) {
      const own = shape[i - rank + shape.length] ?? 1
      if (own === 1) continue
      if (dim !== 1 && dim !== own) throw new RangeError(`shapes [${shape}] and others do not broadcast`)
      dim = own
    }
    return dim
  })
}

/** Applies `f` cell by cell over arrays that broadcast together. */
export function mapCells(
  type: ElementType,
  f: (...cells: number[]) => number,
  ...arrays: readonly NdArray[]
): NdArray {
  const shape = broadcastShape(...arrays.map(array => array.shape))
  const strides = arrays.map(array => broadcastStrides(array.shape, shape))
  const result = ndArray(type, shape)
  const cells = new Array<number>(arrays.length)
  forEachCell(shape, (index, at) => {
    for (let i = 0; i < arrays.length; i++) cells[i] = arrays[i].data[offset(index, strides[i])]
    result.data[at] = f(...cells)
  })
  return result
}

/** Brings an axis into 0 … rank−1. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis
}

/** An array of some shape, read through other strides, from a first cell on. */
export function readStrided(
  x: NdArray,
  shape: readonly number[],
  strides: readonly number[],
  first = 0,
): NdArray {
  const result = ndArray(x.type, shape)
  forEachCell(shape, (index, at) => {
    result.data[at] = x.data[first + offset(index, strides)]
  })
  return result
}

/** An array of some shape whose cells a function works out from their index. */
export function fillCells(
  type: ElementType,
  shape: readonly number[],
  cell: (index: readonly number[], at: number) => number,
): NdArray {
  const result = ndArray(type, shape)
  forEachCell(shape, (index, at) => {
    result.data[at] = cell(index, at)
  })
  return result
}

/**
 * Applies `f` to every line of an array along an axis.
 * @param length how many cells `f` makes of a line; default: as many as the line has
 */
export function mapLines(
  x: NdArray,
  axis: number,
  f: (line: readonly number[]) => readonly number[],
  type: ElementType = x.type,
  length: number = x.shape[axis],
): NdArray {
  const before = sizeOf(x.shape.slice(0, axis))
  const after = sizeOf(x.shape.slice(axis + 1))
  const along = x.shape[axis]
  const result = ndArray(
    type,
    x.shape.map((dim, i) => (i === axis ? length : dim)),
  )
  for (let i = 0; i < before; i++)
    for (let j = 0; j < after; j++) {
      const line = f(Array.from({ length: along }, (_, k) => x.data[(i * along + k) * after + j]))
      for (let k = 0; k < length; k++) result.data[(i * length + k) * after + j] = line[k]
    }
  return result
}

const WRAP = { int8: Int8Array, uint8: Uint8Array, int32: Int32Array } as const

/** Rounds an array's cells to what its element type can hold; with `exact` floats keep double precision. */
export function roundToType(array: NdArray, exact: boolean): NdArray {
  const { type, data } = array
  if (type === 'float32') {
    if (!exact) for (let i = 0; i < data.length; i++) data[i] = Math.fround(data[i])
  } else if (type === 'int8' || type === 'uint8' || type === 'int32') {
    const cell = new WRAP[type](1)
    for (let i = 0; i < data.length; i++) {
      cell[0] = data[i]
      data[i] = cell[0]
    }
  }
  return array
}
