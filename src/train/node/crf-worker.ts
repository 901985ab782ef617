/** A thread that computes parts of a CRF's loss, round by round, until it is terminated. */
import { workerData } from 'node:worker_threads'
import { PartLoss } from '../../features/crf/part-loss.js'
import { crfKernels } from '../../features/crf/part-memory.js'
import { CONTROL, type CrfMemory, takeParts } from './crf-parts.js'

const memory = workerData as CrfMemory
const parts = memory.parts.map(part => new PartLoss(part, crfKernels(memory.module, part.memory)))
for (let round = 0; ; ) {
  Atomics.wait(memory.control, CONTROL.round, round)
  round = Atomics.load(memory.control, CONTROL.round)
  takeParts(memory, parts)
}
