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
    [null, ['body: null']],
    [{ text: 'a', ['x'.repeat(500)]: 1 }, [`${'x'.repeat(500)}: "${'x'.repeat(58)}…`]],
  ]
  for (const [value, expected] of cases) assert.deepEqual(faultsOf(value), expected)
  const { issues = [] } = v.safeParse(schema, { text: 'a', txt: 'b' })
  assert.match(formFaults(schema, issues)[0].expected, /text, inner/)
})

test('at most twenty faults are listed', () => {
  const list = v.array(v.string())
  const { issues = [] } = v.safeParse(
    list,
    Array.from({ length: 50 }, () => 1),
  )
  assert.equal(formFaults(list, issues).length, 20)
})
