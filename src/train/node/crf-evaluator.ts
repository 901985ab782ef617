import { Worker } from 'node:worker_threads'
import type { CrfEvaluator } from '../../features/crf/objective.js'
import { type CrfData, PARTS, parameterCount, shared } from '../../features/crf/training-data.js'
import { CONTROL, type CrfMemory, takeParts } from './crf-parts.js'

/**
 * Evaluates in several threads, the calling one among them, which waits for the others. Each takes the next part that is
 * left; the parts' gradients are summed in their order. So the result has the same bytes for any number of threads.
 */
export function threadedEvaluator(data: CrfData, threads: number): CrfEvaluator {
  const size = parameterCount(data)
  const memory: CrfMemory = {
    data,
    weights: shared(Float64Array, size),
    gradients: Array.from({ length: PARTS }, () => shared(Float64Array, size)),
    losses: shared(Float64Array, PARTS),
    control: shared(Int32Array, CONTROL.size),
  }
  const { control, weights, gradients, losses } = memory
  const workers = Array.from(
    { length: Math.min(threads, PARTS) - 1 },
    () => new Worker(new URL('./crf-worker.js', import.meta.url), { workerData: memory }),
  )
  // A worker that waits must not keep the process.
  for (const worker of workers) worker.unref()
  return {
    evaluate: (x, gradient) => {
      weights.set(x)
      Atomics.store(control, CONTROL.done, 0)
      Atomics.store(control, CONTROL.next, 0)
      Atomics.add(control, CONTROL.round, 1)
      Atomics.notify(control, CONTROL.round)
      takeParts(memory)
      for (;;) {
        const done = Atomics.load(control, CONTROL.done)
        if (done === PARTS) break
        Atomics.wait(control, CONTROL.done, done)
      }
      let loss = 0
      gradient.fill(0)
      for (let part = 0; part < PARTS; part++) {
        const own = gradients[part]
        for (let p = 0; p < size; p++) gradient[p] += own[p]
        loss += losses[part]
      }
      return loss
    },
    release: async () => {
      await Promise.all(workers.map(worker => worker.terminate()))
    },
  }
}
