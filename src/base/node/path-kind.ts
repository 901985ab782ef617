import { statSync } from 'node:fs'
import { fileFault } from '../place-fault.js'

/** What a path is instead of a plain file of at most so many bytes; `undefined` if it is one. */
export function plainFileFault(path: string, most: number): string | undefined {
  try {
    const stat = statSync(path)
    if (!stat.isFile()) return 'something else than a file'
    return stat.size > most ? `${stat.size} bytes` : undefined
  } catch (error) {
    return fileFault(error) ?? 'a path that cannot be read'
  }
}

/** Whether a path is that of a folder. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}
