import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { createAveragedWeights } from './averaged-weights.js'
import { createOptimizer, optimizerSlots } from './optimizer.js'
import { ParameterStore } from './parameter-store.js'
import { checkpointTensors, restoreCheckpoint } from './store-tensors.js'
import type { OptimizerConfig } from './update-rules.js'

const CONFIGS: readonly OptimizerConfig[] = [
  { kind: 'adam' },
  { kind: 'adam', rowUpdates: 'lazy' },
  { kind: 'adam', weightDecay: 0.01 },
  { kind: 'adamw', weightDecay: 0.1 },
  { kind: 'adam', beta1: 0 },
  { kind: 'adam', epsilon: 0.01, groups: { own: { learningRateFactor: 0.2 } } },
  { kind: 'sgd' },
  { kind: 'sgd', momentum: 0.9, nesterov: true },
  { kind: 'rmsprop' },
  { kind: 'rmsprop', momentum: 0.5 },
]

function subject(config: OptimizerConfig, putsOffRows: boolean) {
  const specs = [
    { name: 'table', shape: [HEIGHT, 6], initial: { kind: 'normal', deviation: 1 }, sparseRows: true },
    {
      name: 'other',
      shape: [9, 3],
      initial: { kind: 'normal', deviation: 1 },
      sparseRows: true,
      group: 'own',
    },
  ] as const
  const slots = [...optimizerSlots(config), 'average'] as const
  const store = new ParameterStore(specs, { random: Random.fromSeed(5), slots })
  const optimizer = createOptimizer(store, config, { putsOffRows })
  return { store, optimizer, average: createAveragedWeights(store, { kind: 'ema', decay: 0.9 }) }
}

const HEIGHT = 60

test('rows that put their moves off have the bits of rows that make them at once, whenever they are asked for', () => {
  let [read, moved] = [0, 0]
  // The scalars of 2,048 updates are kept at most.
  const steps = 2500
  for (const config of CONFIGS) {
    const [now, later] = [subject(config, false), subject(config, true)]
    const random = Random.fromSeed(6)
    const rowsOf = (name: string, height: number, dim: number) => {
      const rows = Int32Array.from({ length: height }, (_, row) => row).filter(
        row => random.float() < 1 / (1 + 20 * row),
      )
      const gradient = Float32Array.from({ length: rows.length * dim }, () => random.normal())
      return { name, rows, gradient }
    }
    for (let step = 1; step <= steps; step++) {
      const gradients = [rowsOf('table', HEIGHT, 6), rowsOf('other', 9, 3)]
      const rate = 0.01 / (1 + step / 100)
      for (const { optimizer } of [now, later]) optimizer.step(rate, gradients, { clipNorm: 3 })
      if (random.float() < 0.1) {
        const rows = Int32Array.from({ length: 3 }, () => Math.floor(random.float() * (HEIGHT + 5)))
        later.store.settleRows('table', rows)
        for (const row of rows)
          for (let at = row * 6; at < Math.min((row + 1) * 6, HEIGHT * 6); at++) {
            assert.equal(later.store.get('table').value[at], now.store.get('table').value[at])
            read++
          }
      }
      if (step % 700 === 0) for (const { average } of [now, later]) average.update()
      const differs = later.store.get('table').value.some((x, i) => x !== now.store.get('table').value[i])
      if (differs) moved++
    }
    assert.deepEqual(later.optimizer.state(), now.optimizer.state())
    assert.deepEqual(checkpointTensors(later.store), checkpointTensors(now.store), JSON.stringify(config))
  }
  assert.ok(read > 10_000, `${read} numbers read`)
  assert.ok(moved > 10_000, `moves were pending after ${moved} updates`)
})

test('what puts its moves off is resumed with the same bytes', () => {
  for (const config of CONFIGS) {
    const whole = subject(config, true)
    let resumed: ReturnType<typeof subject> | undefined
    const random = Random.fromSeed(7)
    for (let step = 1; step <= 400; step++) {
      const rows = Int32Array.of(step % 7, 7 + (step % 50))
      const gradients = [
        { name: 'table', rows, gradient: Float32Array.from({ length: 12 }, () => random.normal()) },
      ]
      for (const one of [whole, resumed]) one?.optimizer.step(0.01, gradients)
      if (step === 150) {
        resumed = subject(config, true)
        restoreCheckpoint(resumed.store, checkpointTensors(whole.store), 'whole')
        resumed.optimizer.restore(JSON.parse(JSON.stringify(whole.optimizer.state())))
      }
    }
    assert.ok(resumed)
    assert.deepEqual(checkpointTensors(resumed.store), checkpointTensors(whole.store))
  }
})
