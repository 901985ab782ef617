import { availableParallelism, cpus } from 'node:os'

/** One line about the machine that a table was measured on. */
export function machine() {
  const load = cpus()[0]?.model.trim() ?? 'unknown processor'
  return `${load}, ${availableParallelism()} cores, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`
}
