import { on, once } from 'node:events'
import { fromPortable } from '../../../base/portable-error.js'
import { startModelThread } from '../../../recognize/node/start-model-thread.js'
import type { JobMessage, ModelJob } from './model-job.js'

/**
 * Works with a model in a thread of its own, and passes on what it says.
 * @param signal ends the thread at once
 * @throws what the job throws; the signal's reason
 */
export async function* runJob(
  job: ModelJob,
  signal?: AbortSignal,
): AsyncGenerator<Exclude<JobMessage, { readonly kind: 'done' | 'failed' }>> {
  signal?.throwIfAborted()
  const worker = startModelThread(new URL('./model-thread.js', import.meta.url), job)
  const exited = once(worker, 'exit')
  const stop = () => void worker.terminate()
  signal?.addEventListener('abort', stop)
  try {
    for await (const [message] of on(worker, 'message', { close: ['exit'] }) as AsyncIterable<[JobMessage]>) {
      if (message.kind === 'done') return
      if (message.kind === 'failed') throw fromPortable(message.error)
      yield message
    }
    signal?.throwIfAborted()
    throw new Error('the thread of the job ended early')
  } finally {
    signal?.removeEventListener('abort', stop)
    stop()
    await exited
  }
}
