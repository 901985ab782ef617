/** Bytes of the first piece of memory. */
const FIRST = 64 * 1024

/**
 * Bytes that come part by part, each copied as it comes: to join them all at the end would keep the thread for long. Memory
 * grows with what came, whatever was announced.
 */
export class GrowingBytes {
  private bytes = new Uint8Array(0)
  length = 0

  /** @param announced how many there will be, at most */
  constructor(private readonly announced: number) {}

  add(part: Uint8Array): void {
    const length = this.length + part.length
    if (length > this.bytes.length) {
      const wanted = Math.min(this.announced, 2 * this.bytes.length)
      const larger = new Uint8Array(Math.max(length, wanted, Math.min(this.announced, FIRST)))
      larger.set(this.bytes.subarray(0, this.length))
      this.bytes = larger
    }
    this.bytes.set(part, this.length)
    this.length = length
  }

  /** All of them, in memory of their own, and nothing else in it. */
  take(): Uint8Array<ArrayBuffer> {
    return this.length === this.bytes.length ? this.bytes : this.bytes.slice(0, this.length)
  }
}
