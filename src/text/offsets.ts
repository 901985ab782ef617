/** Conversion between UTF-16 code units (JavaScript's offsets) and code points (Python's). */
import { InputError } from '../base/errors.js'
import type { TextRange } from './token.js'

/** An offset that is not in its text. Code `text/offset`. */
export class TextError extends InputError {
  override readonly name = 'TextError'
}

const SURROGATE = /[\uD800-\uDFFF]/

/** How many code points the text has. A lone surrogate is one. */
export function codePointLength(text: string): number {
  return SURROGATE.test(text) ? unitStarts(text).length - 1 : text.length
}

/** The UTF-16 offset at which each code point starts, and the text's length at the end. */
function unitStarts(text: string): Uint32Array {
  const starts = new Uint32Array(text.length + 1)
  let count = 0
  for (let i = 0; i < text.length; count++) {
    starts[count] = i
    i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1
  }
  starts[count] = text.length
  return starts.subarray(0, count + 1)
}

/** The index of the code point at each UTF-16 offset; −1 in the middle of a pair. */
function pointIndices(text: string): Int32Array {
  const indices = new Int32Array(text.length + 1).fill(-1)
  unitStarts(text).forEach((start, index) => {
    indices[start] = index
  })
  return indices
}

function convert(
  offsets: readonly TextRange[],
  limit: number,
  unit: string,
  /** Absent if the units are the same in this text. */
  table: ArrayLike<number> | undefined,
): TextRange[] {
  const check = (offset: number, i: number) => {
    const isInside = Number.isInteger(offset) && offset >= 0 && offset <= limit
    const value = !isInside ? -1 : table ? table[offset] : offset
    if (value >= 0) return value
    throw new TextError('text/offset', {
      where: `offsets[${i}]`,
      expected: `an offset in ${unit} from 0 to ${limit} at the edge of a character`,
      got: String(offset),
      remedy: 'check which unit the offsets are in',
    })
  }
  return offsets.map(({ start, end }, i) => ({ start: check(start, i), end: check(end, i) }))
}

/**
 * Ranges in UTF-16 code units → ranges in code points. Linear in the text and the ranges, which may be in any order and
 * overlap. A lone surrogate is one code point.
 *
 * @throws TextError (`text/offset`) for an offset outside the text or in the middle of a surrogate pair
 * @example
 * toCodePointOffsets('😀 Ada', [{ start: 3, end: 6 }]) // [{ start: 2, end: 5 }]
 */
export function toCodePointOffsets(text: string, offsets: readonly TextRange[]): TextRange[] {
  const indices = SURROGATE.test(text) ? pointIndices(text) : undefined
  return convert(offsets, text.length, 'UTF-16 code units', indices)
}

/**
 * Ranges in code points → ranges in UTF-16 code units, the inverse of {@link toCodePointOffsets}.
 *
 * @throws TextError (`text/offset`) for an offset outside the text
 * @example
 * toUtf16Offsets('😀 Ada', [{ start: 2, end: 5 }]) // [{ start: 3, end: 6 }]
 */
export function toUtf16Offsets(text: string, offsets: readonly TextRange[]): TextRange[] {
  const starts = SURROGATE.test(text) ? unitStarts(text) : undefined
  const limit = starts ? starts.length - 1 : text.length
  return convert(offsets, limit, 'code points', starts)
}

/**
 * Ranges in bytes of UTF-8 → ranges in UTF-16 code units. A lone surrogate has three bytes.
 *
 * @throws TextError (`text/offset`) for an offset outside the text or inside of a character
 * @example
 * fromByteOffsets('é Ada', [{ start: 3, end: 6 }]) // [{ start: 2, end: 5 }]
 */
export function fromByteOffsets(text: string, offsets: readonly TextRange[]): TextRange[] {
  const units: number[] = []
  let bytes = 0
  for (let i = 0; i < text.length; ) {
    const point = text.codePointAt(i) ?? 0
    units[bytes] = i
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
    for (let k = 1; k < size; k++) units[bytes + k] = -1
    bytes += size
    i += point > 0xffff ? 2 : 1
  }
  units[bytes] = text.length
  return convert(offsets, bytes, 'bytes', units)
}
