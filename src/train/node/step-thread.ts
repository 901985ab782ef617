/** A thread that computes gradients, and makes the updates that all threads make. */
import { parentPort, workerData } from 'node:worker_threads'
import { toPortable } from '../../base/portable-error.js'
import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import { Replica } from '../step/replica.js'
import {
  readDense,
  rowGradientsIn,
  type StepMessage,
  type StepThreadData,
  type StepWork,
  writeGradients,
} from './step-messages.js'

const { replica: data, place, spaces } = workerData as StepThreadData
const post = (message: StepMessage): void => parentPort?.postMessage(message)

async function work(replica: Replica, { before, job, parity }: StepWork): Promise<void> {
  const { parameters } = replica
  if (before)
    for (const [i, { gradients, learningRate }] of before.updates.entries()) {
      const space = spaces[before.parity][i]
      readDense(parameters, space)
      const rowGradients = rowGradientsIn(space, gradients, parameters)
      replica.apply({ ...gradients, rowGradients }, { learningRate, clipNorm: before.clipNorm })
    }
  if (!job) {
    post({ kind: 'ready' })
    return
  }
  const gradients = writeGradients(parameters, await replica.gradients(job), spaces[parity][place])
  post({ kind: 'done', gradients })
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
