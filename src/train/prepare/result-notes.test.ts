import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import type { DoneEvent } from '../../run/events.js'
import { resultNotes } from './notes.js'

const config = resolveConfig({ file: { corpus: { train: 'a.conll', dev: 'b.conll' } } })

function done(changes: Partial<DoneEvent>): DoneEvent {
  return {
    ...{ kind: 'done', reason: 'finished', epoch: 3, bestEpoch: 1, best: null, seconds: 1 },
    ...changes,
  } as DoneEvent
}

test('a run that found no entity says so, and only such a run', () => {
  const scores = (f1: number | null) => ({ precision: f1, recall: f1, f1 })
  for (const best of [scores(0), scores(null), null]) {
    const notes = resultNotes(config, done({ best }))
    assert.deepEqual(
      notes.map(({ code, where }) => [code, where]),
      [['learned-nothing', 'b.conll']],
    )
  }
  // Settings and the verb are named by identity, for the edge to spell.
  const [{ message }] = resultNotes(config, done({}))
  const named = (message as readonly unknown[]).filter(part => typeof part === 'object')
  assert.equal(named.length, 3)
  // A batch cannot be smaller than one sentence.
  const single = resolveConfig({ file: { ...config, training: { batchSize: 1 } } })
  const settings = resultNotes(single, done({})).flatMap(({ message }) =>
    (message as readonly unknown[]).filter(part => typeof part === 'object' && part && 'setting' in part),
  )
  assert.deepEqual(
    settings.map(part => (part as { setting: string }).setting),
    ['training.epochs'],
  )
  assert.deepEqual(resultNotes(config, done({ best: scores(0.01) })), [])
  assert.deepEqual(resultNotes(config, done({ bestEpoch: null })), [])
  assert.deepEqual(resultNotes(config, done({ reason: 'interrupted', best: scores(0) })), [])
})
