import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CHECKS } from './checks.js'
import { READING } from './reading.js'

test('docs/check.md lists every finding with its severity, and no other', () => {
  const page = readFileSync(new URL('../../../docs/check.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| `([a-z-]+)` \| (\w+) \|/gm)].map(
    ([, code, severity]) => `${code} ${severity}`,
  )
  const found = [...READING, ...CHECKS.flatMap(({ finds }) => finds)].map(
    ({ code, severity }) => `${code} ${severity}`,
  )
  assert.equal(new Set(found).size, found.length)
  assert.ok(found.length > 40)
  assert.deepEqual(listed.sort(), found.sort())
})
