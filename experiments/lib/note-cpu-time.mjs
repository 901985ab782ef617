// Loaded into a training before the program: at its end, appends its CPU time in seconds, of all threads, to the file in NERITE_CPU_TIME.
import { appendFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const file = process.env.NERITE_CPU_TIME
if (isMainThread && file)
  process.on('exit', () => {
    const { user, system } = process.cpuUsage()
    appendFileSync(file, `${((user + system) / 1e6).toFixed(2)}\n`)
  })
