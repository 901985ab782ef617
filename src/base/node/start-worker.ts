import { Worker } from 'node:worker_threads'

/**
 * Starts a thread with this process's own arguments of Node.js, but for the one that says how to read a script on the
 * command line (`--input-type`): a thread with it would not start.
 */
export function startWorker(script: URL, workerData: unknown): Worker {
  const execArgv = process.execArgv.filter(argument => !argument.startsWith('--input-type'))
  return new Worker(script, { workerData, execArgv })
}
