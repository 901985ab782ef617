import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../../base/node/start-worker.js'
import { temporaryFolder } from '../../../base/node/temporary.js'
import { fromPortable } from '../../../base/portable-error.js'
import type { PackedDocument } from '../../../label/store/packed-document.js'
import { clientGone } from '../../limits/deadline.js'
import { Problem } from '../../problem.js'
import type { Upload } from './read-upload.js'
import type { UploadAnswer, UploadRequest } from './upload-messages.js'

/** A file that was read. */
export interface ReadFile {
  /** Types of the labels that it came with, the most frequent first. */
  readonly types: readonly string[]
  /** Its documents, once, a part at a time. */
  readonly parts: AsyncIterable<readonly PackedDocument[]>
}

/**
 * Reads an uploaded file in a thread of its own, so that the server goes on answering, and survives a file that takes more
 * memory than there is.
 * @param upload its bytes must be all of their buffer, which goes to the thread
 * @param signal ends the reading
 * @throws as `readUpload`; Problem 413 `studio/memory`; what `use` throws
 */
export async function withUpload<Made>(
  upload: Upload,
  signal: AbortSignal,
  use: (file: ReadFile) => Promise<Made>,
): Promise<Made> {
  if (signal.aborted) throw clientGone()
  using folder = temporaryFolder('nerite-upload-')
  const worker = startWorker(new URL('./upload-thread.js', import.meta.url), undefined)
  const ask = asking(worker)
  const stop = () => void worker.terminate()
  signal.addEventListener('abort', stop)
  try {
    const request: UploadRequest = { upload, folder: folder.path }
    const read = await ask(request, [upload.bytes.buffer as ArrayBuffer])
    return await use({ types: read.kind === 'read' ? read.types : [], parts: parts(ask) })
  } catch (error) {
    throw signal.aborted ? clientGone() : error
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.terminate()
  }
}

type Ask = (message: object, moved?: readonly ArrayBuffer[]) => Promise<UploadAnswer>

/** Sends a message to the thread and waits for its answer. */
function asking(worker: Worker): Ask {
  let settle: { resolve: (answer: UploadAnswer) => void; reject: (error: unknown) => void } | undefined
  let failure: unknown
  const fail = (error: unknown) => {
    failure ??= error
    settle?.reject(failure)
  }
  worker.on('message', (answer: UploadAnswer) =>
    answer.kind === 'failed' ? fail(fromPortable(answer.error)) : settle?.resolve(answer),
  )
  worker.on('error', (error: Error & { code?: string }) =>
    fail(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch() : error),
  )
  worker.on('exit', () => fail(new Error('the thread that reads a file ended early')))
  return (message, moved = []) =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) return reject(failure)
      settle = { resolve, reject }
      worker.postMessage(message, [...moved])
    })
}

async function* parts(ask: Ask): AsyncGenerator<readonly PackedDocument[]> {
  for (;;) {
    const answer = await ask({})
    if (answer.kind !== 'part' || answer.documents.length === 0) return
    yield answer.documents
  }
}

function tooMuch(): Problem {
  return new Problem(413, 'studio/memory', 'reading the file takes more memory than there is: split it')
}
