import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { formFaults } from './form-faults.js'

const schema = v.strictObject({ text: v.string(), inner: v.optional(v.strictObject({ a: v.number() })) })

function faultsOf(value: unknown) {
  const { issues = [] } = v.safeParse(schema, value)
  return formFaults(schema, issues, 'body').map(({ where, got }) => `${where}: ${got}`)
}

test('keys too many, too few and of another kind are named, in words', () => {
  const cases: readonly (readonly [unknown, string[]])[] = [
    [{ txt: 'a' }, ['text: none', 'txt: "txt"']],
    [{ text: 5 }, ['text: 5']],
    [{ text: [] }, ['text: a list']],
    [{ text: 'a', inner: { a: 1, b: 2 } }, ['inner.b: "b"']],
    [{ text: 'a', inner: 5 }, ['inner: 5']],
    [{ text: 'a', inner: {} }, ['inner.a: none']],
    [null, ['body: null']],
    [{ text: 'a', ['x'.repeat(500)]: 1 }, [`${'x'.repeat(500)}: "${'x'.repeat(58)}…`]],
  ]
  for (const [value, expected] of cases) assert.deepEqual(faultsOf(value), expected)
  const { issues = [] } = v.safeParse(schema, { text: 'a', txt: 'b' })
  assert.match(formFaults(schema, issues)[0].expected, /text, inner/)
  const { issues: wrong = [] } = v.safeParse(schema, { text: 'a', inner: 5 })
  assert.equal(formFaults(schema, wrong)[0].expected, 'an object')
})

test('a key that is missing in an object with any keys, and a value of several kinds', () => {
  const loose = v.object({ language: v.string(), inputs: v.union([v.string(), v.array(v.string())]) })
  const { issues = [] } = v.safeParse(loose, { inputs: 5 })
  assert.deepEqual(formFaults(loose, issues), [
    { where: 'language', expected: 'this key, which is required', got: 'none' },
    { where: 'inputs', expected: 'a string or a list', got: '5' },
  ])
})

test('at most twenty faults are listed', () => {
  const list = v.array(v.string())
  const { issues = [] } = v.safeParse(
    list,
    Array.from({ length: 50 }, () => 1),
  )
  assert.equal(formFaults(list, issues).length, 20)
})
