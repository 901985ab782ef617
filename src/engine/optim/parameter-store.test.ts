import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isInputError } from '../../base/errors.js'
import { Random } from '../../base/random.js'
import { type ParameterSpec, ParameterStore, type Slot } from './parameter-store.js'

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
