import { on, once } from 'node:events'
import { fromPortable } from '../../../base/portable-error.js'
import { startModelThread } from '../../../recognize/node/start-model-thread.js'
import type { TextToLabel } from '../../suggest-labels.js'
import type { JobMessage, ModelJob } from './model-job.js'

/**
 * Works with a model in a thread of its own, and passes on what it says.
 * @param signal ends the thread at once
 * @param texts for which suggestions are wanted, part by part
 * @throws what the job throws; the signal's reason
 */
export async function* runJob(
  job: ModelJob,
  signal?: AbortSignal,
  texts?: AsyncIterable<readonly TextToLabel[]>,
): AsyncGenerator<Exclude<JobMessage, { readonly kind: 'done' | 'failed' | 'more' }>> {
  signal?.throwIfAborted()
  const parts = texts?.[Symbol.asyncIterator]()
  const worker = startModelThread(new URL('./model-thread.js', import.meta.url), job)
  const exited = once(worker, 'exit')
  const stop = () => void worker.terminate()
  signal?.addEventListener('abort', stop)
  try {
    for await (const [message] of on(worker, 'message', { close: ['exit'] }) as AsyncIterable<[JobMessage]>) {
      if (message.kind === 'done') return
      if (message.kind === 'more') {
        const next = await parts?.next()
        worker.postMessage(next && !next.done ? next.value : [])
        continue
      }
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
