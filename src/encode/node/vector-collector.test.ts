import assert from 'node:assert/strict'
import { test } from 'node:test'
import { VectorCollector } from './vector-collector.js'

test('memory is allocated a few times only, whatever a file announces, and a wrong count is refused', () => {
  for (const announced of [1, 5000, 1_000_000, 20_000, undefined]) {
    const collector = new VectorCollector('a.vec', {})
    collector.setDim(4, 'a.vec:1')
    if (announced !== undefined) collector.expect(announced, 'as a test says')
    const rooms = new Set<ArrayBufferLike>()
    for (let i = 0; i < 20_000; i++) {
      const row = collector.take(`w${i}`)
      row?.fill(i)
      if (row) rooms.add(row.buffer)
    }
    assert.ok(rooms.size < 10, `${rooms.size} times for ${announced}`)
    if (announced !== undefined && announced !== 20_000) {
      assert.throws(() => collector.result(), { code: 'encode/vectors' })
      continue
    }
    const { matrix, words } = collector.result()
    assert.deepEqual([words, matrix.length, matrix[4 * 12_345]], [20_000, 80_000, 12_345])
  }
})
