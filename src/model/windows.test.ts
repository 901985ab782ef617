import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { windowsOf } from './windows.js'

/** Large ones, and such as a short table of positions asks for. */
const LENGTHS_AND_SIZES = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 300, max: 5000 })),
  fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 300 })),
)

test('windows cover every token once, within their size, with context on both sides', () => {
  let windows = 0
  fc.assert(
    fc.property(LENGTHS_AND_SIZES, ([length, size]) => {
      const context = Math.min(128, Math.floor(size / 4))
      let covered = 0
      for (const { start, end, skip, take } of windowsOf(length, size)) {
        assert.ok(end - start <= size && end <= length && take > 0)
        assert.equal(start + skip, covered, 'own tokens follow those of the window before')
        covered += take
        assert.ok(skip >= Math.min(context, start + skip), 'context before')
        assert.ok(end - covered >= Math.min(context, length - covered), 'context behind')
        windows++
      }
      assert.equal(covered, length)
    }),
  )
  assert.ok(windows > 200)
})
