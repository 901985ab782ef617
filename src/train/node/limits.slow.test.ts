import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EpochEvent } from '../../run/events.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from '../testing/tiny-run.js'
import type { TrainOptions } from './training-options.js'

async function run(options: TrainOptions, stopAfter = Number.POSITIVE_INFINITY) {
  const events = await trainHere(options, stopAfter)
  const start = events.find(event => event.kind === 'start')
  const done = events.at(-1)
  assert.ok(start && done?.kind === 'done')
  return { start, done, epochs: events.filter((event): event is EpochEvent => event.kind === 'epoch') }
}

test('training.maxSteps ends a run in the middle of an epoch, scored and saved, also after a stop', async () => {
  const folder = temporaryFolder()
  try {
    const [probe, whole, halved, pair] = ['probe', 'whole', 'halved', 'pair'].map(name =>
      join(folder.path, name),
    )
    const schedule = { kind: 'linear-warmup', warmupSteps: 2 } as const
    const two = await run({ config: tinyConfig({ training: { epochs: 2, schedule } }), out: probe })
    const { stepsPerEpoch } = two.start
    assert.ok(stepsPerEpoch > 5)

    const maxSteps = stepsPerEpoch + 4
    const config = tinyConfig({ training: { epochs: 9, maxSteps, schedule } })
    const { done, epochs } = await run({ config, out: whole })
    assert.equal(done.reason, 'limit')
    assert.equal(done.epoch, 2)
    assert.deepEqual(
      epochs.map(({ updates }) => updates),
      [stepsPerEpoch, maxSteps],
    )
    assert.ok(epochs.every(({ dev }) => dev !== null))
    // The schedule comes down to its end at the limit: what is left at the last of maxSteps updates, 2 of them warm-up.
    assert.ok(Math.abs((epochs[1].learningRate * (maxSteps - 2)) / 0.01 - 1) < 1e-9)
    assert.ok(existsSync(join(whole, 'model.onnx')))
    const metrics = JSON.parse(readFileSync(join(whole, 'metrics.json'), 'utf8'))
    assert.equal(metrics.best.reason, 'limit')

    await run({ config, out: halved }, stepsPerEpoch + 2)
    assert.equal((await run({ config, out: halved, resume: true })).done.reason, 'limit')
    assert.ok(modelBytes(whole).equals(modelBytes(halved)))

    // A limit at an epoch's end is that many epochs, and nothing of the next.
    const exact = tinyConfig({ training: { epochs: 9, maxSteps: 2 * stepsPerEpoch, schedule } })
    const atEnd = await run({ config: exact, out: pair })
    assert.equal(atEnd.epochs.length, 2)
    assert.equal(atEnd.done.reason, 'limit')
    assert.ok(modelBytes(probe).equals(modelBytes(pair)))
  } finally {
    folder.remove()
  }
})

test('a run resumed at its limit still scores the part of the epoch that it has', async () => {
  const folder = temporaryFolder()
  try {
    const [whole, stopped] = ['whole', 'stopped'].map(name => join(folder.path, name))
    const long = tinyConfig({ training: { epochs: 3 } })
    const short = tinyConfig({ training: { epochs: 3, maxSteps: 4 } })
    const uncut = await run({ config: short, out: whole })
    await run({ config: long, out: stopped }, 4)
    const { done, epochs } = await run({ config: short, out: stopped, resume: true })
    assert.equal(done.reason, 'limit')
    // No update was made in this part of the run: rate and norm are those of the last one before.
    assert.deepEqual(
      epochs.map(({ updates, learningRate, gradientNorm }) => [updates, learningRate, gradientNorm]),
      [[4, short.training.learningRate, uncut.epochs[0].gradientNorm]],
    )
    assert.ok(uncut.epochs[0].gradientNorm > 0)
    assert.ok(modelBytes(whole).equals(modelBytes(stopped)))
  } finally {
    folder.remove()
  }
})

test('training.maxMinutes ends a run after the step that uses it up; one that is not reached changes nothing', async () => {
  const folder = temporaryFolder()
  try {
    const [free, ample, tight] = ['free', 'ample', 'tight'].map(name => join(folder.path, name))
    await run({ config: tinyConfig(), out: free })
    const enough = await run({ config: tinyConfig({ training: { maxMinutes: 1000 } }), out: ample })
    assert.equal(enough.done.reason, 'finished')
    assert.ok(enough.epochs.every(({ secondsLeft }) => secondsLeft <= 60_000))
    assert.ok(modelBytes(free).equals(modelBytes(ample)))
    const { done, epochs } = await run({ config: tinyConfig({ training: { maxMinutes: 1e-9 } }), out: tight })
    assert.equal(done.reason, 'limit')
    assert.deepEqual(
      epochs.map(({ updates, secondsLeft }) => ({ updates, secondsLeft })),
      [{ updates: 1, secondsLeft: 0 }],
    )
    assert.ok(existsSync(join(tight, 'model.onnx')))
  } finally {
    folder.remove()
  }
})
