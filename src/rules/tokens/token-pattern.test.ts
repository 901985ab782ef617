import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { countsOf } from '../file/check-rules.js'
import { LinearPattern } from '../pattern/linear-pattern.js'
import { type PatternItem, reversedResults, TokenPattern } from './token-pattern.js'
import { type TokenTest, TokenTests } from './token-tests.js'

interface OracleToken {
  readonly text?: readonly string[]
  readonly lower?: string
  readonly shape?: readonly string[]
  readonly regex?: string
  readonly column?: { readonly pos: readonly string[] }
  readonly repeat?: string
}

interface OracleCase {
  readonly tokens: readonly OracleToken[]
  readonly words: readonly string[]
  readonly pos: readonly string[]
  /** By token: the end of the longest match that begins there, or -1. */
  readonly ends: readonly number[]
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../../oracles/matcher.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly OracleCase[] }

function itemOf({ text, lower, shape, regex, column, repeat }: OracleToken, tests: TokenTests): PatternItem {
  const [least, most] = countsOf(repeat)
  const wanted: TokenTest[] = [
    ...(text ? [{ kind: 'text', values: text } as const] : []),
    ...(lower ? [{ kind: 'lower', values: [lower] } as const] : []),
    ...(shape ? [{ kind: 'shape', values: shape } as const] : []),
    ...(column ? [{ kind: 'column', column: 'pos', values: column.pos } as const] : []),
    ...(regex
      ? [
          {
            kind: 'regex',
            pattern: new LinearPattern({ source: regex, ignoreCase: false, where: '' }),
          } as const,
        ]
      : []),
  ]
  return {
    tests: wanted.map(each => tests.add(each, JSON.stringify(each.kind === 'regex' ? { regex } : each))),
    not: [],
    least,
    most,
  }
}

test('patterns reach as far from each token as those of spaCy', () => {
  let matches = 0
  for (const { tokens, words, pos, ends } of cases) {
    const tests = new TokenTests()
    const pattern = new TokenPattern(tokens.map(token => itemOf(token, tests)))
    const found = pattern.longestEnds(tests.resultsOf({ tokens: words, columns: { pos } }))
    const own = words.map((_, i) => (found && found[i] > i ? found[i] : -1))
    assert.deepEqual(own, ends, JSON.stringify({ tokens, words, pos }))
    matches += ends.filter(end => end > 0).length
  }
  assert.equal(cases.length, 600)
  assert.ok(matches > 700, `${matches} matches`)
})

const TESTS = new TokenTests()
const LETTERS = ['a', 'b', 'c'].map(value => TESTS.add({ kind: 'text', values: [value] }, value))

const item = fc.record({
  tests: fc.subarray(LETTERS, { maxLength: 1 }),
  not: fc.subarray(LETTERS, { maxLength: 1 }),
  counts: fc.constantFrom(
    [1, 1],
    [0, 1],
    [0, Number.POSITIVE_INFINITY],
    [1, Number.POSITIVE_INFINITY],
    [2, 3],
  ),
})
const items = fc.array(
  item.map(({ tests, not, counts: [least, most] }): PatternItem => ({ tests, not, least, most })),
  { maxLength: 4 },
)
const sentence = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 9 })

/** All ends of matches from a token, by trying everything. */
function endsFrom(words: readonly string[], at: number, pattern: readonly PatternItem[]): Set<number> {
  const [first, ...rest] = pattern
  if (first === undefined) return new Set([at])
  const ends = new Set<number>()
  for (let count = 0, end = at; count <= Math.min(first.most, words.length); count++, end++) {
    if (count >= first.least) for (const found of endsFrom(words, end, rest)) ends.add(found)
    if (end === words.length) break
    const has = (tests: readonly number[]) =>
      tests.every(one => LETTERS.indexOf(one) === 'abc'.indexOf(words[end]))
    if (!has(first.tests) || (first.not.length > 0 && has(first.not))) break
  }
  return ends
}

test('the longest match from each token, with places where it may end, as by trying everything', () => {
  let matches = 0
  fc.assert(
    fc.property(items, sentence, fc.nat(), (pattern, words, seed) => {
      const mayEnd = Uint8Array.from({ length: words.length + 1 }, (_, i) => (seed >> i) & 1)
      const found = new TokenPattern(pattern).longestEnds(TESTS.resultsOf({ tokens: words }), mayEnd)
      words.forEach((_, at) => {
        const ends = [...endsFrom(words, at, pattern)].filter(end => mayEnd[end] === 1 && end > at)
        const longest = Math.max(-1, ...ends)
        matches += ends.length
        assert.equal(found && found[at] > at ? found[at] : -1, longest)
      })
    }),
    { numRuns: 1000 },
  )
  assert.ok(matches > 1000, `${matches}`)
})

test('backwards, a pattern begins where it ends forwards', () => {
  let matches = 0
  fc.assert(
    fc.property(items, sentence, (pattern, words) => {
      const results = reversedResults(TESTS.resultsOf({ tokens: words }))
      const found = new TokenPattern(pattern).reversed().longestEnds(results)
      for (let end = 1; end <= words.length; end++) {
        const starts = words.flatMap((_, at) =>
          at < end && endsFrom(words, at, pattern).has(end) ? [at] : [],
        )
        const at = words.length - end
        const longest = found && found[at] > at ? words.length - found[at] : -1
        assert.equal(longest, starts.length > 0 ? starts[0] : -1)
        matches += starts.length
      }
    }),
    { numRuns: 500 },
  )
  assert.ok(matches > 500, `${matches}`)
})

test('steps are the tokens times the states, whatever the sentence is', () => {
  const any = { tests: [], not: [], least: 0, most: Number.POSITIVE_INFINITY }
  const [a] = LETTERS
  const pattern = new TokenPattern([any, any, { tests: [a], not: [], least: 1, most: 3 }, any])
  for (const length of [1000, 2000, 4000]) {
    const before = pattern.steps
    pattern.longestEnds(TESTS.resultsOf({ tokens: Array<string>(length).fill('a') }))
    assert.equal(pattern.steps - before, (length + 1) * 7)
  }
})
