import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../../base/errors.js'
import { Random } from '../../base/random.js'
import { createAveragedWeights } from './averaged-weights.js'
import { GradientAccumulator } from './gradient-accumulator.js'
import { createOptimizer } from './optimizer.js'
import { type ParameterSpec, ParameterStore, type Slot } from './parameter-store.js'
import { MOST_BYTES, partsOf } from './store-layout.js'

const zeros = { kind: 'zeros' } as const
const TRAINING: readonly Slot[] = ['gradient', 'moment1', 'moment2']

test('views are aligned, do not overlap and tile the dense ranges', () => {
  let cases = 0
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          shape: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
          group: fc.constantFrom(undefined, 'a', 'b'),
          trainable: fc.boolean(),
          sparse: fc.boolean(),
        }),
        { maxLength: 12 },
      ),
      fc.subarray<Slot>(['gradient', 'moment1', 'moment2', 'average', 'accumulated']),
      (list, slots) => {
        const specs: ParameterSpec[] = list.map(({ shape, group, trainable, sparse }, i) => ({
          name: `p${i}`,
          shape,
          group,
          trainable,
          initial: zeros,
          sparseRows: sparse && shape.length === 2,
        }))
        const store = new ParameterStore(specs, { random: Random.fromSeed(1), slots })
        // Every element of every view gets a number of its own; an overlap would overwrite one.
        let next = 1
        const all = store.parameters.flatMap(p => [p.value, ...Object.values(p.slots)])
        const expected = all.map(view => view.map(() => next++))
        for (const [i, view] of all.entries()) view.set(expected[i])
        for (const [i, view] of all.entries()) assert.deepEqual(view, expected[i])
        for (const view of all) assert.equal(view.byteOffset % 64, 0)
        for (const p of store.parameters) {
          const kept = p.trainable
            ? slots.filter(s => !p.sparseRows || (s !== 'gradient' && s !== 'accumulated'))
            : []
          assert.deepEqual(Object.keys(p.slots).sort(), [...kept].sort())
        }
        for (const range of store.dense) {
          const members = store.parameters.filter(
            p => p.trainable && !p.sparseRows && p.group === range.group,
          )
          const sum = (view: Float32Array) => view.reduce((total, x) => total + x, 0)
          const total = members.reduce((t, p) => t + sum(p.value), 0)
          assert.equal(sum(range.value), total)
          for (const view of Object.values(range.slots)) assert.equal(view.length, range.value.length)
        }
        cases++
      },
    ),
  )
  assert.ok(cases >= 100)
})

test('the same seed gives the same values, and one shape does not disturb another parameter', () => {
  const specs = (rows: number): ParameterSpec[] => [
    { name: 'a', shape: [rows, 5], initial: { kind: 'uniform', low: -1, high: 1 } },
    { name: 'b', shape: [4, 4], initial: { kind: 'normal', deviation: 1 } },
  ]
  const create = (rows: number, seed: number) =>
    new ParameterStore(specs(rows), { random: Random.fromSeed(seed) })
  assert.deepEqual(create(3, 7).get('a').value, create(3, 7).get('a').value)
  assert.deepEqual(create(3, 7).get('b').value, create(8, 7).get('b').value)
  assert.notDeepEqual(create(3, 7).get('b').value, create(3, 8).get('b').value)
})

test('counts the trainable numbers', () => {
  const store = new ParameterStore(
    [
      { name: 'fixed', shape: [10, 2], initial: zeros, trainable: false },
      { name: 'table', shape: [7, 3], initial: zeros, sparseRows: true },
      { name: 'bias', shape: [5], initial: zeros },
    ],
    { random: Random.fromSeed(1), slots: TRAINING },
  )
  assert.equal(store.trainableCount, 26)
  assert.throws(() => store.get('weight'), /no parameter "weight" among fixed, table, bias/)
})

test('impossible parameters are refused', () => {
  const create = (...specs: ParameterSpec[]) => new ParameterStore(specs, { random: Random.fromSeed(1) })
  assert.throws(() => create({ name: 'a', shape: [2], initial: zeros, sparseRows: true }), /\[rows, dim\]/)
  assert.throws(() => create({ name: 'a', shape: [-1], initial: zeros }), /not a shape/)
  const twice = { name: 'a', shape: [1], initial: zeros }
  assert.throws(() => create(twice, twice), /declared twice/)
  assert.throws(
    () => create({ name: 'a', shape: [2 ** 20, 2 ** 11], initial: zeros }),
    (error: unknown) => isInputError(error) && error.code === 'model/too-large' && /GiB/.test(error.message),
  )
})

test('the error for a store that is too large names the largest parameter and how to make it smaller', () => {
  const small = { name: 'decoder.bias', shape: [9], initial: zeros }
  const cases = [
    [[2 ** 20, 2 ** 11], true, /input\.shape \(1,048,576 × 2,048\); use fewer rows/],
    [[18, 2 ** 27], true, /input\.shape \(18 × 134,217,728\); make the layer that it belongs to narrower/],
    [
      [2 ** 16, 2 ** 15],
      false,
      /input\.shape \(65,536 × 32,768\); make the layer that it belongs to narrower/,
    ],
  ] as const
  for (const [shape, sparseRows, expected] of cases) {
    const specs = [small, { name: 'input.shape', shape, sparseRows, initial: zeros }]
    assert.throws(
      () => new ParameterStore(specs, { random: Random.fromSeed(1), slots: ['gradient'] }),
      (error: unknown) => isInputError(error) && expected.test(error.message),
    )
  }
})

/** Parameters of several groups, a table and a fixed one, each with its own first numbers. */
function someSpecs(): ParameterSpec[] {
  const drawn = { kind: 'normal', deviation: 1 } as const
  return [
    { name: 'table', shape: [300, 40], initial: drawn, sparseRows: true, group: 'table' },
    ...Array.from(
      { length: 12 },
      (_, i): ParameterSpec => ({
        ...{ name: `layer${i}`, shape: [100, 60], initial: drawn, group: i % 2 === 0 ? 'a' : 'b' },
        ...(i === 4 && { undecayedColumns: 3 }),
      }),
    ),
    { name: 'fixed', shape: [50, 50], initial: drawn, trainable: false },
  ]
}

test('several memories train as one does: updates, clipping, accumulated gradients and averages', () => {
  const slots: readonly Slot[] = [...TRAINING, 'average', 'accumulated']
  const config = { kind: 'adamw', weightDecay: 0.1, groups: { b: { learningRateFactor: 0.5 } } } as const
  const run = (memoryBytes?: number) => {
    const store = new ParameterStore(someSpecs(), {
      ...{ random: Random.fromSeed(3), slots },
      ...(memoryBytes && { memoryBytes }),
    })
    const optimizer = createOptimizer(store, config)
    const accumulator = new GradientAccumulator(store)
    const averages = createAveragedWeights(store, { kind: 'ema', decay: 0.9 })
    const random = Random.fromSeed(5)
    const norms: number[] = []
    for (let step = 0; step < 5; step++) {
      for (let part = 0; part < 2; part++) {
        for (const { slots: own } of store.parameters)
          if (own.gradient) for (let i = 0; i < own.gradient.length; i++) own.gradient[i] = random.normal()
        const rows = Int32Array.from([step, 7 + step])
        const gradient = Float32Array.from({ length: 80 }, () => random.normal())
        accumulator.add([{ name: 'table', rows, gradient }])
      }
      const { rowGradients, weight } = accumulator.finish()
      const { gradientNorm } = optimizer.step(0.01, rowGradients, { clipNorm: 1, gradientScale: 1 / weight })
      norms.push(gradientNorm)
      averages.update()
    }
    return { store, norms }
  }
  const [one, several] = [run(), run(2 ** 20)]
  assert.equal(one.store.memories.length, 1)
  assert.ok(several.store.memories.length >= 3, String(several.store.memories.length))
  one.norms.forEach((norm, i) => {
    assert.ok(Math.abs(norm - several.norms[i]) < 1e-9 * norm)
  })
  let compared = 0
  for (const { name, value, slots: own } of one.store.parameters) {
    const other = several.store.get(name)
    for (const [a, b] of [
      [value, other.value],
      ...TRAINING.slice(1).map(slot => [own[slot], other.slots[slot]]),
    ]) {
      if (!a || !b) continue
      a.forEach((number, i) => {
        assert.ok(Math.abs(number - b[i]) <= 1e-6 * Math.abs(number) + 1e-9, `${name} ${i}`)
      })
      compared += a.length
    }
  }
  assert.ok(compared > 200_000, String(compared))
  // Every number of a dense parameter is in exactly one range, of its own group and memory.
  for (const parameter of several.store.parameters) {
    const own = several.store.dense.filter(
      ({ value, group }) =>
        group === parameter.group &&
        value.buffer === parameter.value.buffer &&
        value.byteOffset <= parameter.value.byteOffset &&
        parameter.value.byteOffset + parameter.value.byteLength <= value.byteOffset + value.byteLength,
    )
    assert.equal(own.length, parameter.sparseRows || !parameter.trainable ? 0 : 1, parameter.name)
  }
})

test('more than 4 GiB are laid out in several memories, without allocating them', () => {
  // 335 million parameters with a gradient and two moments, as a large encoder has.
  const layer = (i: number): ParameterSpec => ({
    ...{ name: `layer${i}`, shape: [1024, 12 * 1024], initial: zeros, group: `layer${i}` },
  })
  const specs = [
    { name: 'pieces', shape: [30_522, 1024], initial: zeros, sparseRows: true },
    ...Array.from({ length: 24 }, (_, i) => layer(i)),
  ]
  const parts = partsOf(specs, TRAINING, MOST_BYTES)
  assert.equal(parts.length, 2)
  assert.deepEqual(
    parts.flat().sort((a, b) => a - b),
    specs.map((_, i) => i),
  )
  const bytes = parts.map(part =>
    part.reduce((sum, i) => sum + specs[i].shape[0] * specs[i].shape[1] * 4 * (i === 0 ? 3 : 4), 0),
  )
  assert.ok(bytes.every(own => own < MOST_BYTES) && bytes[0] + bytes[1] > MOST_BYTES, bytes.join())
})
