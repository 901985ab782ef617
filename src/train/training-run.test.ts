import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GradientAccumulator } from '../engine/optim/gradient-accumulator.js'
import type { RowGradient } from '../engine/optim/parameter-store.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { createInputCase } from './testing/input-case.js'

test('RMSprop’s smoothing reaches its running mean of squared gradients', async () => {
  for (const [smoothing, rest] of [
    [0.9, 0.1],
    [undefined, 0.01],
  ] as const) {
    const optimizer = { kind: 'rmsprop', ...(smoothing && { smoothing }) } as const
    const one = await createInputCase({}, nodeRuntime(), { optimizer })
    const { rowGradients } = await one.step()
    one.optimizer.step(0.001, rowGradients)
    const { gradient = [], moment2 = [] } = one.store.get('decoder.weight').slots
    assert.ok(gradient.length > 0)
    gradient.forEach((d, i) => {
      assert.ok(Math.abs(moment2[i] - rest * d * d) <= 1e-6 * d * d, `${i}`)
    })
    await one.release()
  }
})

test('batches that are accumulated make the loss and the gradients of all their sentences as one batch', async () => {
  const decoders = [
    { kind: 'softmax' },
    { kind: 'softmax', classWeights: 'balanced', labelSmoothing: 0.1 },
    { kind: 'crf' },
  ] as const
  let compared = 0
  for (const decoder of decoders) {
    const one = await createInputCase({ shape: { dim: 2 } }, nodeRuntime(), {
      decoder,
      accumulate: 2,
    })
    const { batch, store } = one
    // Unequal in tokens and in sentences: 8 and 11 tokens, then 6, 5 and 1.
    const parts = [
      [batch[0], batch[3]],
      [batch[1], batch[2], batch[4]],
    ]
    const dense = (rows: readonly RowGradient[]) =>
      new Map(
        store.parameters.map(({ name, value, shape, slots }) => {
          const table = rows.find(each => each.name === name)
          if (!table) return [name, (slots.gradient ?? new Float32Array()).slice()] as const
          const all = new Float32Array(value.length)
          table.rows.forEach((row, i) => {
            all.set(table.gradient.subarray(i * shape[1], (i + 1) * shape[1]), row * shape[1])
          })
          return [name, all] as const
        }),
      )
    const whole = await one.step(parts.flat())
    const expected = dense(whole.rowGradients)
    const accumulator = new GradientAccumulator(store)
    let loss = 0
    for (const part of parts) {
      const result = await one.step(part)
      loss += result.loss * result.weight
      accumulator.add(result.rowGradients, result.weight)
    }
    const { weight, rowGradients } = accumulator.finish()
    assert.ok(Math.abs(weight - whole.weight) < 1e-6 * weight)
    assert.ok(Math.abs(loss / weight - whole.loss) < 1e-6 * whole.loss, `${loss / weight} ${whole.loss}`)
    for (const [name, gradient] of dense(rowGradients))
      gradient.forEach((d, i) => {
        const own = expected.get(name)?.[i] ?? Number.NaN
        assert.ok(Math.abs(d / weight - own) < 2e-6 + 1e-4 * Math.abs(own), `${decoder.kind} ${name}[${i}]`)
        compared++
      })
    await one.release()
  }
  assert.ok(compared > 1000, `${compared}`)
})
