// CPU time of a training: what it would take on a machine that has nothing else to do, roughly, however busy this one is.
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const hook = fileURLToPath(new URL('./note-cpu-time.mjs', import.meta.url))
const STARTED = 'started'

/** Beside the run folder, which the training makes itself. */
const fileOf = out => `${out}.cpu`

/** How a training is started so that its CPU time is noted. @param isNew `false` if it continues an earlier one */
export function noteCpuTime(out, isNew) {
  const file = fileOf(out)
  if (isNew) rmSync(file, { force: true })
  else if (!existsSync(file)) return { args: [], env: {} }
  appendFileSync(file, `${STARTED}\n`)
  return { args: ['--import', hook], env: { NERITE_CPU_TIME: file } }
}

/** Seconds of CPU time of the whole command; `null` if a part of it was killed, or was not noted. */
export function cpuTimeOf(out) {
  const file = fileOf(out)
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  const noted = lines.filter(line => line !== STARTED).map(Number)
  if (noted.length * 2 !== lines.length) return null
  return Number(noted.reduce((sum, seconds) => sum + seconds, 0).toFixed(1))
}
