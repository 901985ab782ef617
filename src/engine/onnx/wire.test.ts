import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { WireWriter } from './wire.js'

test('a message equals its own bytes wherever they lie in memory, and no others', () => {
  const random = Random.fromSeed(3)
  let [same, different] = [0, 0]
  for (let size = 0; size < 200; size++) {
    const memory = Uint8Array.from({ length: size + 3 }, () => random.below(256))
    const writer = new WireWriter()
      .int(1, 8)
      .bytes(9, memory.subarray(size % 4, size))
      .string(2, 'é')
    const bytes = writer.finish()
    for (const shift of [0, 1, 2, 3]) {
      const moved = new Uint8Array(bytes.length + 5)
      moved.set(bytes, shift)
      const found = moved.subarray(shift, shift + bytes.length)
      assert.ok(writer.equals(found))
      same++
      const at = random.below(bytes.length)
      found[at] ^= 1 << random.below(8)
      assert.ok(!writer.equals(found), `${size}: byte ${at} at ${shift}`)
      different++
      assert.ok(!writer.equals(found.subarray(1)))
    }
    // The first and last byte of every piece.
    for (const at of [0, bytes.length - 1]) {
      const changed = Uint8Array.from(bytes)
      changed[at] ^= 255
      assert.ok(!writer.equals(changed))
    }
  }
  assert.deepEqual([same, different], [800, 800])
})
