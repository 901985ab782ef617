import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { windowsOf } from './windows.js'

test('windows cover every token once, within their size, with context on both sides', () => {
  let windows = 0
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 300, max: 5000 }), (length, size) => {
      let covered = 0
      for (const { start, end, skip, take } of windowsOf(length, size)) {
        assert.ok(end - start <= size && end <= length && take > 0)
        assert.equal(start + skip, covered, 'own tokens follow those of the window before')
        covered += take
        assert.ok(skip >= Math.min(128, start + skip), 'context before')
        assert.ok(end - covered >= Math.min(128, length - covered), 'context behind')
        windows++
      }
      assert.equal(covered, length)
    }),
  )
  assert.ok(windows > 200)
})
