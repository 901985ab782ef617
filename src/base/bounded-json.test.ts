import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseBoundedJson } from './bounded-json.js'

test('JSON within the limits is read as JSON.parse reads it; anything else is a fault, never an error', () => {
  let read = 0
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.json().map(text => text.slice(1)),
      ),
      text => {
        const result = parseBoundedJson(text)
        let value: unknown
        try {
          value = JSON.parse(text)
        } catch {
          assert.ok(!result.ok)
          return
        }
        if (!result.ok) assert.match(text, /__proto__/)
        else {
          assert.deepEqual(result.value, value)
          read++
        }
      },
    ),
    { numRuns: 2000, seed: 7 },
  )
  assert.ok(read > 500, `${read} were read`)
})

test('what is too deep, too large or said twice is refused before it is parsed', () => {
  const deep = (times: number) => '['.repeat(times) + ']'.repeat(times)
  assert.ok(parseBoundedJson(deep(64)).ok)
  assert.ok(parseBoundedJson('[[1,2],[3]]', { depth: 2, containers: 3, values: 4 }).ok)
  const refused = [
    parseBoundedJson(deep(65)),
    parseBoundedJson(deep(10_000_000)),
    parseBoundedJson('['.repeat(100_000)),
    parseBoundedJson('{"a":'.repeat(100_000)),
    parseBoundedJson('[[1,2],[3]]', { containers: 2 }),
    parseBoundedJson('[1,2,3]', { values: 2 }),
    parseBoundedJson('{"a":1,"b":{"c":1,"c":2}}'),
    parseBoundedJson('{"a":1,"\\u0061":2}'),
    parseBoundedJson('{"__proto__":1}'),
    parseBoundedJson('{"a":{"\\u005f_proto__":[]}}'),
    parseBoundedJson(`"${'\\"'.repeat(1_000_000)}`),
    parseBoundedJson('﻿{}'),
    parseBoundedJson(''),
  ]
  assert.equal(refused.length, 13)
  for (const [i, result] of refused.entries()) assert.ok(!result.ok && result.got.length < 200, `case ${i}`)
  const twice = parseBoundedJson('[{"a":{"b":"a","c":["b",{"d":1,"e":"{\\"d\\"","d":2}]}}]')
  assert.deepEqual(twice, { ok: false, expected: 'every key once', got: '"d" twice' })
  // The same key in two objects, and as a value, is no repetition.
  assert.ok(parseBoundedJson('[{"a":"a","b":["a",":","a"]},{"a":"}{"}]').ok)
})
