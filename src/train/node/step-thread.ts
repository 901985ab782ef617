/** A thread that computes gradients, and makes the updates that all threads make. */
import { parentPort, workerData } from 'node:worker_threads'
import { toPortable } from '../../base/portable-error.js'
import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import { Replica } from '../step/replica.js'
import {
  ownGradients,
  readDense,
  type StepMessage,
  type StepThreadData,
  type StepWork,
  writeDense,
} from './step-messages.js'

const { replica: data, place, dense } = workerData as StepThreadData
const post = (message: StepMessage): void => parentPort?.postMessage(message)

async function work(replica: Replica, { before, job, parity }: StepWork): Promise<void> {
  for (const [i, update] of before?.updates.entries() ?? []) {
    if (before) readDense(replica.parameters, dense[before.parity][i])
    replica.apply(update, { learningRate: update.learningRate, clipNorm: before?.clipNorm ?? null })
  }
  if (!job) {
    post({ kind: 'ready' })
    return
  }
  const gradients = await replica.gradients(job)
  writeDense(replica.parameters, dense[parity][place])
  post({ kind: 'done', gradients: ownGradients(gradients) })
}

try {
  const replica = await Replica.create(data, await chooseRuntime(() => {}))
  parentPort?.on('message', (message: StepWork) => {
    work(replica, message).catch((error: unknown) => post({ kind: 'error', error: toPortable(error) }))
  })
  post({ kind: 'ready' })
} catch (error) {
  post({ kind: 'error', error: toPortable(error) })
}
