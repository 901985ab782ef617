import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import type { PartialConfig } from '../config/schema.js'
import { createOptimizer, optimizerSlots } from '../engine/optim/optimizer.js'
import { ParameterStore } from '../engine/optim/parameter-store.js'
import type { OptimizerConfig } from '../engine/optim/update-rules.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { createInputCase, type InputCase } from './testing/input-case.js'

const OPTIMIZERS = ['adamw', 'adam', 'sgd'] as const
const CELLS = ['lstm', 'bilstm', 'gru', 'bigru'] as const

/** What holds the padding weights, in the last column. */
function paddingWeights({ store }: InputCase): Float32Array {
  const columns = store.parameters
    .filter(({ name }) => /^encoder\.0\..*\.(weight|input)$|characterStates\.weight$/.test(name))
    .map(({ value, shape }) =>
      value.filter((_, i) => i % shape[shape.length - 1] === shape[shape.length - 1] - 1),
    )
  assert.equal(columns.length, 2)
  return Float32Array.from(columns.flatMap(column => [...column]))
}

for (const kind of CELLS)
  test(`${kind}: padding changes nothing after many updates that decay`, async () => {
    let compared = 0
    for (const optimizer of OPTIMIZERS) {
      const one = await createInputCase({ charLstm: { dim: 3, hidden: 4 } }, nodeRuntime(), {
        encoder: [{ kind, hidden: 5, dropout: 0 }],
        optimizer: { kind: optimizer, weightDecay: 0.8 },
      })
      const before = paddingWeights(one)
      const { loss: first } = await one.step()
      // Each takes 4 % off: a padding weight that decayed would be −0.6 of −10,000, and leave the gate half open.
      for (let i = 0; i < 240; i++) {
        const { rowGradients } = await one.step()
        assert.ok(one.optimizer.step(0.05, rowGradients).applied)
      }
      assert.deepEqual(paddingWeights(one), before, optimizer)
      const { loss } = await one.step()
      assert.notEqual(loss, first)
      // The loss is a mean over tokens.
      let alone = 0
      let tokens = 0
      for (const sentence of one.batch) {
        alone += (await one.step([sentence])).loss * sentence.tokens
        tokens += sentence.tokens
        compared++
      }
      assert.ok(Math.abs(loss - alone / tokens) < 1e-5, `${optimizer}: ${loss}, ${alone / tokens}`)
      // The shipped graph's own LSTM and GRU know no padding weights.
      const shipped = await one.shippedLoss()
      assert.ok(Math.abs(loss - shipped) < 1e-5, `${optimizer}: ${loss}, shipped ${shipped}`)
      await one.release()
    }
    assert.equal(compared, 15)
  })

const ENCODERS: NonNullable<PartialConfig['encoder']> = [
  { kind: 'lstm', hidden: 4 },
  { kind: 'bilstm', hidden: 4 },
  { kind: 'gru', hidden: 4 },
  { kind: 'bigru', hidden: 4 },
  { kind: 'cnn', filters: 4, layers: 1 },
  { kind: 'attention', score: { kind: 'bahdanau', dim: 4 } },
  { kind: 'transformer', width: 8, heads: 2, layers: 1, feedForward: 6 },
  { kind: 'reformer', width: 8, heads: 2, layers: 2, feedForward: 6 },
]

/** Biases, scales of norms and a CRF's scores, by the ends of their names; of recurrent weights see below. */
const WHOLE = /([bB]ias|[sS]cale|characterBias|decoder\.(transitions|start|end))$/
/** Recurrent weights by the last columns that hold their biases. */
const COLUMNS = /(^encoder\.[0-3]\..*\.(weight|input)|characterStates\.weight)$/

test('biases, norms and a CRF’s scores don’t decay, everything else does', async () => {
  const counts = { whole: 0, columns: 0, decayed: 0, scales: 0 }
  for (const kind of OPTIMIZERS) {
    const one = await createInputCase(
      { charLstm: { dim: 2, hidden: 2 }, charCnn: { dim: 2, filters: 3 }, shape: { dim: 2 } },
      nodeRuntime(),
      { encoder: ENCODERS, decoder: { kind: 'crf' }, optimizer: { kind, weightDecay: 0.1 } },
    )
    const random = Random.fromSeed(7)
    for (const { value } of one.store.parameters)
      for (let i = 0; i < value.length; i++) value[i] += 2 + random.float()
    const before = new Map(one.store.parameters.map(({ name, value }) => [name, value.slice()]))
    // No gradient: all that moves a number is decay.
    for (let i = 0; i < 20; i++) one.optimizer.step(0.01)
    one.store.settle()
    for (const { name, value, shape, trainable } of one.store.parameters) {
      if (!trainable) continue
      const old = before.get(name) ?? assert.fail()
      const columns = shape[shape.length - 1]
      const stays = (i: number) => WHOLE.test(name) || (COLUMNS.test(name) && i % columns >= columns - 2)
      value.forEach((number, i) => {
        if (stays(i)) assert.equal(number, old[i], `${kind}: ${name}[${i}] has decayed`)
        else if (old[i] > 0) assert.ok(number < old[i], `${kind}: ${name}[${i}] has not`)
      })
      if (WHOLE.test(name)) counts.whole++
      else if (COLUMNS.test(name)) counts.columns++
      else counts.decayed++
      if (/scale$/i.test(name)) counts.scales++
    }
    await one.release()
  }
  assert.ok(
    counts.whole >= 3 * 20 && counts.decayed >= 3 * 20 && counts.scales >= 3 * 5,
    JSON.stringify(counts),
  )
  assert.equal(counts.columns, 3 * 5)
})

test('a row that decays in part is updated as two parameters would be', () => {
  const kinds: readonly OptimizerConfig[] = [
    { kind: 'adamw', weightDecay: 0.3 },
    { kind: 'adam', weightDecay: 0.3 },
    { kind: 'rmsprop', momentum: 0.5, weightDecay: 0.3 },
    { kind: 'sgd', momentum: 0.9, weightDecay: 0.3 },
  ]
  let compared = 0
  for (const config of kinds) {
    const random = Random.fromSeed(3)
    const rows = 6
    const [wide, narrow] = [5, 2]
    const columns = wide + narrow
    const numbers = () => Array.from({ length: rows * columns }, () => random.normal())
    const part = (all: readonly number[], isLast: boolean) =>
      all.filter((_, i) => i % columns >= wide === isLast)
    const initial = numbers()
    const slots = optimizerSlots(config)
    const values = (own: readonly number[]) => ({ kind: 'values', values: own }) as const
    const joint = new ParameterStore(
      [
        { name: 'before', shape: [3], initial: { kind: 'zeros' } },
        { name: 'both', shape: [2, rows / 2, columns], initial: values(initial), undecayedColumns: narrow },
      ],
      { random, slots },
    )
    const split = new ParameterStore(
      [
        { name: 'decayed', shape: [rows, wide], initial: values(part(initial, false)) },
        { name: 'bias', shape: [rows, narrow], initial: values(part(initial, true)), group: 'bias' },
      ],
      { random, slots },
    )
    const one = createOptimizer(joint, config)
    const two = createOptimizer(split, { ...config, groups: { bias: { weightDecay: 0 } } })
    for (let step = 0; step < 10; step++) {
      const gradient = numbers()
      joint.get('both').slots.gradient?.set(gradient)
      split.get('decayed').slots.gradient?.set(part(gradient, false))
      split.get('bias').slots.gradient?.set(part(gradient, true))
      one.step(0.05)
      two.step(0.05)
    }
    const both = [...joint.get('both').value]
    assert.deepEqual(part(both, false), [...split.get('decayed').value], config.kind)
    assert.deepEqual(part(both, true), [...split.get('bias').value], config.kind)
    assert.ok(joint.get('before').value.every(value => value === 0))
    compared++
  }
  assert.equal(compared, 4)
})
