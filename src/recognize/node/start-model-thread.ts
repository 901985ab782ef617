import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../base/node/start-worker.js'
import { withoutTelemetry } from '../../engine/runtime/node/telemetry.js'

/** Starts a thread that will load models: the runtime's telemetry can only be turned off for the process. */
export function startModelThread(script: URL, workerData: unknown): Worker {
  withoutTelemetry()
  return startWorker(script, workerData)
}
