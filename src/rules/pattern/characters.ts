/** A text as code points, read once for all patterns. */
export class Characters {
  readonly codes: Int32Array
  /** Which characters occur: one bit for each of ASCII, in four numbers, and a fifth number for all others. */
  readonly present = new Int32Array(5)
  /** Where each code point begins, in UTF-16 code units; absent where each is one unit. */
  private readonly starts: Int32Array | undefined

  constructor(readonly text: string) {
    const codes = new Int32Array(text.length)
    const starts = new Int32Array(text.length + 1)
    let count = 0
    for (let i = 0; i < text.length; count++) {
      const code = text.codePointAt(i) as number
      codes[count] = code
      if (code < 128) this.present[code >> 5] |= 1 << (code & 31)
      else this.present[4] = 1
      starts[count] = i
      i += code > 0xffff ? 2 : 1
    }
    starts[count] = text.length
    this.codes = codes.subarray(0, count)
    this.starts = count === text.length ? undefined : starts
  }

  /** The place of a code point in UTF-16 code units; also that of the text's end. */
  unitAt(index: number): number {
    return this.starts === undefined ? index : this.starts[index]
  }
}
