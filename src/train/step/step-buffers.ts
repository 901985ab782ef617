/**
 * Arrays that are used again from step to step: each grows to the largest size it was asked for and stays there,
 * so that a long run allocates nothing more.
 */
export class StepBuffers {
  private readonly floats = new Map<string, Float32Array>()
  private readonly integers = new Map<string, Int32Array>()
  private readonly bytes = new Map<string, Uint8Array>()

  /** `length` numbers under a name; what they held before is still there. */
  float32(name: string, length: number): Float32Array {
    return cut(this.floats, name, length, size => new Float32Array(size))
  }

  int32(name: string, length: number): Int32Array {
    return cut(this.integers, name, length, size => new Int32Array(size))
  }

  uint8(name: string, length: number): Uint8Array {
    return cut(this.bytes, name, length, size => new Uint8Array(size))
  }
}

function cut<T extends { readonly length: number; subarray(start: number, end: number): T }>(
  buffers: Map<string, T>,
  name: string,
  length: number,
  create: (size: number) => T,
): T {
  let buffer = buffers.get(name)
  if (!buffer || buffer.length < length) {
    buffer = create(Math.ceil(length * 1.25))
    buffers.set(name, buffer)
  }
  return buffer.length === length ? buffer : buffer.subarray(0, length)
}
