import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { createTokenizer } from '../../text/tokenizer.js'
import { compileRules } from '../compile-rules.js'
import { parseRules } from './parse-rules.js'

/** The code of what a rules file is refused with, and the places of its faults. */
function refusal(text: string): { readonly code: string; readonly places: readonly unknown[] } {
  try {
    compileRules(
      parseRules(text, 'r.yaml'),
      { finders: new Map(), finderNames: [], checks: new Map() },
      createTokenizer('characters'),
    )
  } catch (error) {
    assert.ok(isInputError(error), `${error instanceof Error ? error.stack : error}`)
    for (const line of error.message.split('\n')) assert.ok(line.length < 1000, line.slice(0, 200))
    const places = error.faults.map(({ where }) =>
      typeof where === 'object' && 'file' in where ? [where.line, where.field] : where,
    )
    return { code: error.code, places }
  }
  throw new Error(`accepted: ${text.slice(0, 200)}`)
}

test('each fault has its line and field', () => {
  const cases: readonly (readonly [text: string, code: string, ...places: unknown[]])[] = [
    ['rules:\n- type: L\n  names: [1990]', 'rules/form', [3, 'rules.0.names.0']],
    ['rules:\n- tpye: L\n  names: [a]', 'rules/form', [2, 'rules.0.tpye']],
    ['rules:\n- type: L', 'rules/form', [2, 'rules.0']],
    ['rules:\n- names: [a]', 'rules/form', [2, 'rules.0']],
    ['rules:\n- type: L\n  names: [a]\n  regex: a', 'rules/form', [4, 'rules.0.regex']],
    [
      'rules:\n- type: L\n  tokens:\n  - text: a\n    repeat: "{3,2}"',
      'rules/form',
      [5, 'rules.0.tokens.0.repeat'],
    ],
    ['rules:\n- type: L\n  tokens:\n  - {lowr: a}', 'rules/form', [4, 'rules.0.tokens.0.lowr']],
    ['rules:\n- type: L\n  names: [a]\n  score: 2', 'rules/form', [4, 'rules.0.score']],
    ['rules:\n- type: L\n  names: [a]\n  before: [{repeat: "*"}]', 'rules/form', [4, 'rules.0.before']],
    ['rules: 3', 'rules/form', [1, 'rules']],
    ['conflicts: best\nrules: []', 'rules/form', [1, 'conflicts'], [2, 'rules']],
    ['', 'rules/form', [1, undefined]],
    ['- a', 'rules/form', [1, undefined]],
    ['rules:\n- type: L\n  regex: "("', 'rules/pattern', [3, 'rules.0.regex']],
    ['rules:\n- type: L\n  tokens: [{regex: "(a)\\\\1"}]', 'rules/pattern', [3, 'rules.0.tokens.0.regex']],
    ['rules:\n- use: nothing', 'rules/name', [2, 'rules.0.use']],
    ['rules:\n- {type: L, regex: a, validate: nothing}', 'rules/name', [2, 'rules.0.validate']],
    ['rules:\n  - [', 'rules/yaml', [2, undefined]],
    ['a: &x [1]\nb: *x', 'rules/yaml', [2, undefined]],
    ['rules:\n- type: L\n  type: M', 'rules/yaml', [3, undefined]],
    ['rules: [{type: !!js/function x, names: [a]}]', 'rules/yaml', [1, undefined]],
    ['--- 1\n--- 2', 'rules/yaml', [2, undefined]],
    ['? [a]\n: b', 'rules/yaml', [1, undefined]],
    ['rules:\n- {type: L, names: []}', 'rules/form', [2, 'rules.0.names']],
    ['rules:\n- {type: L, names: [a, "  "]}', 'rules/form', [2, 'rules.0.names.1']],
    ['rules:\n- {type: a b, names: [a]}', 'rules/form', [2, 'rules.0.type']],
  ]
  for (const [text, code, ...places] of cases) assert.deepEqual(refusal(text), { code, places }, text)
  assert.equal(cases.length, 26)
})

test('hostile files get one refusal', () => {
  const lines = (count: number, line: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => line(i)).join('\n')
  const cases: readonly (readonly [text: string, code: string])[] = [
    // A bomb: each anchor is ten of the one before.
    [
      `a0: &a0 [x]\n${lines(20, i => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`)}`,
      'rules/yaml',
    ],
    ['['.repeat(200_000), 'rules/yaml'],
    ['{a: '.repeat(50_000), 'rules/yaml'],
    [
      `rules:\n- {type: L, names: [${Array(400_000).fill('ab').join(', ')}]}${' '.repeat(600_000)}`,
      'rules/yaml',
    ],
    [`rules:\n${lines(10_001, i => `- {type: L, names: [a${i}]}`)}`, 'rules/form'],
    [`rules:\n- {type: L, names: ["${'a '.repeat(101)}"]}`, 'rules/size'],
    [`rules:\n${lines(60, () => "- {type: L, regex: '[ab]{1999}'}")}`, 'rules/size'],
    ['rules:\n- {type: L, names: [a], __proto__: 3}', 'rules/form'],
    ['rules: [{type: L, names: [a]}]\n__proto__: {}', 'rules/form'],
    ['rules:\n- {type: L, names: [a], constructor: 3}', 'rules/form'],
    [`rules:\n- {type: L, regex: '${'('.repeat(5000)}a${')'.repeat(5000)}'}`, 'rules/pattern'],
    [`rules:\n- {type: L, regex: '${'(?:'.repeat(50)}a${'{9})'.repeat(50)}'}`, 'rules/pattern'],
  ]
  for (const [text, code] of cases) {
    const found = refusal(text)
    assert.equal(found.code, code, text.slice(0, 80))
    assert.equal(found.places.length, 1, text.slice(0, 80))
  }
  assert.equal(cases.length, 12)
})
