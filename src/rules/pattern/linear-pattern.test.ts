import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../../base/errors.js'
import { Characters } from './characters.js'
import { LinearPattern } from './linear-pattern.js'

function compile(source: string, ignoreCase = false): LinearPattern {
  return new LinearPattern({ source, ignoreCase, where: { file: 'rules.yaml', line: 3 } })
}

function found(source: string, text: string, ignoreCase = false) {
  const all = compile(source, ignoreCase).findAll(new Characters(text))
  return all.map(({ start, end }) => [start, end])
}

/** What the JavaScript engine finds. */
function oracle(source: string, text: string, ignoreCase = false) {
  const matches = [...text.matchAll(new RegExp(source, ignoreCase ? 'giu' : 'gu'))]
  return matches.map(({ index, 0: own }) => [index, index + own.length])
}

const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'B',
    '[ab]',
    '[^a]',
    '\\d',
    '\\w',
    '\\W',
    '.',
    '\\s',
    '1',
    'é',
    '\\p{L}',
    '😀',
    '[a-c😀]',
    '\\.',
  ],
)
const look = fc.constantFrom(
  ...[
    '\\b',
    '\\B',
    '^',
    '$',
    '(?<!\\d)',
    '(?!\\d)',
    '(?=b)',
    '(?<=a)',
    '(?=\\s|$)',
    '(?<=^|[ab])',
    '(?<![\\w.])',
  ],
)
const quantifier = fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}', '*?', '+?', '??', '{1,2}?')

const { pattern } = fc.letrec<{ pattern: string; piece: string }>(tie => ({
  piece: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'pattern' },
    { arbitrary: atom, weight: 5 },
    { arbitrary: look, weight: 1 },
    { arbitrary: fc.tuple(atom, quantifier).map(parts => parts.join('')), weight: 4 },
    {
      arbitrary: fc.tuple(tie('pattern'), quantifier).map(([own, times]) => `(?:${own})${times}`),
      weight: 2,
    },
    { arbitrary: tie('pattern').map(own => `(${own})`), weight: 1 },
  ),
  pattern: fc
    .array(
      fc.array(tie('piece'), { minLength: 1, maxLength: 4 }).map(parts => parts.join('')),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map(options => options.join('|')),
}))
const text = fc
  .array(fc.constantFrom(...'aaabbBc11 \n.éÉK😀ſ', '\ud800'), { maxLength: 14 })
  .map(parts => parts.join(''))

test('patterns find what the JavaScript engine finds', () => {
  let [accepted, matches] = [0, 0]
  fc.assert(
    fc.property(pattern, text, fc.boolean(), (source, own, ignoreCase) => {
      let compiled: LinearPattern
      try {
        compiled = compile(source, ignoreCase)
      } catch (error) {
        assert.ok(isInputError(error) && error.code === 'rules/pattern', String(error))
        return
      }
      accepted++
      const expected = oracle(source, own, ignoreCase)
      matches += expected.length
      const all = compiled.findAll(new Characters(own)).map(({ start, end }) => [start, end])
      assert.deepEqual(all, expected, `/${source}/ in ${JSON.stringify(own)}`)
      assert.equal(compiled.test(own), expected.length > 0)
    }),
    { numRuns: 2000 },
  )
  assert.ok(accepted > 800 && matches > 800, `${accepted} accepted, ${matches} matches`)
})

test('patterns as people write them', () => {
  const cases: readonly (readonly [source: string, text: string])[] = [
    ['\\b[A-Z]{2}-\\d{2,4}\\b', 'AB-12, XAB-123 and CD-12345 or EF-1234.'],
    ['(?<!\\d)\\d{3}(?:[ -]?\\d{2}){2}(?!\\d)', '123-45-67 1234567 12345678 123 45 67'],
    ['"[^"]*"', 'he said "yes" and "no" but "not'],
    ['".*?"', 'he said "yes" and "no"'],
    ['(?:Mr|Mrs|Dr)\\.? \\p{Lu}\\p{Ll}+', 'Mr Fox met Dr. Émile and Mrs. X'],
    ['\\u{1F600}+|[\\u{1F680}-\\u{1F6FF}]', 'a 😀😀 b 🚀'],
    ['(?<year>\\d{4})-(?<month>0[1-9]|1[0-2])', 'on 2020-13 or 2021-12'],
  ]
  for (const [source, own] of cases) assert.deepEqual(found(source, own), oracle(source, own), source)
  assert.deepEqual(found('straße|k', 'STRAẞE \u212a', true), oracle('straße|k', 'STRAẞE \u212a', true))
  assert.deepEqual(found('\\d+', '😀 12 😀 3'), [
    [3, 5],
    [9, 10],
  ])
  assert.equal(cases.length, 7)
})

test('what cannot be matched in linear time, or matches nothing, is refused with its place', () => {
  const refused = [
    ...[
      '(a)\\1',
      '(?<x>a)\\k<x>',
      '(?=ab)c',
      '(?<!a+)b',
      '(?!(?:a|bc))d',
      '(?:',
      'a{2,1}',
      '[z-a]',
      '\\p{Nope}',
    ],
    ...['a*', 'a?|b', '\\b', '(?:)', '^$', '', '(?:a{50}){50}', '\\w{2001}', 'x'.repeat(10_001)],
    ...[`${'('.repeat(200)}a${')'.repeat(200)}`, '(?i:a)b', '\\8'],
  ]
  for (const source of refused)
    assert.throws(
      () => compile(source),
      error => {
        assert.ok(isInputError(error), `${source.slice(0, 50)}: ${error}`)
        assert.equal(error.code, 'rules/pattern')
        assert.deepEqual(error.faults[0].where, { file: 'rules.yaml', line: 3 })
        return true
      },
      source.slice(0, 50),
    )
  assert.equal(refused.length, 21)
})

/** Patterns that take backtracking engines, and repeated searches, more than linear time, with their worst texts. */
const HARD: readonly (readonly [source: string, unit: string, end: string])[] = [
  ['(?:a+)+b', 'a', 'c'],
  ['(?:a|a)*b', 'a', 'c'],
  ['(?:a|aa)+$', 'a', 'c'],
  ['a.*z|a', 'a', ''],
  ['\\d+x', '1', ''],
  ['\\w+@\\w+\\.com', 'a', ''],
  ['.*.*=.*', 'x', ''],
  ['(?:.*,){10}P', '1,', ''],
  ['\\b(?:\\w+\\s?)*!', 'ab ', ''],
  ['(?<!\\d)\\d{1,3}(?:,?\\d{3})*(?!\\d)', '123', 'x'],
  ['(?:a?){30}a{30}b', 'a', ''],
  ['[ab]*a[ab]{12}c', 'ab', ''],
]

/** What the patterns require of a text before they read it. */
const BEFORE = 'b x @.com z= 1,P !c\n'

test('steps grow with the text, and no faster', () => {
  for (const [source, unit, end] of HARD) {
    const steps = [1000, 2000, 4000].map(length => {
      const compiled = compile(source)
      compiled.findAll(new Characters(BEFORE + unit.repeat(length) + end))
      return compiled.steps
    })
    assert.ok(steps[0] >= 1000, `${source}: ${steps}`)
    for (const i of [1, 2]) assert.ok(steps[i] <= 2.05 * steps[i - 1] + 100, `${source}: ${steps}`)
  }
  assert.equal(HARD.length, 12)
})

test('steps are bounded by the text, whatever the pattern', () => {
  let cases = 0
  fc.assert(
    fc.property(pattern, text, (source, own) => {
      let compiled: LinearPattern
      try {
        compiled = compile(source)
      } catch {
        return
      }
      cases++
      const long = own.repeat(200)
      compiled.findAll(new Characters(long))
      // One place is looked at once from the end; while a match is followed, each state at most once.
      assert.ok(compiled.steps <= (long.length + 1) * 2001, source)
      const before = compiled.steps
      compiled.findAll(new Characters(long + long))
      const twice = compiled.steps - before
      assert.ok(twice <= 2.2 * before + 1000, `/${source}/ in ${JSON.stringify(own)}: ${before}, ${twice}`)
    }),
    { numRuns: 300 },
  )
  assert.ok(cases > 100, `${cases}`)
})
