import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FoldEvent } from '../workflows/node/out-of-fold.js'
import { showEvents } from './show-training.js'
import { recordingContext } from './testing/run-cli.js'

test('events are shown in order and the result is returned', async () => {
  const { context, printed } = recordingContext()
  async function* work(): AsyncGenerator<FoldEvent, number> {
    yield { kind: 'fold', fold: 0, folds: 2 }
    yield { kind: 'warning', code: 'x', message: 'careful' }
    yield { kind: 'fold', fold: 1, folds: 2 }
    return 7
  }
  const before = process.listenerCount('SIGINT')
  assert.equal(await showEvents('stopping', context, work), 7)
  assert.equal(printed.stderr, 'fold 1 of 2\nwarning careful\nfold 2 of 2\n')
  assert.equal(process.listenerCount('SIGINT'), before)
})

test('the first Ctrl-C aborts and says so, the second ends the process', async context => {
  const { context: cli, printed } = recordingContext()
  const exit = context.mock.method(process, 'exit', () => {
    throw new Error('exit')
  })
  async function* work(signal: AbortSignal): AsyncGenerator<FoldEvent, string> {
    yield { kind: 'fold', fold: 0, folds: 1 }
    process.emit('SIGINT')
    assert.ok(signal.aborted)
    assert.equal(exit.mock.callCount(), 0)
    assert.throws(() => process.emit('SIGINT'), /exit/)
    assert.deepEqual(exit.mock.calls[0].arguments, [130])
    return 'stopped'
  }
  assert.equal(await showEvents('stopping after this step', cli, work), 'stopped')
  assert.equal(
    printed.stderr,
    'fold 1 of 1\n\nstopping after this step; press Ctrl-C again to exit immediately\n',
  )
})

test('what the work throws is thrown, and the handlers are gone', async () => {
  const { context } = recordingContext()
  const before = process.listenerCount('SIGTERM')
  async function* work(): AsyncGenerator<FoldEvent, number> {
    yield { kind: 'fold', fold: 0, folds: 1 }
    throw new RangeError('broken')
  }
  await assert.rejects(showEvents('stopping', context, work), RangeError)
  assert.equal(process.listenerCount('SIGTERM'), before)
})
