import type { IntList } from '../../base/int-list.js'

/** An array in memory that threads share, where the engine has such memory. */
export function shared(kind: Int32ArrayConstructor, length: number): Int32Array
export function shared(kind: Float64ArrayConstructor, length: number): Float64Array
export function shared(
  kind: Int32ArrayConstructor | Float64ArrayConstructor,
  length: number,
): Int32Array | Float64Array {
  const bytes = length * kind.BYTES_PER_ELEMENT
  // A page without isolation has none; it trains in one thread.
  const memory = (typeof SharedArrayBuffer === 'undefined'
    ? new ArrayBuffer(bytes)
    : new SharedArrayBuffer(bytes)) as unknown as ArrayBuffer
  return kind === Int32Array ? new Int32Array(memory) : new Float64Array(memory)
}

/** The numbers of a list, as such an array. */
export function sharedCopy(list: IntList): Int32Array {
  const all = shared(Int32Array, list.length)
  all.set(list.view())
  return all
}
