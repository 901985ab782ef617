/** A thread that computes parts of a CRF's loss, round by round, until it is terminated. */
import { workerData } from 'node:worker_threads'
import { CONTROL, type CrfMemory, takeParts } from './crf-parts.js'

const memory = workerData as CrfMemory
for (let round = 0; ; ) {
  Atomics.wait(memory.control, CONTROL.round, round)
  round = Atomics.load(memory.control, CONTROL.round)
  takeParts(memory)
}
