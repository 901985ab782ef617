/**
 * The only source of random numbers: xoshiro128** (Blackman & Vigna 2018), seeded with splitmix32. It is passed
 * explicitly, never global. With `state()` and `fromState` a run resumes with exactly the next number.
 */
export interface RandomState {
  readonly words: readonly [number, number, number, number]
}

export class Random {
  private a: number
  private b: number
  private c: number
  private d: number

  private constructor(words: readonly [number, number, number, number]) {
    ;[this.a, this.b, this.c, this.d] = words
  }

  /** @param seed any finite number; its integer part modulo 2³² is used. */
  static fromSeed(seed: number): Random {
    let s = seed >>> 0
    const next = () => {
      s = (s + 0x9e3779b9) >>> 0
      let z = s
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
      return (z ^ (z >>> 16)) >>> 0
    }
    return new Random([next(), next(), next(), next()])
  }

  static fromState(state: RandomState): Random {
    return new Random(state.words)
  }

  state(): RandomState {
    return { words: [this.a, this.b, this.c, this.d] }
  }

  /** An independent generator: its numbers do not depend on how many this one draws later. */
  fork(): Random {
    return Random.fromSeed(this.uint32() ^ 0x5bd1e995)
  }

  /** Uniform over 0 … 2³²−1. */
  uint32(): number {
    const { b } = this
    const x = Math.imul(b, 5)
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0
    const t = b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= t
    this.d = (this.d << 11) | (this.d >>> 21)
    return result
  }

  /** Uniform in [0, 1). */
  float(): number {
    return this.uint32() / 4294967296
  }

  /** Uniform integer in [0, n), without modulo bias. @param n 1 … 2³² */
  below(n: number): number {
    const limit = 4294967296 - (4294967296 % n)
    let x = this.uint32()
    while (x >= limit) x = this.uint32()
    return x % n
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const u = 1 - this.float()
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.float())
  }

  /** Shuffles in place (Fisher–Yates) and returns the same array. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const x = items[i]
      items[i] = items[j]
      items[j] = x
    }
    return items
  }
}
