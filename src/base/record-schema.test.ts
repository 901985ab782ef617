import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as v from 'valibot'
import { recordOf } from './record-schema.js'

const schema = recordOf(v.array(v.number()))

test('every name is kept, and its value is checked', () => {
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom('constructor', 'prototype', 'toString', '__proto__', '.'),
  )
  let objects = 0
  fc.assert(
    fc.property(fc.dictionary(names, fc.array(fc.integer())), object => {
      assert.deepEqual(Object.entries(v.parse(schema, object)), Object.entries(object))
      objects++
    }),
    { numRuns: 500, seed: 3 },
  )
  assert.ok(objects > 400)
})

test('a wrong value is named by its path, as in other objects', () => {
  const nested = v.object({ types: schema })
  for (const name of ['PER', 'constructor', 'a.b']) {
    const result = v.safeParse(nested, { types: { LOC: [1], [name]: [1, 'x'] } })
    const [issue] = result.issues ?? assert.fail('no issue')
    assert.deepEqual(
      issue.path?.map(({ key }) => key),
      ['types', name, 1],
    )
  }
  for (const wrong of [null, 3, 'x']) assert.ok(!v.safeParse(schema, wrong).success)
  assert.ok(v.safeParse(v.pipe(schema, v.maxEntries(1)), { constructor: [] }).success)
  assert.ok(!v.safeParse(v.pipe(schema, v.maxEntries(1)), { constructor: [], b: [] }).success)
})
