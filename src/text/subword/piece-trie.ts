/** The pieces of a vocabulary as a tree of UTF-16 code units, in one hash table of integers. */
export class PieceTrie {
  /** Node and unit, and the node that they lead to, side by side; a free place has the node −1. */
  private table: Int32Array
  private mask: number
  private used = 0
  private nodes = 1
  private readonly values: (number | undefined)[] = [undefined]

  constructor(pieces: Iterable<readonly [piece: string, value: number]>) {
    this.mask = 1023
    this.table = new Int32Array(3 * 1024).fill(-1)
    for (const [piece, value] of pieces) this.add(piece, value)
  }

  private add(piece: string, value: number): void {
    let node = 0
    for (let i = 0; i < piece.length; i++) {
      const unit = piece.charCodeAt(i)
      let next = this.next(node, unit)
      if (next < 0) {
        next = this.nodes++
        this.insert(node, unit, next)
      }
      node = next
    }
    this.values[node] = value
  }

  /** The node after a unit; −1 where no piece goes on that way. The first node is 0. */
  next(node: number, unit: number): number {
    const { table, mask } = this
    for (let at = placeOf(node, unit) & mask; ; at = (at + 1) & mask) {
      const own = table[3 * at]
      if (own === -1) return -1
      if (own === node && table[3 * at + 1] === unit) return table[3 * at + 2]
    }
  }

  /** The value of the piece that ends at a node. */
  valueAt(node: number): number | undefined {
    return this.values[node]
  }

  private insert(node: number, unit: number, next: number): void {
    if (2 * ++this.used > this.mask) this.grow()
    const { table, mask } = this
    let at = placeOf(node, unit) & mask
    while (table[3 * at] !== -1) at = (at + 1) & mask
    table[3 * at] = node
    table[3 * at + 1] = unit
    table[3 * at + 2] = next
  }

  private grow(): void {
    const former = this.table
    this.mask = 2 * this.mask + 1
    this.table = new Int32Array(3 * (this.mask + 1)).fill(-1)
    for (let at = 0; at < former.length; at += 3) {
      if (former[at] === -1) continue
      let to = placeOf(former[at], former[at + 1]) & this.mask
      while (this.table[3 * to] !== -1) to = (to + 1) & this.mask
      this.table.set(former.subarray(at, at + 3), 3 * to)
    }
  }
}

function placeOf(node: number, unit: number): number {
  const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)
  return mixed ^ (mixed >>> 15)
}
