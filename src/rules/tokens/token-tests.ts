import { shapeOf } from '../../encode/word-shape.js'
import type { LinearPattern } from '../pattern/linear-pattern.js'

/** One thing that a pattern asks of a token. */
export type TokenTest =
  | { readonly kind: 'text' | 'lower' | 'shape'; readonly values: readonly string[] }
  | { readonly kind: 'column'; readonly column: string; readonly values: readonly string[] }
  | { readonly kind: 'regex'; readonly pattern: LinearPattern }

/** A sentence's tokens and columns. */
export interface TokenColumns {
  readonly tokens: readonly string[]
  readonly columns?: Readonly<Record<string, readonly string[]>>
}

/** Which tests the tokens of a sentence pass: `words` numbers of 32 bits for each token. */
export interface TestResults {
  readonly length: number
  readonly words: number
  readonly bits: Int32Array
  /** The tests that any token passes. */
  readonly any: Int32Array
}

/** Distinct tokens whose results are remembered. */
const TOKENS_KEPT = 100_000

/** All tests that patterns make of tokens, each once. What a token passes is remembered. */
export class TokenTests {
  private readonly numbers = new Map<string, number>()
  private readonly byValue = {
    text: new Map<string, number[]>(),
    lower: new Map<string, number[]>(),
    shape: new Map<string, number[]>(),
  }
  private readonly byColumn = new Map<string, Map<string, number[]>>()
  private readonly patterns: { readonly pattern: LinearPattern; readonly number: number }[] = []
  private known = new Map<string, Int32Array>()

  /** The columns that tests look at. */
  get columns(): readonly string[] {
    return [...this.byColumn.keys()]
  }

  /** @returns the test's number */
  add(test: TokenTest, key: string): number {
    const before = this.numbers.get(key)
    if (before !== undefined) return before
    const number = this.numbers.size
    this.numbers.set(key, number)
    if (test.kind === 'regex') this.patterns.push({ pattern: test.pattern, number })
    else {
      const index = test.kind === 'column' ? this.columnIndex(test.column) : this.byValue[test.kind]
      for (const value of test.values) {
        const numbers = index.get(value)
        if (numbers) numbers.push(number)
        else index.set(value, [number])
      }
    }
    return number
  }

  /** @param sentence with the columns that tests look at */
  resultsOf({ tokens, columns }: TokenColumns): TestResults {
    const words = Math.ceil(this.numbers.size / 32)
    const bits = new Int32Array(tokens.length * words)
    const any = new Int32Array(words)
    tokens.forEach((token, i) => {
      bits.set(this.resultsOfToken(token, words), i * words)
    })
    for (const [column, index] of this.byColumn)
      columns?.[column]?.forEach((value, i) => {
        for (const number of index.get(value) ?? []) bits[i * words + (number >> 5)] |= 1 << (number & 31)
      })
    for (let i = 0; i < bits.length; i++) any[i % words] |= bits[i]
    return { length: tokens.length, words, bits, any }
  }

  private resultsOfToken(token: string, words: number): Int32Array {
    const known = this.known.get(token)
    if (known) return known
    const bits = new Int32Array(words)
    const pass = (numbers: readonly number[] = []) => {
      for (const number of numbers) bits[number >> 5] |= 1 << (number & 31)
    }
    const { text, lower, shape } = this.byValue
    pass(text.get(token))
    pass(lower.get(token.toLowerCase()))
    if (shape.size > 0) pass(shape.get(shapeOf(token)))
    for (const { pattern, number } of this.patterns) if (pattern.test(token)) pass([number])
    if (this.known.size >= TOKENS_KEPT) this.known = new Map()
    // A long token is rare, and would keep its text.
    if (token.length < 100) this.known.set(token, bits)
    return bits
  }

  private columnIndex(column: string): Map<string, number[]> {
    let index = this.byColumn.get(column)
    if (!index) this.byColumn.set(column, (index = new Map()))
    return index
  }
}
