import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Reference } from '../../base/fault.js'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import type { DoneEvent } from '../../run/events.js'
import { fixSizes } from './corpus-size.js'
import { resultNotes } from './result-notes.js'

const SENTENCES = 40

function notesOf(changes: Partial<DoneEvent>, training: PartialConfig['training'] = {}) {
  const file = { corpus: { train: 'a.conll', dev: 'b.conll' }, training }
  const config = fixSizes(resolveConfig({ file }), SENTENCES)
  const whole = { kind: 'done', reason: 'finished', epoch: config.training.epochs, bestEpoch: 1, best: null }
  return resultNotes(config, { ...whole, seconds: 1, ...changes } as DoneEvent, SENTENCES)
}

test('a run that found no entity says so, and only such a run', () => {
  const scores = (f1: number | null) => ({ precision: f1, recall: f1, f1 })
  for (const best of [scores(0), scores(null), null])
    assert.deepEqual(
      notesOf({ best }).map(({ code, where }) => [code, where]),
      [['learned-nothing', 'b.conll']],
    )
  assert.deepEqual(notesOf({ best: scores(0.01) }), [])
  assert.deepEqual(notesOf({ bestEpoch: null }), [])
  assert.deepEqual(notesOf({ reason: 'interrupted', best: scores(0) }), [])
})

test('the advice is never what the run did already', () => {
  const adviceOf = (training: PartialConfig['training'], changes: Partial<DoneEvent> = {}) => {
    const [{ message }] = notesOf(changes, training)
    assert.ok(typeof message !== 'string')
    const named = message.filter((part): part is Reference => typeof part === 'object')
    assert.deepEqual(named.at(-1), { verb: 'corpus check', operands: ['a.conll', 'b.conll'] })
    return named.flatMap(part =>
      'setting' in part ? [[part.setting.replace('training.', ''), part.value]] : [],
    )
  }
  const auto = [
    ['epochs', 'auto'],
    ['batchSize', 'auto'],
  ]
  // Fewer updates than 40 sentences need: 38 epochs of 40.
  assert.deepEqual(adviceOf({ epochs: 20, batchSize: 16 }), auto)
  assert.deepEqual(adviceOf({ epochs: 37 }), [['epochs', 'auto']])
  assert.deepEqual(adviceOf({ maxSteps: 9 }, { epoch: 1, reason: 'limit' }), [['maxSteps', undefined]])
  // As many as they need, and more.
  assert.deepEqual(adviceOf({}), [['epochs', '76']])
  assert.deepEqual(adviceOf({ epochs: 50, batchSize: 1 }), [['epochs', '100']])
  assert.deepEqual(adviceOf({ epochs: 152, batchSize: 4 }), [
    ['epochs', '304'],
    ['batchSize', '1'],
  ])
})
