import { Worker } from 'node:worker_threads'

/**
 * Starts a thread. It has this process's own arguments of Node.js, unless one says how to read a script on the command line
 * (`--input-type`): no thread would start with that.
 */
export function startWorker(script: URL, workerData: unknown): Worker {
  const isInline = process.execArgv.some(argument => argument.startsWith('--input-type'))
  return new Worker(script, { workerData, ...(isInline && { execArgv: [] }) })
}
