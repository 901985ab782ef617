import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const unfinished = new Set<string>()

/**
 * A name beside `path` that nothing else uses; starts with a dot and ends in `.tmp`.
 * @param id 12 hexadecimal digits that make it different from others
 */
export function temporarySibling(path: string, id = randomBytes(6).toString('hex')): string {
  return join(dirname(path), `.${basename(path)}.${id}.tmp`)
}

/** Whether a file's name is one that `temporarySibling` made. */
export function isTemporaryName(name: string): boolean {
  return /^\..+\.[0-9a-f]{12}\.tmp$/.test(name)
}

/** Removes a temporary file or folder if the process exits before `forgetUnfinished`. */
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

/**
 * Makes a folder that is removed, with everything in it, when it is disposed of, also if the process exits before that.
 * @example
 * using folder = temporaryFolder('nerite-')
 * writeFileSync(join(folder.path, 'a.txt'), 'text')
 */
export function temporaryFolder(prefix: string): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), prefix))
  trackUnfinished(path)
  return {
    path,
    [Symbol.dispose]() {
      forgetUnfinished(path)
      rmSync(path, { recursive: true, force: true })
    },
  }
}
