/**
 * Arrays that are used again from step to step: each grows to the largest size it was asked for and stays there,
 * so that a long run allocates nothing more.
 */
export class StepBuffers {
  private readonly floats = new Map<string, Float32Array>()
  private readonly bytes = new Map<string, Uint8Array>()

  /** `length` numbers under a name; what they held before is still there. */
  float32(name: string, length: number): Float32Array {
    let buffer = this.floats.get(name)
    if (!buffer || buffer.length < length) {
      buffer = new Float32Array(Math.ceil(length * 1.25))
      this.floats.set(name, buffer)
    }
    return buffer.length === length ? buffer : buffer.subarray(0, length)
  }

  uint8(name: string, length: number): Uint8Array {
    let buffer = this.bytes.get(name)
    if (!buffer || buffer.length < length) {
      buffer = new Uint8Array(Math.ceil(length * 1.25))
      this.bytes.set(name, buffer)
    }
    return buffer.length === length ? buffer : buffer.subarray(0, length)
  }
}
