import assert from 'node:assert/strict'
import { test } from 'node:test'
import { webInNode } from './node/choose-runtime.js'
import { nodeRuntime } from './node/ort-node.js'
import { referenceRuntime } from './reference/reference.js'
import { RUNTIME_CASES } from './testing/battery.js'

for (const runtime of [nodeRuntime(), webInNode(), referenceRuntime()])
  for (const { name, check } of RUNTIME_CASES) test(`${runtime.name} ${name}`, () => check(runtime))

test('the battery is whole', () => {
  assert.equal(RUNTIME_CASES.length, 10)
})
