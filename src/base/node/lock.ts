import { createHash } from 'node:crypto'
import { existsSync, linkSync, lstatSync, readFileSync, renameSync, rmSync, type Stats } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { InputError } from '../errors.js'
import { writeNewFile } from './atomic-file.js'
import { formatOwner, isSameProcess, type LockOwner, parseOwner, thisProcess } from './lock-owner.js'
import { temporarySibling } from './temporary.js'

/** A lock that this process took. Disposing of it releases it. */
export interface Lock extends Disposable {
  /** Whether the lock is still there: somebody may have deleted or replaced the file. */
  readonly isHeld: () => boolean
  /** Says where the lock is after its folder was renamed. */
  readonly movedTo: (path: string) => void
}

/**
 * Takes a lock: a file that exists while its owner works. The lock of a process of this machine that no longer runs is
 * taken over. A lock from another machine is not, because this machine cannot tell whether its owner still runs.
 *
 * @throws InputError `lock/held` with the owner and the age of the lock; `lock/place` where something other than a lock
 *   has its name; the system's error where the folder is missing or cannot be written to
 * @example
 * using lock = acquireLock('runs/a/.lock')
 */
export function acquireLock(path: string): Lock {
  return acquire(path, path)
}

/** @param where the path that messages name */
function acquire(path: string, where: string): Lock {
  const text = formatOwner(thisProcess())
  for (;;) {
    if (createWhole(path, text)) break
    const found = readIfThere(path, where)
    if (found === undefined) continue
    const owner = parseOwner(found.text)
    if (owner ? isSameProcess(owner) : isYoung(found.stat)) throw heldError(where, owner)
    if (takeOver(path, where, found.text, text)) break
  }
  let place = path
  const isHeld = () => {
    try {
      return readIfThere(place, where)?.text === text
    } catch (error) {
      // Something else has taken its place.
      if (error instanceof InputError) return false
      throw error
    }
  }
  return {
    isHeld,
    movedTo: moved => void (place = moved),
    [Symbol.dispose]: () => {
      if (isHeld()) rmSync(place, { force: true })
    },
  }
}

/** Creates a file with its content in one step. @returns whether it did; `false` where one exists */
function createWhole(path: string, text: string): boolean {
  const temporary = temporarySibling(path)
  writeNewFile(temporary, text)
  try {
    linkSync(temporary, path)
    return true
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    // The folder was replaced, or its owner has tidied it up.
    if (code === 'ENOENT' && existsSync(dirname(path))) return false
    // Some network and memory-card file systems have no links.
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP'].includes(code)) throw error
  } finally {
    rmSync(temporary, { force: true })
  }
  return createInPlace(path, text)
}

function createInPlace(path: string, text: string): boolean {
  try {
    writeNewFile(path, text)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Replaces a lock that was found stale. Others may have found the same one: whoever holds the lock on replacing exactly
 * this one looks at it again, and replaces it in one step.
 * @returns whether it did
 */
function takeOver(path: string, where: string, stale: string, text: string): boolean {
  const name = createHash('sha256').update(stale).digest('hex').slice(0, 12)
  using _claim = acquire(temporarySibling(path, name), where)
  if (readIfThere(path, where)?.text !== stale) return false
  const temporary = temporarySibling(path)
  try {
    writeNewFile(temporary, text)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  return true
}

/** Far longer than any lock. */
const LONGEST = 4096

function readIfThere(
  path: string,
  where: string,
): { readonly text: string; readonly stat: Stats } | undefined {
  try {
    const stat = lstatSync(path)
    // A pipe would never end.
    if (!stat.isFile() || stat.size > LONGEST)
      throw new InputError('lock/place', {
        where,
        expected: 'the lock of a process, or nothing',
        got: kindOf(stat),
        remedy: 'if no process trains in the folder, delete it',
      })
    return { text: readFileSync(path, 'utf8'), stat }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a folder'
  if (stat.isFile()) return `a file of ${stat.size} bytes`
  return 'a link, device or pipe'
}

/**
 * A lock that is not whole was damaged, unless it is just being written: where there are no links, its file is there
 * before its content.
 */
function isYoung({ mtimeMs }: Stats): boolean {
  return Date.now() - mtimeMs < 10_000
}

function heldError(path: string, owner: LockOwner | undefined): InputError {
  const fault = { where: path, expected: 'a folder that no other process writes to' }
  if (!owner)
    return new InputError('lock/held', {
      ...fault,
      got: 'a lock that is just being written, or is damaged',
      remedy: 'try again in ten seconds',
    })
  const { pid, host, since } = owner
  const isHere = host === hostname()
  return new InputError('lock/held', {
    ...fault,
    got: `a lock of process ${pid}${isHere ? '' : ` on ${host}`}, taken ${ago(since)}`,
    remedy: isHere ? 'wait for it, or stop it' : 'wait for it; if it no longer runs, delete the file',
  })
}

function ago(since: string): string {
  const seconds = Math.round((Date.now() - Date.parse(since)) / 1000)
  if (seconds < 0) return `at ${since}`
  if (seconds < 120) return `${seconds} s ago`
  return seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`
}
