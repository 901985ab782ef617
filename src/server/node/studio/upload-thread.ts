/** The thread of one uploaded file: `withUpload` starts it. It sends what it read part by part, each when it is asked for. */
import { parentPort } from 'node:worker_threads'
import { toPortable } from '../../../base/portable-error.js'
import { type PackedDocument, packDocument } from '../../../label/store/packed-document.js'
import type { NewDocument } from '../../../label/to-documents.js'
import { readUpload } from './read-upload.js'
import type { UploadAnswer, UploadRequest } from './upload-messages.js'

/** Documents and characters of a part, so that the thread that takes it is free again at once. */
const MOST = { documents: 500, characters: 200_000 }

const port = parentPort
if (!port) throw new Error('this is a worker thread')
const answer = (message: UploadAnswer) => port.postMessage(message)

function* partsOf(documents: readonly NewDocument[]): Generator<readonly PackedDocument[]> {
  let part: PackedDocument[] = []
  let characters = 0
  for (const document of documents) {
    part.push(packDocument(document))
    characters += document.text.length
    if (part.length < MOST.documents && characters < MOST.characters) continue
    yield part
    part = []
    characters = 0
  }
  if (part.length > 0) yield part
}

port.once('message', async ({ upload, folder }: UploadRequest) => {
  try {
    const { documents, types } = await readUpload(upload, folder)
    const parts = partsOf(documents)
    port.on('message', () => answer({ kind: 'part', documents: parts.next().value ?? [] }))
    answer({ kind: 'read', types })
  } catch (error) {
    answer({ kind: 'failed', error: toPortable(error) })
  }
})
