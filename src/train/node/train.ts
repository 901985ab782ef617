import { on, once } from 'node:events'
import { startWorker } from '../../base/node/start-worker.js'
import { fromPortable } from '../../base/portable-error.js'
import { runtimeNoticeGiven } from '../../engine/runtime/node/choose-runtime.js'
import { withoutTelemetry } from '../../engine/runtime/node/telemetry.js'
import { type DoneEvent, RUNTIME_WARNING, type TrainEvent } from '../../run/events.js'
import type { TrainOptions } from './training-options.js'
import type { WorkerMessage } from './worker-messages.js'

/**
 * Trains a tagger into a run folder, in a thread of its own: the caller's thread stays free.
 * Abort `signal` to stop cleanly: a checkpoint is written, from which `resume: true` continues.
 *
 * @throws InputError for a faulty configuration, corpus or folder, before anything is written
 * @example
 * const config = resolveConfig({ preset: 'bilstm-crf', file: { corpus: { train: 'train.conll', dev: 'dev.conll' } } })
 * for await (const event of train({ config, out: 'runs/a' })) if (event.kind === 'epoch') console.log(event.dev?.f1)
 */
export async function* train(
  options: TrainOptions & { readonly signal?: AbortSignal },
): AsyncGenerator<TrainEvent, DoneEvent | undefined> {
  const { signal, ...plain } = options
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const requestStop = () => Atomics.store(stop, 0, 1)
  if (signal?.aborted) requestStop()
  signal?.addEventListener('abort', requestStop)
  withoutTelemetry()
  const worker = startWorker(new URL('./train-worker.js', import.meta.url), { options: plain, stop })
  const exited = once(worker, 'exit')
  let done: DoneEvent | undefined
  let ended = false
  try {
    // An error event of the worker is thrown here.
    for await (const [message] of on(worker, 'message', { close: ['exit'] }) as AsyncIterable<
      [WorkerMessage]
    >) {
      if (message.kind === 'error') throw fromPortable(message.error)
      ended = message.kind === 'end'
      if (message.kind === 'end') break
      if (message.event.kind === 'done') done = message.event
      if (message.event.kind === 'warning' && message.event.code === RUNTIME_WARNING) runtimeNoticeGiven()
      yield message.event
    }
    if (!ended) throw new Error(`the training thread ended with code ${await exited}`)
  } finally {
    // Left early by the caller: stop as cleanly as on a signal.
    requestStop()
    await exited
    signal?.removeEventListener('abort', requestStop)
  }
  return done
}
