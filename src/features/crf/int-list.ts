/** A list of whole numbers that grows. */
export class IntList {
  private values = new Int32Array(1 << 10)
  length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(2 * this.length)
      larger.set(this.values)
      this.values = larger
    }
    this.values[this.length++] = value
  }

  at(i: number): number {
    return this.values[i]
  }

  toShared(): Int32Array {
    const all = shared(Int32Array, this.length)
    all.set(this.values.subarray(0, this.length))
    return all
  }
}

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
