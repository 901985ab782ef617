import { rmSync } from 'node:fs'

const unfinished = new Set<string>()

/** Removes a temporary file or folder when the process exits before it is finished; `forgetUnfinished` when it is. */
export function trackUnfinished(path: string): void {
  if (unfinished.size === 0) process.on('exit', removeAll)
  unfinished.add(path)
}

export function forgetUnfinished(path: string): void {
  unfinished.delete(path)
  if (unfinished.size === 0) process.off('exit', removeAll)
}

function removeAll(): void {
  for (const path of unfinished) rmSync(path, { recursive: true, force: true })
}
