import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import type { Random } from '../../base/random.js'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { createSchedule } from '../../engine/optim/schedules.js'
import type { TrainEvent } from '../../run/events.js'
import type { LoopState } from '../../run/run-store.js'
import { fixSizes } from '../prepare/corpus-size.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import type { DevResult } from './dev-evaluation.js'
import { type LoopSetup, trainLoop } from './loop.js'

const LENGTHS = [3, 1, 4, 1, 5, 9, 2]

function configOf(training: PartialConfig['training']): LoopSetup['config'] {
  const given = { epochs: 3, batchSize: 3, learningRate: 1, minSteps: 0, ...training }
  return fixSizes(resolveConfig({ file: { training: given } }), LENGTHS.length).training
}

const SENTENCES = LENGTHS.map(
  (length, id) =>
    ({ unitIds: new Int32Array(length), tags: Int32Array.of(id), tokens: length }) as TaggedSentence,
)

interface WorldOptions {
  /** Development F1 of each epoch. */
  readonly f1?: readonly (number | null)[]
  readonly stopAfter?: number
  readonly saved?: Saved
  readonly lossOf?: (batch: number) => number
  readonly more?: Partial<LoopSetup>
}

interface Saved {
  readonly state: LoopState
  readonly value: number
}

/** Training of one number. Its step draws from the generator, and every call is written down. */
function world(training: PartialConfig['training'], options: WorldOptions = {}) {
  const { f1, stopAfter = Number.POSITIVE_INFINITY, lossOf, more } = options
  const calls: string[] = []
  const batches: number[][] = []
  const saves: Saved[] = []
  let [value, best, steps, gradient, time] = [options.saved?.value ?? 0, Number.NaN, 0, 0, 0]
  const config = configOf(training)
  const setup: LoopSetup = {
    config,
    sentences: SENTENCES,
    schedule: createSchedule(config.schedule),
    step: {
      run: async (sentences: readonly TaggedSentence[], random: Random) => {
        const ids = sentences.map(({ tags }) => tags[0])
        batches.push(ids)
        const draw = random.float()
        gradient = ids.reduce((sum, id) => sum + id + 1, draw)
        calls.push(`step ${ids} ${draw}`)
        return { loss: lossOf?.(batches.length - 1) ?? gradient, weight: ids.length, rowGradients: [] }
      },
    },
    optimizer: {
      get steps() {
        return steps
      },
      step: (rate, _rows, { gradientScale = 1 } = {}) => {
        calls.push(`update ${rate} ${gradientScale}`)
        value += rate * gradientScale * gradient
        steps++
        return { gradientNorm: gradient, applied: gradient !== Number.POSITIVE_INFINITY }
      },
      state: () => ({ kind: 'sgd', step: steps, lastSeen: {} }),
      restore: state => {
        steps = state.step
      },
    },
    checkpoints: {
      save: async state => {
        saves.push({ state: JSON.parse(JSON.stringify(state)) as LoopState, value })
      },
      saveBest: async () => {
        calls.push('save best')
        best = value
      },
      restoreBest: async () => {
        calls.push('restore best')
        value = best
      },
    },
    ...(f1 && {
      evaluate: async (): Promise<DevResult> => {
        calls.push('evaluate')
        const score = f1[Math.ceil(steps / 3) - 1] ?? null
        return { precision: score, recall: score, f1: score, types: {} }
      },
    }),
    isStopRequested: () => batches.length >= stopAfter,
    resume: options.saved?.state,
    now: () => {
      time += 1
      return time
    },
    ...more,
  }
  const run = async () => {
    const events: TrainEvent[] = []
    for await (const event of trainLoop(setup)) events.push(event)
    return events
  }
  return { run, calls, batches, saves, value: () => value, advance: (ms: number) => void (time += ms) }
}

const doneOf = (events: readonly TrainEvent[]) => {
  const last = events.at(-1)
  return last?.kind === 'done' ? last : assert.fail('the last event is not done')
}
const kindsOf = (events: readonly TrainEvent[]) => events.map(({ kind }) => kind)

test('each epoch ends with its event and a checkpoint, and the run with done', async () => {
  const one = world({ epochs: 2 })
  const events = await one.run()
  assert.deepEqual(kindsOf(events), ['epoch', 'checkpoint', 'epoch', 'checkpoint', 'done'])
  const done = doneOf(events)
  assert.deepEqual([done.reason, done.epoch, done.bestEpoch], ['finished', 2, null])
  // Every sentence once per epoch, at most three in a batch, in another order in each epoch.
  assert.equal(one.batches.length, 6)
  for (const epoch of [one.batches.slice(0, 3), one.batches.slice(3)]) {
    assert.ok(epoch.every(batch => batch.length <= 3))
    assert.deepEqual(epoch.flat().sort(), [0, 1, 2, 3, 4, 5, 6])
  }
  assert.notDeepEqual(one.batches.slice(0, 3), one.batches.slice(3))
  const [first] = events
  assert.ok(first.kind === 'epoch' && first.updates === 3 && first.dev === null && !first.best)
})

test('step events come with time, checkpoints within an epoch too', async () => {
  const one = world(
    { epochs: 1, checkpointMinutes: 1 },
    {
      lossOf: batch => {
        one.advance(batch === 1 ? 60_000 : 150)
        return 6
      },
    },
  )
  const events = await one.run()
  assert.deepEqual(kindsOf(events), ['step', 'step', 'checkpoint', 'step', 'epoch', 'checkpoint', 'done'])
  const steps = events.flatMap(event =>
    event.kind === 'step' ? [[event.epoch, event.step, event.steps]] : [],
  )
  assert.deepEqual(steps, [
    [1, 1, 3],
    [1, 2, 3],
    [1, 3, 3],
  ])
  assert.deepEqual(
    one.saves.map(({ state }) => [state.epoch, state.step]),
    [
      [1, 2],
      [2, 0],
    ],
  )
})

test('a sampler decides which sentences an epoch has', async () => {
  const sampler = { rates: Float64Array.of(2), expected: 4, draw: () => [2, 2, 5, 6] }
  const one = world({ epochs: 2, batchSize: 2 }, { more: { sampler } })
  await one.run()
  assert.deepEqual(
    [one.batches.slice(0, 2), one.batches.slice(2)].map(epoch => epoch.flat().sort()),
    [
      [2, 2, 5, 6],
      [2, 2, 5, 6],
    ],
  )
})

test('patience: training stops when the score no longer rises, and the best parameters are restored', async () => {
  const one = world({ epochs: 9, patience: 2 }, { f1: [0.5, 0.4, 0.6, 0.6, 0.5, 0.9] })
  const events = await one.run()
  const done = doneOf(events)
  assert.deepEqual([done.reason, done.epoch, done.bestEpoch, done.best?.f1], ['early-stop', 5, 3, 0.6])
  const best = events.flatMap(event => (event.kind === 'epoch' ? [event.best] : []))
  assert.deepEqual(best, [true, false, true, false, false])
  assert.equal(one.calls.at(-1), 'restore best')
  const third = one.saves[2]
  assert.equal(third.state.epoch, 4)
  assert.equal(one.value(), third.value)
  // The last epoch may be the one that uses the patience up.
  assert.equal(
    doneOf(await world({ epochs: 5, patience: 2 }, { f1: [0.5, 0.4, 0.6, 0.6, 0.5] }).run()).reason,
    'finished',
  )
  // An undefined score counts as 0; the first epoch is the best there is.
  const none = doneOf(await world({ epochs: 2 }, { f1: [null, 0] }).run())
  assert.deepEqual([none.bestEpoch, none.best?.f1], [1, null])
})

test('patience begins with the first epoch that finds an entity', async () => {
  const late = await world({ epochs: 12, patience: 2 }, { f1: [0, null, 0, 0, 0, 0.3, 0.2, 0.1, 0.9] }).run()
  const done = doneOf(late)
  assert.deepEqual([done.reason, done.epoch, done.bestEpoch, done.best?.f1], ['early-stop', 8, 6, 0.3])
  const never = doneOf(await world({ epochs: 4, patience: 1 }, { f1: [0, 0, null, 0] }).run())
  assert.deepEqual([never.reason, never.epoch], ['finished', 4])
})

test('patience never ends training before the fewest updates, and ends it at once after them', async () => {
  // Three updates in an epoch.
  const f1 = [0.5, 0.4, 0.3, 0.2, 0.1, 0.1, 0.1]
  const ends: number[] = []
  for (const minSteps of [0, 9, 10, 13, 100]) {
    const done = doneOf(await world({ epochs: 7, patience: 2, minSteps }, { f1 }).run())
    assert.equal(done.bestEpoch, 1)
    ends.push(done.epoch)
  }
  assert.deepEqual(ends, [3, 3, 4, 5, 7])
})

test('limits: steps in the middle of an epoch, minutes, and never before the first update', async () => {
  const steps = await world({ epochs: 5, maxSteps: 4 }, { f1: [0.1, 0.2] }).run()
  const done = doneOf(steps)
  assert.deepEqual([done.reason, done.epoch, done.bestEpoch], ['limit', 2, 2])
  const [, second] = steps.filter(event => event.kind === 'epoch')
  assert.equal(second.updates, 4)
  const slow = world(
    { epochs: 5, maxMinutes: 0.001 },
    {
      lossOf: () => {
        slow.advance(59)
        return 1
      },
    },
  )
  assert.equal(doneOf(await slow.run()).reason, 'limit')
  assert.equal(slow.batches.length, 1)
})

/** What does not depend on time. */
function timeless(events: readonly TrainEvent[]): unknown[] {
  return events.flatMap((event): unknown[] => {
    if (event.kind === 'epoch') {
      const { epoch, updates, loss, learningRate, dev, best, gradientNorm } = event
      return [{ epoch, updates, loss, learningRate, dev, best, gradientNorm }]
    }
    return event.kind === 'done' ? [{ ...event, seconds: 0 }] : []
  })
}

test('stopped after any step and resumed, a run takes the same steps and ends with the same numbers', async () => {
  const training = {
    epochs: 3,
    patience: 2,
    schedule: { kind: 'plateau', factor: 0.5, patience: 1 },
  } as const
  const f1 = [0.3, 0.2, 0.1]
  const whole = world(training, { f1 })
  const events = await whole.run()
  assert.equal(whole.batches.length, 9)
  let cases = 0
  for (let stopAfter = 0; stopAfter < whole.batches.length; stopAfter++) {
    const first = world(training, { f1, stopAfter })
    const before = await first.run()
    assert.equal(doneOf(before).reason, 'interrupted')
    assert.deepEqual(kindsOf(before).slice(-2), ['checkpoint', 'done'])
    const saved = first.saves.at(-1) ?? assert.fail('nothing saved')
    const second = world(training, { f1, saved })
    const after = await second.run()
    assert.deepEqual([...first.batches, ...second.batches], whole.batches, `after ${stopAfter}`)
    assert.equal(second.saves.at(-1)?.value, whole.saves.at(-1)?.value)
    const [a, b] = [second.saves.at(-1)?.state, whole.saves.at(-1)?.state]
    assert.deepEqual({ ...a, seconds: 0 }, { ...b, seconds: 0 })
    // Without the end of the first part.
    assert.deepEqual([...timeless(before).slice(0, -1), ...timeless(after)], timeless(events))
    cases++
  }
  assert.equal(cases, 9)
})

test('accumulation: an update has the gradients of several batches, weighted by their size', async () => {
  const added: number[] = []
  const accumulator = {
    add: (_rows: unknown, weight: number) => void added.push(weight),
    finish: () => ({ rowGradients: [], weight: 1 }),
  }
  const losses = [2, 4, 9]
  const one = world({ epochs: 1, accumulate: 2 }, { lossOf: batch => losses[batch], more: { accumulator } })
  const events = await one.run()
  const sizes = one.batches.map(batch => batch.length)
  assert.deepEqual(added, sizes)
  const updates = one.calls.filter(call => call.startsWith('update')).map(call => Number(call.split(' ')[2]))
  assert.deepEqual(updates, [1 / (sizes[0] + sizes[1]), 1 / sizes[2]])
  const [epoch] = events
  const first = (2 * sizes[0] + 4 * sizes[1]) / (sizes[0] + sizes[1])
  assert.ok(epoch.kind === 'epoch' && Math.abs(epoch.loss - (first + 9) / 2) < 1e-12)
})

test('averages are scored and kept instead of the values, and training continues from the values', async () => {
  for (const every of ['step', 'epoch'] as const)
    for (const f1 of [undefined, [0.5, 0.4]]) {
      const weights = {
        update: () => void one.calls.push('average'),
        exchange: () => void one.calls.push('exchange'),
        state: () => ({ updates: 1 }),
        restore: () => {},
      }
      const one = world({ epochs: 2 }, { f1, more: { averaging: { weights, every } } })
      await one.run()
      const calls = one.calls.map(call => call.replace(/^(step|update) .*/, '$1'))
      const step = every === 'step' ? ['step', 'update', 'average'] : ['step', 'update']
      const steps = [...step, ...step, ...step, ...(every === 'epoch' ? ['average'] : [])]
      const epoch = (best: readonly string[]) => [
        ...steps,
        'exchange',
        ...(f1 ? ['evaluate'] : []),
        ...best,
        'exchange',
      ]
      const end = f1 ? 'restore best' : 'exchange'
      assert.deepEqual(calls, [...epoch(f1 ? ['save best'] : []), ...epoch([]), end])
    }
})

test('a loss or gradient that is not finite ends the run, and the optimizer is not asked', async () => {
  const diverged = (error: unknown) => isInputError(error) && error.code === 'train/diverged'
  const loss = world({}, { lossOf: batch => (batch === 2 ? Number.NaN : 1) })
  await assert.rejects(loss.run(), diverged)
  assert.equal(loss.calls.filter(call => call.startsWith('update')).length, 2)
  const gradient = world(
    {},
    {
      more: {
        optimizer: {
          steps: 0,
          step: () => ({ gradientNorm: Number.POSITIVE_INFINITY, applied: false }),
          state: () => ({ kind: 'sgd', step: 0, lastSeen: {} }),
          restore: () => {},
        },
      },
    },
  )
  await assert.rejects(gradient.run(), diverged)
})
