import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createSchedule, type ScheduleConfig } from './schedules.js'

/** Written by oracles/optimizers.py; base rate 0.1. */
const oracle = JSON.parse(
  readFileSync(new URL('../../../oracles/optimizers.json', import.meta.url), 'utf8'),
) as { readonly scores: readonly number[]; readonly schedules: Readonly<Record<string, readonly number[]>> }

const CASES: readonly (readonly [string, ScheduleConfig, 'epochs' | number])[] = [
  ['step', { kind: 'step', every: 3, factor: 0.5 }, 'epochs'],
  ['exponential', { kind: 'exponential', decay: -Math.log(0.9) }, 'epochs'],
  ['one-cycle', { kind: 'one-cycle' }, 40],
  ['linear-warmup', { kind: 'constant', warmupSteps: 7 }, 12],
  ['plateau', { kind: 'plateau', patience: 2, factor: 0.5, minFactor: 0.2 }, 'epochs'],
]

test('schedules as PyTorch', () => {
  assert.deepEqual(CASES.map(([name]) => name).sort(), Object.keys(oracle.schedules).sort())
  let compared = 0
  for (const [name, config, unit] of CASES) {
    const schedule = createSchedule(config)
    oracle.schedules[name].forEach((rate, i) => {
      const progress =
        unit === 'epochs'
          ? { step: i * 10, epoch: i, totalSteps: 1000 }
          : { step: i, epoch: 0, totalSteps: unit }
      const got = 0.1 * schedule.factor(progress)
      assert.ok(Math.abs(got - rate) <= 1e-9, `${name} at ${i}: ${got}, torch ${rate}`)
      schedule.observe(oracle.scores[i] ?? null)
      compared++
    })
  }
  assert.equal(compared, 12 + 12 + 39 + 12 + 16)
})

test('the closed forms', () => {
  const at = (config: ScheduleConfig, step: number) =>
    createSchedule(config).factor({ step, epoch: Math.floor(step / 10), totalSteps: 100 })
  assert.equal(at({ kind: 'constant' }, 99), 1)
  assert.ok(Math.abs(at({ kind: 'sqrt2-per-epoch' }, 45) - 0.25) < 1e-12)
  assert.equal(at({ kind: 'inverse-time', decay: 0.5 }, 39), 1 / 2.5)
  assert.equal(at({ kind: 'inverse-time', decay: 0.5, warmupSteps: 20 }, 19), 20 / 21)
  assert.equal(at({ kind: 'linear-warmup', warmupSteps: 20 }, 60), 0.5)
  assert.equal(at({ kind: 'linear-warmup', warmupSteps: 20 }, 100), 0)
  for (const step of [0, 7, 19, 20, 60, 99]) {
    const byShare = at({ kind: 'linear-warmup', warmupShare: 0.2 }, step)
    assert.equal(byShare, at({ kind: 'linear-warmup', warmupSteps: 20 }, step))
    assert.equal(at({ kind: 'linear-warmup', warmupShare: 0.1, warmupSteps: 20 }, step), byShare)
  }
  assert.throws(() => createSchedule({ kind: 'step', factor: 0 }), /out of range/)
})

test('every factor lies in [0, 1] however short the run', () => {
  const kinds: ScheduleConfig['kind'][] = [
    ...(['constant', 'step', 'sqrt2-per-epoch', 'inverse-time'] as const),
    ...(['exponential', 'linear-warmup', 'one-cycle', 'plateau'] as const),
  ]
  let cases = 0
  for (const kind of kinds)
    for (const totalSteps of [1, 2, 3, 4, 7, 50])
      for (const warmupSteps of [0, 1, 60])
        for (let step = 0; step < totalSteps; step++) {
          const factor = createSchedule({ kind, decay: 0.1, warmupSteps }).factor({
            step,
            epoch: step,
            totalSteps,
          })
          assert.ok(factor >= 0 && factor <= 1, `${kind}, step ${step} of ${totalSteps}: ${factor}`)
          cases++
        }
  assert.equal(cases, 8 * 3 * 67)
})

test('a plateau restored from its state continues as if uninterrupted', () => {
  const config = { kind: 'plateau', patience: 1 } as const
  const factors = (interrupted: boolean) => {
    let schedule = createSchedule(config)
    return oracle.scores.map((score, i) => {
      if (interrupted && i === 6) {
        const state = JSON.parse(JSON.stringify(schedule.state()))
        schedule = createSchedule(config)
        schedule.restore(state)
      }
      schedule.observe(score)
      return schedule.factor({ step: i, epoch: i, totalSteps: 16 })
    })
  }
  assert.deepEqual(factors(true), factors(false))
  assert.ok(factors(false).at(-1)! < 0.5)
})
