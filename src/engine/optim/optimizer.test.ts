import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { createAveragedWeights } from './averaged-weights.js'
import { GradientAccumulator } from './gradient-accumulator.js'
import { createOptimizer, type Optimizer, optimizerSlots } from './optimizer.js'
import { type ParameterSpec, ParameterStore, type RowGradient } from './parameter-store.js'
import type { OptimizerConfig } from './update-rules.js'

type Values = Readonly<Record<string, readonly number[]>>

/** Written by oracles/optimizers.py. */
const oracle = JSON.parse(
  readFileSync(new URL('../../../oracles/optimizers.json', import.meta.url), 'utf8'),
) as {
  readonly shapes: Values
  readonly initial: Values
  readonly rates: readonly number[]
  readonly gradients: readonly Values[]
  readonly rows: readonly (readonly number[])[]
  readonly rowGradients: readonly (readonly number[])[]
  readonly cases: Readonly<
    Record<string, { readonly values: readonly Values[]; readonly norms?: readonly number[] }>
  >
  readonly averages: {
    readonly ema: readonly (readonly number[])[]
    readonly swa: readonly (readonly number[])[]
  }
}

const STEPS = 12

function storeFor(config: OptimizerConfig): ParameterStore {
  const specs: ParameterSpec[] = ['matrix', 'bias', 'table'].map(name => ({
    name,
    shape: oracle.shapes[name],
    initial: { kind: 'values', values: oracle.initial[name] },
    group: name === 'bias' ? 'bias' : 'default',
    sparseRows: name === 'table',
  }))
  const slots = [...optimizerSlots(config), 'average', 'accumulated'] as const
  return new ParameterStore(specs, { random: Random.fromSeed(1), slots })
}

function giveGradients(store: ParameterStore, step: number): void {
  for (const [name, gradient] of Object.entries(oracle.gradients[step]))
    store.get(name).slots.gradient?.set(gradient)
}

function rowsOf(step: number): RowGradient {
  return {
    name: 'table',
    rows: Int32Array.from(oracle.rows[step]),
    gradient: Float32Array.from(oracle.rowGradients[step]),
  }
}

function assertClose(
  got: ArrayLike<number>,
  expected: readonly number[],
  tolerance: number,
  what: string,
): void {
  assert.equal(got.length, expected.length)
  for (let i = 0; i < expected.length; i++) {
    const allowed = tolerance * Math.max(1, Math.abs(expected[i]))
    assert.ok(Math.abs(got[i] - expected[i]) <= allowed, `${what} [${i}]: ${got[i]}, torch ${expected[i]}`)
  }
}

const groups = { bias: { weightDecay: 0 } }
const CASES: readonly (readonly [string, OptimizerConfig])[] = [
  ['sgd', { kind: 'sgd' }],
  ['sgd momentum, weight decay by group', { kind: 'sgd', momentum: 0.9, weightDecay: 0.1, groups }],
  ['sgd nesterov', { kind: 'sgd', momentum: 0.8, nesterov: true }],
  ['adam', { kind: 'adam' }],
  [
    'adam, weight decay by group',
    { kind: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-3, weightDecay: 0.1, groups },
  ],
  ['adamw, weight decay by group', { kind: 'adamw', weightDecay: 0.3, groups }],
  ['adam, clipped', { kind: 'adam' }],
  ['sgd, clipped', { kind: 'sgd' }],
  ['adam, accumulated over 3', { kind: 'adam' }],
  ['rmsprop', { kind: 'rmsprop' }],
  [
    'rmsprop momentum, weight decay by group',
    { kind: 'rmsprop', smoothing: 0.9, epsilon: 1e-4, momentum: 0.7, weightDecay: 0.1, groups },
  ],
  ['resting rows: adam', { kind: 'adam', rowUpdates: 'lazy', beta1: 0.9, beta2: 0.98, epsilon: 1e-5 }],
  ['resting rows: sgd', { kind: 'sgd', rowUpdates: 'lazy' }],
  ['rows: adam', { kind: 'adam', beta1: 0.9, beta2: 0.98, epsilon: 1e-5 }],
  ['rows: adam, weight decay', { kind: 'adam', weightDecay: 0.1 }],
  ['rows: adamw', { kind: 'adamw', weightDecay: 0.3 }],
  ['rows: sgd', { kind: 'sgd' }],
  ['rows: sgd momentum', { kind: 'sgd', momentum: 0.9 }],
  ['rows: rmsprop', { kind: 'rmsprop', smoothing: 0.9 }],
  ['rows: rmsprop momentum', { kind: 'rmsprop', smoothing: 0.9, momentum: 0.7 }],
]
const CLIP: Readonly<Record<string, number>> = { 'adam, clipped': 1, 'sgd, clipped': 2.5 }

for (const [name, config] of CASES)
  test(`as PyTorch: ${name}`, () => {
    const { values, norms } = oracle.cases[name]
    const store = storeFor(config)
    const optimizer = createOptimizer(store, config)
    const accumulate = name.includes('accumulated') ? 3 : 1
    const accumulator = new GradientAccumulator(store)
    let compared = 0
    values.forEach((expected, i) => {
      const step = i * accumulate
      if (name.includes('rows')) optimizer.step(oracle.rates[step], [rowsOf(step)])
      else if (accumulate === 1) {
        giveGradients(store, step)
        const { gradientNorm } = optimizer.step(oracle.rates[step], [], { clipNorm: CLIP[name] })
        if (norms)
          assert.ok(Math.abs(gradientNorm / norms[i] - 1) < 1e-6, `norm ${gradientNorm}, torch ${norms[i]}`)
      } else {
        for (let k = 0; k < accumulate; k++) {
          giveGradients(store, step + k)
          accumulator.add()
        }
        const { weight } = accumulator.finish()
        optimizer.step(oracle.rates[step], [], { gradientScale: 1 / weight })
      }
      for (const [parameter, numbers] of Object.entries(expected)) {
        assertClose(store.get(parameter).value, numbers, 2e-6, `${name}, step ${step}, ${parameter}`)
        compared += numbers.length
      }
    })
    assert.equal(values.length, STEPS / accumulate)
    assert.ok(compared >= 4 * 38)
  })

test('every case of the oracle is used', () => {
  assert.deepEqual(CASES.map(([name]) => name).sort(), Object.keys(oracle.cases).sort())
})

test('averaged weights as PyTorch', () => {
  for (const kind of ['ema', 'swa'] as const) {
    const store = storeFor({ kind: 'sgd' })
    const averaged = createAveragedWeights(store, kind === 'ema' ? { kind, decay: 0.9 } : { kind })
    const { value, slots } = store.get('matrix')
    const optimizer = createOptimizer(store, { kind: 'sgd' })
    for (let step = 0; step < STEPS; step++) {
      giveGradients(store, step)
      optimizer.step(oracle.rates[step])
      averaged.update()
      assertClose(slots.average ?? [], oracle.averages[kind][step], 2e-6, `${kind} ${step}`)
    }
    const before = store.parameters.map(parameter => parameter.value.slice())
    averaged.exchange()
    assertClose(value, oracle.averages[kind][STEPS - 1], 2e-6, kind)
    averaged.exchange()
    assert.deepEqual(
      store.parameters.map(parameter => parameter.value),
      before,
    )
  }
})

test('lazy updates change only the rows given, in any order and chunks', () => {
  const rows = 3000
  const dim = 50
  const specs: ParameterSpec[] = [
    { name: 'table', shape: [rows, dim], initial: { kind: 'normal', deviation: 1 }, sparseRows: true },
    { name: 'dense', shape: [rows, dim], initial: { kind: 'zeros' } },
  ]
  for (const config of [
    { kind: 'adam' },
    { kind: 'adamw', weightDecay: 0.1 },
    { kind: 'rmsprop' },
  ] as const) {
    const store = new ParameterStore(specs, { random: Random.fromSeed(3), slots: optimizerSlots(config) })
    const [table, dense] = store.parameters
    dense.value.set(table.value)
    const optimizer = createOptimizer(store, { epsilon: 1e-30, rowUpdates: 'lazy', ...config })
    const random = Random.fromSeed(4)
    const order = random.shuffle(Array.from({ length: rows }, (_, i) => i)).slice(0, 2500)
    const gradient = Float32Array.from({ length: order.length * dim }, () => random.normal())
    for (const [i, row] of order.entries())
      dense.slots.gradient?.set(gradient.subarray(i * dim, (i + 1) * dim), row * dim)
    const before = table.value.slice()
    const { gradientNorm } = optimizer.step(0.01, [{ name: 'table', rows: Int32Array.from(order), gradient }])
    const squares = gradient.reduce((sum, x) => sum + x * x, 0)
    assert.ok(Math.abs(gradientNorm / Math.sqrt(2 * squares) - 1) < 1e-9)
    const touched = new Set(order)
    for (let row = 0; row < rows; row++) {
      const expected = touched.has(row) ? dense.value : before
      const [from, to] = [row * dim, (row + 1) * dim]
      assert.deepEqual(table.value.subarray(from, to), expected.subarray(from, to), `${config.kind} ${row}`)
    }
  }
})

test('the state says when each row was last seen where that has an effect, and nowhere else', () => {
  let kept = 0
  for (const [name, config] of CASES) {
    const store = storeFor(config)
    const optimizer = createOptimizer(store, config)
    giveGradients(store, 0)
    optimizer.step(oracle.rates[0], [rowsOf(0)], {})
    const isKept =
      config.rowUpdates !== 'lazy' &&
      !config.weightDecay &&
      (config.kind !== 'sgd' || (config.momentum ?? 0) > 0)
    const sizes = Object.values(optimizer.state().lastSeen).map(rows => rows.length > 0)
    assert.ok(sizes.length > 0)
    assert.deepEqual([...new Set(sizes)], [isKept], name)
    if (isKept) kept++
  }
  assert.ok(kept > 2 && kept < CASES.length - 2, `${kept} of ${CASES.length}`)
})

test('a row that is seen now and then moves as a dense parameter does, over hundreds of updates', () => {
  const [height, dim, steps] = [40, 3, 700]
  const specs: ParameterSpec[] = [
    { name: 'table', shape: [height, dim], initial: { kind: 'normal', deviation: 1 }, sparseRows: true },
    { name: 'dense', shape: [height, dim], initial: { kind: 'zeros' } },
  ]
  let compared = 0
  let longest = 0
  for (const config of [
    { kind: 'adam' },
    { kind: 'adam', weightDecay: 0.01 },
    { kind: 'adamw', weightDecay: 0.1 },
    { kind: 'adam', beta1: 0 },
    { kind: 'sgd', momentum: 0.9, nesterov: true },
    { kind: 'rmsprop' },
    { kind: 'rmsprop', momentum: 0.5 },
  ] as const) {
    const store = new ParameterStore(specs, { random: Random.fromSeed(5), slots: optimizerSlots(config) })
    const [table, dense] = store.parameters
    dense.value.set(table.value)
    const optimizer = createOptimizer(store, config)
    const random = Random.fromSeed(6)
    const last = new Array<number>(height).fill(0)
    for (let step = 1; step <= steps; step++) {
      // The row's number says how often it comes: the first at every update, the last at one in about 600.
      const rows = last.flatMap((_, row) => (random.float() < 1 / (1 + 15 * row) ? [row] : []))
      const gradient = Float32Array.from({ length: rows.length * dim }, () => random.normal())
      dense.slots.gradient?.fill(0)
      for (const [i, row] of rows.entries()) {
        dense.slots.gradient?.set(gradient.subarray(i * dim, (i + 1) * dim), row * dim)
        if (last[row] > 0) longest = Math.max(longest, step - last[row])
        last[row] = step
      }
      const rate = 0.01 / (1 + step / 100)
      optimizer.step(rate, rows.length > 0 ? [{ name: 'table', rows: Int32Array.from(rows), gradient }] : [])
    }
    for (let i = 0; i < height * dim; i++) {
      const difference = Math.abs(table.value[i] - dense.value[i])
      assert.ok(difference <= 2e-6, `${JSON.stringify(config)} [${i}]: ${table.value[i]}, ${dense.value[i]}`)
      compared++
    }
  }
  assert.equal(compared, 7 * height * dim)
  assert.ok(longest > 400, 'a row went unseen longer than its moment lasts')
})

test('rows out of range, twice or too short are refused before anything changes', () => {
  const store = storeFor({ kind: 'adam' })
  const optimizer = createOptimizer(store, { kind: 'adam' })
  const before = store.parameters.map(({ value }) => value.slice())
  giveGradients(store, 0)
  const give = (rows: number[], length: number, name = 'table') =>
    optimizer.step(0.1, [{ name, rows: Int32Array.from(rows), gradient: new Float32Array(length).fill(1) }])
  assert.throws(() => give([9], 5), /row 9 of a table of 9/)
  assert.throws(() => give([-1], 5), /row -1/)
  assert.throws(() => give([2, 3, 2], 15), /row 2 is given twice/)
  assert.throws(() => give([2, 3], 9), /9 numbers for 2 rows of 5/)
  assert.throws(() => give([2], 5, 'matrix'), /not a trainable row-sparse table/)
  assert.deepEqual(
    store.parameters.map(({ value }) => value),
    before,
  )
  assert.equal(optimizer.steps, 0)
  assert.equal(give([2, 3], 10).applied, true)
})

test('a gradient that is not finite is reported and changes nothing', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const store = storeFor({ kind: 'adam' })
    const optimizer = createOptimizer(store, { kind: 'adam' })
    giveGradients(store, 0)
    const bytes = new Uint8Array(store.memories[0].memory.buffer)
    store.get('bias').slots.gradient?.fill(bad, 1, 2)
    const before = bytes.slice()
    const result = optimizer.step(0.1, [rowsOf(0)], { clipNorm: 1 })
    assert.equal(result.applied, false)
    assert.ok(!Number.isFinite(result.gradientNorm))
    const scratch = store.memories[0].scratch.byteOffset
    assert.deepEqual(bytes.subarray(0, scratch), before.subarray(0, scratch))
    assert.equal(optimizer.steps, 0)
  }
})

test('accumulated rows are summed, each once', () => {
  const store = storeFor({ kind: 'sgd' })
  const accumulator = new GradientAccumulator(store)
  const sums = new Map<number, number[]>()
  for (let step = 0; step < STEPS; step++) {
    accumulator.add([rowsOf(step)])
    oracle.rows[step].forEach((row, i) => {
      const sum = sums.get(row) ?? [0, 0, 0, 0, 0]
      sums.set(
        row,
        sum.map((x, d) => x + oracle.rowGradients[step][i * 5 + d]),
      )
    })
  }
  const { weight, rowGradients } = accumulator.finish()
  assert.equal(weight, STEPS)
  assert.deepEqual([...rowGradients[0].rows], [...sums.keys()])
  ;[...sums.values()].forEach((sum, i) => {
    assertClose(rowGradients[0].gradient.subarray(i * 5, i * 5 + 5), sum, 1e-6, `row ${i}`)
  })
  assert.deepEqual(accumulator.finish(), { weight: 0, rowGradients: [] })
})

test('a run resumed from its state ends with the same bytes', () => {
  for (const [, config] of CASES) {
    const step = (store: ParameterStore, optimizer: Optimizer, i: number) => {
      giveGradients(store, i)
      optimizer.step(oracle.rates[i], [rowsOf(i)], { clipNorm: 2 })
    }
    const whole = storeFor(config)
    const optimizer = createOptimizer(whole, config)
    let middle: { bytes: Uint8Array; state: ReturnType<Optimizer['state']> } | undefined
    for (let i = 0; i < STEPS; i++) {
      if (i === 5)
        middle = { bytes: new Uint8Array(whole.memories[0].memory.buffer).slice(), state: optimizer.state() }
      step(whole, optimizer, i)
    }
    const resumed = storeFor(config)
    assert.ok(middle)
    new Uint8Array(resumed.memories[0].memory.buffer).set(middle.bytes)
    const again = createOptimizer(resumed, config)
    again.restore(JSON.parse(JSON.stringify(middle.state)))
    for (let i = 5; i < STEPS; i++) step(resumed, again, i)
    assert.deepEqual(
      new Uint8Array(resumed.memories[0].memory.buffer),
      new Uint8Array(whole.memories[0].memory.buffer),
    )
    assert.throws(
      () => again.restore({ kind: config.kind === 'sgd' ? 'adam' : 'sgd', step: 1, lastSeen: {} }),
      /cannot restore/,
    )
  }
})

test('a group may have its own rate; unknown groups and missing slots are refused', () => {
  const config = { kind: 'sgd', groups: { bias: { learningRateFactor: 0 } } } as const
  const store = storeFor(config)
  const optimizer = createOptimizer(store, config)
  giveGradients(store, 1)
  optimizer.step(0.1)
  assert.deepEqual([...store.get('bias').value], [...Float32Array.from(oracle.initial.bias)])
  assert.notDeepEqual([...store.get('matrix').value], [...Float32Array.from(oracle.initial.matrix)])
  assert.throws(() => createOptimizer(store, { kind: 'sgd', groups: { biases: {} } }), /group "biases"/)
  assert.throws(() => createOptimizer(store, { kind: 'adam' }), /needs the slots moment1, moment2/)
  assert.throws(() => createOptimizer(store, { kind: 'adam', beta1: 1 }), /beta1: expected a number in/)
})
