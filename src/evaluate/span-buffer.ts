import { DROP, END, START } from './span-rules.js'
import type { TagTable } from './tag-table.js'

/** One sentence's entities in typed arrays that are used again and again; ordered, never overlapping. */
export class SpanBuffer {
  count = 0
  start = new Int32Array(64)
  end = new Int32Array(64)
  type = new Int32Array(64)

  /**
   * Reads the entities of one sentence.
   * @param ids tag ids of which the first `length` count
   * @param rules from `spanRules`
   */
  read(ids: Int32Array, length: number, table: TagTable, rules: Uint8Array): void {
    if (this.start.length < length) this.grow(length)
    const { letter, type } = table
    let count = 0
    let open = -1
    let previousLetter = 0
    let previousType = 0
    for (let i = 0; i <= length; i++) {
      const id = i < length ? ids[i] : 0
      const nextLetter = letter[id]
      const nextType = type[id]
      if (nextLetter !== 0 || previousLetter !== 0) {
        const rule = rules[(previousLetter * 7 + nextLetter) * 2 + (nextType === previousType ? 1 : 0)]
        if (open >= 0 && (rule & (END | DROP)) !== 0) {
          if ((rule & END) !== 0) {
            this.start[count] = open
            this.end[count] = i
            this.type[count++] = previousType
          }
          open = -1
        }
        if ((rule & START) !== 0) open = i
      }
      previousLetter = nextLetter
      previousType = nextType
    }
    this.count = count
  }

  private grow(length: number): void {
    const size = Math.max(length, this.start.length * 2)
    this.start = new Int32Array(size)
    this.end = new Int32Array(size)
    this.type = new Int32Array(size)
  }
}
