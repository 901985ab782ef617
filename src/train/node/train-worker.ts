/** The training thread: runs one training, posts its events, and checks the stop flag before every step. */
import { parentPort, workerData } from 'node:worker_threads'
import { toPortable } from '../../base/portable-error.js'
import { trainToFolder } from './train-to-folder.js'
import type { TrainOptions } from './training-options.js'
import type { WorkerMessage } from './worker-messages.js'

interface WorkerInput {
  readonly options: TrainOptions
  readonly stop: Int32Array
}

const { options, stop } = workerData as WorkerInput
const post = (message: WorkerMessage): void => parentPort?.postMessage(message)
try {
  for await (const event of trainToFolder(options, () => Atomics.load(stop, 0) !== 0))
    post({ kind: 'event', event })
  post({ kind: 'end' })
} catch (error) {
  post({ kind: 'error', error: toPortable(error) })
}
