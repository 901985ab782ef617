import { Worker } from 'node:worker_threads'
import { type CrfEvaluator, sumParts } from '../../features/crf/objective.js'
import { PartLoss } from '../../features/crf/part-loss.js'
import { createPartMemory, crfKernels, crfModule } from '../../features/crf/part-memory.js'
import { shared } from '../../features/crf/shared-array.js'
import { type CrfData, PARTS, parameterCount } from '../../features/crf/training-data.js'
import { CONTROL, type CrfMemory, takeParts } from './crf-parts.js'

/**
 * Evaluates in several threads, the calling one among them, which waits for the others. Each takes the next part that is
 * left; the parts' gradients are summed in their order. So the result has the same bytes for any number of threads. A part that
 * cannot be computed in another thread is an error here.
 */
export function threadedEvaluator(data: CrfData, threads: number): CrfEvaluator {
  const memory: CrfMemory = {
    module: crfModule(data.tags, true),
    parts: Array.from({ length: PARTS }, (_, i) => createPartMemory(data, i, true)),
    weights: shared(Float64Array, parameterCount(data)),
    losses: shared(Float64Array, PARTS),
    control: shared(Int32Array, CONTROL.size),
  }
  const { control, weights, losses } = memory
  const parts = memory.parts.map(part => new PartLoss(part, crfKernels(memory.module, part.memory)))
  const workers = Array.from(
    { length: Math.min(threads, PARTS) - 1 },
    () => new Worker(new URL('./crf-worker.js', import.meta.url), { workerData: memory }),
  )
  for (const worker of workers) {
    // A worker that waits must not keep the process.
    worker.unref()
    // What it failed with is told by `evaluate`: this thread waits there, and hears nothing of a worker meanwhile.
    worker.on('error', () => undefined)
  }
  return {
    evaluate: (x, gradient) => {
      weights.set(x)
      Atomics.store(control, CONTROL.done, 0)
      Atomics.store(control, CONTROL.next, 0)
      Atomics.add(control, CONTROL.round, 1)
      Atomics.notify(control, CONTROL.round)
      takeParts(memory, parts)
      for (;;) {
        const done = Atomics.load(control, CONTROL.done)
        if (done === PARTS) break
        Atomics.wait(control, CONTROL.done, done)
      }
      if (Atomics.load(control, CONTROL.failed) > 0)
        throw new Error('a thread could not compute its part of the loss')
      return sumParts(
        gradient,
        parts.map((part, i) => ({ loss: losses[i], gradient: part.gradient })),
      )
    },
    release: async () => {
      await Promise.all(workers.map(worker => worker.terminate()))
    },
  }
}
