import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PartLoss } from '../../features/crf/part-loss.js'
import { CONTROL, type CrfMemory, takeParts } from './crf-parts.js'

test('a part that cannot be computed counts as done, so that no thread waits for it, and as failed', () => {
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL.size))
  const memory = { weights: new Float64Array(1), losses: new Float64Array(3), control } as Partial<CrfMemory>
  const broken = () => {
    throw new RangeError('no memory')
  }
  const parts = [() => 1, broken, () => 3].map(evaluate => ({ evaluate }) as unknown as PartLoss)
  assert.throws(() => takeParts(memory as CrfMemory, parts), RangeError)
  takeParts(memory as CrfMemory, parts)
  assert.deepEqual([...control], [0, 4, 3, 1])
  assert.deepEqual([...(memory.losses ?? [])], [1, 0, 3])
})
