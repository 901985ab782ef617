/** A list of 32-bit integers that grows. */
export class IntList {
  private values = new Int32Array(1024)
  length = 0

  push(value: number): void {
    if (this.length === this.values.length) {
      const larger = new Int32Array(2 * this.length)
      larger.set(this.values)
      this.values = larger
    }
    this.values[this.length++] = value
  }

  at(index: number): number {
    return this.values[index]
  }

  clear(): void {
    this.values = new Int32Array(1024)
    this.length = 0
  }

  /** The numbers themselves, not a copy: to be read before the list grows. */
  view(): Int32Array {
    return this.values.subarray(0, this.length)
  }
}
