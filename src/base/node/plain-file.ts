import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs'
import { fileFault } from '../place-fault.js'

/** What stands where a plain file should be. */
export class NotPlainError extends Error {
  /** @param got in words, such as `a folder` */
  constructor(readonly got: string) {
    super(got)
  }
}

/** A link is not followed, and a pipe is not waited for. Windows has neither flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * The size of a plain file in bytes; `undefined` where there is nothing of that name.
 * @throws NotPlainError for a link, a folder, a pipe, a device or a socket, and for a file that may not be read
 */
export function plainFileSize(path: string): number | undefined {
  try {
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat) checkPlain(stat)
    return stat?.size
  } catch (error) {
    // The last link of a path is not followed here: the links that form a loop are above it, and lead nowhere.
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') return undefined
    return absentOr(error)
  }
}

/**
 * Reads a plain file of at most a number of bytes, in memory of its own.
 *
 * @returns its bytes, as many as it had when it was opened; `undefined` where there is nothing of that name
 * @throws NotPlainError as `plainFileSize`, and for a file that is longer, before anything of it is read
 */
export function readPlainFile(path: string, most: number): Uint8Array<ArrayBuffer> | undefined {
  // Opening a device may already have an effect.
  if (plainFileSize(path) === undefined) return undefined
  let file: number
  try {
    file = openSync(path, FLAGS)
  } catch (error) {
    return absentOr(error)
  }
  try {
    const stat = fstatSync(file)
    checkPlain(stat)
    if (stat.size > most) throw new NotPlainError(`${stat.size} bytes`)
    const bytes = new Uint8Array(stat.size)
    let at = 0
    while (at < bytes.length) {
      const read = readSync(file, bytes, at, bytes.length - at, at)
      if (read === 0) return bytes.slice(0, at)
      at += read
    }
    return bytes
  } finally {
    closeSync(file)
  }
}

function checkPlain(stat: Stats): void {
  if (stat.isFile()) return
  if (stat.isSymbolicLink()) throw new NotPlainError('a link, which is not followed')
  if (stat.isDirectory()) throw new NotPlainError('a folder')
  if (stat.isFIFO()) throw new NotPlainError('a named pipe')
  throw new NotPlainError(stat.isSocket() ? 'a socket' : 'a device')
}

function absentOr(error: unknown): undefined {
  const { code = '' } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
  if (error instanceof NotPlainError) throw error
  const got = fileFault(error)
  throw got === undefined ? error : new NotPlainError(got)
}
