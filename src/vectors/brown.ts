/**
 * Brown clusters (Brown et al. 1992): words are put into classes so that a class says as much as possible about the next
 * one. In the order of their counts, each word becomes a class of its own, and the two classes whose merging costs the
 * least mutual information are merged. At the end the classes are merged down to one, which makes the tree. What a
 * merging costs is kept for all pairs and changed as classes come and go (Liang 2005, §4).
 */
import { type Merge, treePaths } from './class-tree.js'

/** How often words follow each other. */
export interface Bigrams {
  readonly words: number
  /** `counts[starts[w]] …`: how often `next[k]` follows word w. */
  readonly starts: Int32Array
  readonly next: Int32Array
  readonly counts: Int32Array
}

export interface BrownClasses {
  /** The class of each word. */
  readonly classes: Int32Array
  /** The path of each class. */
  readonly paths: readonly string[]
}

/**
 * @param classes how many, at most as many as there are words
 * @param onWord called with how many words have a class
 */
export function brownClasses(
  bigrams: Bigrams,
  classes: number,
  onWord: (words: number) => void = () => {},
): BrownClasses {
  const table = new ClassTable(bigrams, classes + 1)
  for (let w = 0; w < bigrams.words; w++) {
    table.add(w)
    if (table.size > classes) table.mergeBest()
    onWord(w + 1)
  }
  const slots = table.slots()
  const number = new Map(slots.map((slot, i) => [slot, i]))
  const own = Int32Array.from({ length: bigrams.words }, (_, w) => number.get(table.slotOf(w)) as number)
  const merges: Merge[] = []
  while (table.size > 1) {
    const { a, b } = table.mergeBest()
    merges.push({ a: number.get(a) as number, b: number.get(b) as number })
  }
  return { classes: own, paths: treePaths(slots.length, merges) }
}

/** Logarithms of counts below this are looked up. */
const LOGS = 1 << 16

/** Counts of pairs of classes, and what merging two of them costs. Classes have slots, which are reused. */
class ClassTable {
  size = 0
  private readonly used: Uint8Array
  /** How often slot j follows slot i. */
  private readonly pairs: Int32Array
  /** What a pair adds to the mutual information, times the number of bigrams. */
  private readonly terms: Float64Array
  /** What all that a slot's words are followed by, and follow, adds up to. */
  private readonly left: Float64Array
  private readonly right: Float64Array
  /** Of a pair that would be one: log of its sum of `left`, of `right`. Also of one slot, at (i, i). */
  private readonly logLeft: Float64Array
  private readonly logRight: Float64Array
  /** Mutual information that merging i < j loses, times the number of bigrams. */
  private readonly loss: Float64Array
  private readonly home: Int32Array
  private readonly before: Pick<Bigrams, 'starts' | 'next' | 'counts'>
  private readonly logTotal: number
  private readonly logs = Float64Array.from({ length: LOGS }, (_, n) => Math.log(n))

  constructor(
    private readonly bigrams: Bigrams,
    private readonly capacity: number,
  ) {
    const m = capacity
    this.used = new Uint8Array(m)
    this.pairs = new Int32Array(m * m)
    this.terms = new Float64Array(m * m)
    this.left = new Float64Array(m)
    this.right = new Float64Array(m)
    this.logLeft = new Float64Array(m * m)
    this.logRight = new Float64Array(m * m)
    this.loss = new Float64Array(m * m)
    this.home = new Int32Array(bigrams.words).fill(-1)
    this.before = transposed(bigrams)
    this.logTotal = Math.log(bigrams.counts.reduce((sum, count) => sum + count, 0))
  }

  slots(): number[] {
    return [...this.used.keys()].filter(slot => this.used[slot] === 1)
  }

  slotOf(word: number): number {
    return this.home[word]
  }

  /** Makes a word a class of its own. */
  add(word: number): void {
    const { used, pairs, left, right, capacity: m, bigrams, before, home } = this
    const s = used.indexOf(0)
    for (let i = 0; i < m; i++) {
      pairs[i * m + s] = 0
      pairs[s * m + i] = 0
    }
    left[s] = 0
    right[s] = 0
    used[s] = 1
    home[word] = s
    this.size++
    for (let k = bigrams.starts[word]; k < bigrams.starts[word + 1]; k++) {
      left[s] += bigrams.counts[k]
      const slot = home[bigrams.next[k]]
      if (slot >= 0) pairs[s * m + slot] += bigrams.counts[k]
    }
    for (let k = before.starts[word]; k < before.starts[word + 1]; k++) {
      right[s] += before.counts[k]
      const slot = home[before.next[k]]
      if (slot >= 0 && before.next[k] !== word) pairs[slot * m + s] += before.counts[k]
    }
    const others = this.slots()
    this.addTerms(others, s, 1)
    for (const i of others) this.price(i, s, others)
  }

  /** Merges the pair that loses the least; of equals the first. */
  mergeBest(): Merge {
    const slots = this.slots()
    const { loss, capacity: m, pairs, left, right, home, used } = this
    let [a, b, least] = [-1, -1, Number.POSITIVE_INFINITY]
    for (const i of slots)
      for (const j of slots)
        if (i < j && loss[i * m + j] < least) {
          least = loss[i * m + j]
          a = i
          b = j
        }
    const others = slots.filter(slot => slot !== a && slot !== b)
    this.addTerms(others, a, -1)
    this.addTerms(others, b, -1)
    for (const i of others) {
      pairs[a * m + i] += pairs[b * m + i]
      pairs[i * m + a] += pairs[i * m + b]
    }
    pairs[a * m + a] += pairs[a * m + b] + pairs[b * m + a] + pairs[b * m + b]
    left[a] += left[b]
    right[a] += right[b]
    used[b] = 0
    this.size--
    for (let w = 0; w < home.length; w++) if (home[w] === b) home[w] = a
    const now = [...others, a]
    this.addTerms(now, a, 1)
    for (const i of now) this.price(i, a, now)
    return { a, b }
  }

  /** What class s adds to, or with −1 takes from, the price of every pair of other classes. */
  private addTerms(slots: readonly number[], s: number, sign: 1 | -1): void {
    const { pairs, terms, loss, logLeft, logRight, logs, capacity: m, logTotal } = this
    if (sign > 0) this.setTerms(slots, s)
    const own = Int32Array.from(slots.filter(slot => slot !== s))
    const to = Int32Array.from(own, i => pairs[i * m + s])
    const from = Int32Array.from(own, i => pairs[s * m + i])
    const term = Float64Array.from(own, i => sign * (terms[i * m + s] + terms[s * m + i]))
    const [ownRight, ownLeft] = [logRight[s * m + s] - logTotal, logLeft[s * m + s] - logTotal]
    for (let x = 0; x < own.length; x++) {
      const i = own[x]
      for (let y = x + 1; y < own.length; y++) {
        const j = own[y]
        const into = to[x] + to[y]
        const out = from[x] + from[y]
        if (into === 0 && out === 0) continue
        const at = i < j ? i * m + j : j * m + i
        let merged = 0
        if (into > 0) merged += into * ((into < LOGS ? logs[into] : Math.log(into)) - logLeft[at] - ownRight)
        if (out > 0) merged += out * ((out < LOGS ? logs[out] : Math.log(out)) - logRight[at] - ownLeft)
        loss[at] += term[x] + term[y] - sign * merged
      }
    }
  }

  /** Sets the price of merging i and s from nothing. */
  private price(i: number, s: number, slots: readonly number[]): void {
    if (i === s) return
    const { pairs, terms, logLeft, logRight, logs, capacity: m, loss, logTotal } = this
    const at = i < s ? i * m + s : s * m + i
    const [row, own] = [i * m, s * m]
    let cost = terms[row + i] + terms[row + s] + terms[own + i] + terms[own + s]
    const inside = pairs[row + i] + pairs[row + s] + pairs[own + i] + pairs[own + s]
    if (inside > 0) cost -= inside * (Math.log(inside) + logTotal - logLeft[at] - logRight[at])
    const [ofLeft, ofRight] = [logLeft[at] - logTotal, logRight[at] - logTotal]
    for (let x = 0; x < slots.length; x++) {
      const k = slots[x]
      if (k === i || k === s) continue
      const into = pairs[row + k] + pairs[own + k]
      const out = pairs[k * m + i] + pairs[k * m + s]
      if (into > 0)
        cost +=
          terms[row + k] +
          terms[own + k] -
          into * ((into < LOGS ? logs[into] : Math.log(into)) - ofLeft - logRight[k * m + k])
      if (out > 0)
        cost +=
          terms[k * m + i] +
          terms[k * m + s] -
          out * ((out < LOGS ? logs[out] : Math.log(out)) - logLeft[k * m + k] - ofRight)
    }
    loss[at] = cost
  }

  /** What the pairs with class s add to the mutual information. */
  private setTerms(slots: readonly number[], s: number): void {
    const { pairs, terms, logLeft, logRight, capacity: m, logTotal } = this
    this.setLogs(slots, s)
    const set = (i: number, j: number) => {
      const count = pairs[i * m + j]
      terms[i * m + j] =
        count === 0 ? 0 : count * (Math.log(count) + logTotal - logLeft[i * m + i] - logRight[j * m + j])
    }
    for (const i of [...slots, s]) {
      set(i, s)
      set(s, i)
    }
  }

  private setLogs(slots: readonly number[], s: number): void {
    const { left, right, logLeft, logRight, capacity: m } = this
    for (const i of [...slots, s]) {
      const at = i < s ? i * m + s : s * m + i
      logLeft[at] = i === s ? Math.log(left[s]) : Math.log(left[i] + left[s])
      logRight[at] = i === s ? Math.log(right[s]) : Math.log(right[i] + right[s])
    }
  }
}

function transposed({ words, starts, next, counts }: Bigrams): Pick<Bigrams, 'starts' | 'next' | 'counts'> {
  const place = new Int32Array(words + 1)
  for (const word of next) place[word + 1]++
  for (let w = 0; w < words; w++) place[w + 1] += place[w]
  const ends = place.slice()
  const own = new Int32Array(next.length)
  const ownCounts = new Int32Array(next.length)
  for (let w = 0; w < words; w++)
    for (let k = starts[w]; k < starts[w + 1]; k++) {
      const at = ends[next[k]]++
      own[at] = w
      ownCounts[at] = counts[k]
    }
  return { starts: place, next: own, counts: ownCounts }
}
