import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { createAveragedWeights } from '../engine/optim/averaged-weights.js'
import { ParameterStore } from '../engine/optim/parameter-store.js'
import { TowardStart } from './toward-start.js'

const SPECS = [
  { name: 'table', shape: [3, 2], initial: { kind: 'uniform', low: -1, high: 1 }, sparseRows: true },
  { name: 'weight', shape: [2, 2], initial: { kind: 'uniform', low: -1, high: 1 } },
  { name: 'tags', shape: [4], initial: { kind: 'uniform', low: -1, high: 1 } },
] as const

function storeOf() {
  return new ParameterStore(SPECS, { random: Random.fromSeed(1), slots: ['average'] })
}

const copies = (store: ParameterStore) =>
  Object.fromEntries(store.parameters.map(({ name, value }) => [name, Float64Array.from(value)]))

/** Changes all values, as an update would. */
function change(store: ParameterStore, by: number) {
  for (const { value } of store.parameters) value.set(value.map((own, i) => own + by * (i + 1)))
}

test('values and those on the way back to the start take turns, and tags are left as they are', () => {
  for (const share of [0, 0.7, 1]) {
    const store = storeOf()
    const start = copies(store)
    const weights = new TowardStart(store, { share, isLeft: name => name === 'tags' })
    for (const by of [0.5, -0.25]) {
      change(store, by)
      weights.update()
      const trained = copies(store)
      weights.exchange()
      let compared = 0
      for (const [name, now] of Object.entries(copies(store)))
        for (const [i, value] of now.entries()) {
          const there = trained[name][i]
          const wanted = name === 'tags' ? there : start[name][i] + share * (there - start[name][i])
          assert.ok(Math.abs(value - wanted) < 1e-6, `${name} ${i}: ${value}, not ${wanted}`)
          compared++
        }
      assert.equal(compared, 14)
      weights.exchange()
      assert.deepEqual(copies(store), trained)
    }
    assert.deepEqual(weights.state(), { updates: 0 })
  }
})

test('averages are exchanged first, and their state is the state', () => {
  const store = storeOf()
  const alone = storeOf()
  const start = copies(store)
  const [averages, others] = [store, alone].map(own =>
    createAveragedWeights(own, { kind: 'ema', decay: 0.5 }),
  )
  const weights = new TowardStart(store, { share: 0.5, isLeft: () => false, averages })
  for (const by of [1, 2, -4]) {
    for (const own of [store, alone]) change(own, by)
    weights.update()
    others.update()
  }
  const trained = copies(store)
  weights.exchange()
  others.exchange()
  const average = copies(alone)
  for (const [name, now] of Object.entries(copies(store)))
    for (const [i, value] of now.entries())
      assert.ok(Math.abs(value - (start[name][i] + average[name][i]) / 2) < 1e-6)
  weights.exchange()
  assert.deepEqual(copies(store), trained)
  assert.deepEqual(weights.state(), { updates: 3 })
  weights.restore({ updates: 7 })
  assert.deepEqual(averages.state(), { updates: 7 })
})
