import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeRuntime } from '../runtime/node/ort-node.js'
import { createInputCase } from './testing/input-case.js'

test('RMSprop’s smoothing reaches its running mean of squared gradients', async () => {
  for (const [smoothing, rest] of [
    [0.9, 0.1],
    [undefined, 0.01],
  ] as const) {
    const optimiser = { kind: 'rmsprop', ...(smoothing && { smoothing }) } as const
    const one = await createInputCase({}, nodeRuntime(), { optimiser })
    const { rowGradients } = await one.step()
    one.optimiser.step(0.001, rowGradients)
    const { gradient = [], moment2 = [] } = one.store.get('decoder.weight').slots
    assert.ok(gradient.length > 0)
    gradient.forEach((d, i) => {
      assert.ok(Math.abs(moment2[i] - rest * d * d) <= 1e-6 * d * d, `${i}`)
    })
    await one.release()
  }
})
