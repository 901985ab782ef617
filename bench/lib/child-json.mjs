import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Runs a script of `bench/` in its own process, so that its peak memory can be measured. @returns the JSON it prints */
export function childJson(script, settings) {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url))
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [path, JSON.stringify(settings)], (error, stdout) => {
      if (error) reject(error)
      else resolve(JSON.parse(stdout))
    })
  })
}
