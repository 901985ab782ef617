import { linkSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import { InputError } from '../errors.js'
import { isRecord } from '../json-types.js'
import { writeNewFile } from './atomic-file.js'
import { temporarySibling } from './temporary.js'

/** Who holds a lock, as its file says. */
interface LockOwner {
  readonly pid: number
  readonly host: string
  /** When the lock was taken, ISO 8601. */
  readonly since: string
}

/**
 * Takes a lock: a file that exists while its owner works. The lock of a process of this machine that no longer runs is
 * taken over. A lock from another machine is not, because this machine cannot tell whether its owner still runs.
 *
 * @returns what releases the lock
 * @throws InputError `lock/held` with the owner and the age of the lock; the system's error where the folder is missing
 * @example
 * using lock = acquireLock('runs/a/.lock')
 */
export function acquireLock(path: string): Disposable {
  const owner: LockOwner = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
  const text = `${JSON.stringify(owner)}\n`
  while (!createWhole(path, text)) {
    const found = readIfThere(path)
    if (found === undefined) continue
    const holder = parseOwner(found)
    if (holder && isHeld(holder)) throw heldError(path, holder)
    removeStale(path, found)
  }
  return {
    [Symbol.dispose]: () => {
      if (readIfThere(path) === text) rmSync(path, { force: true })
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
 * Removes a lock that was found stale. It is moved away first and looked at again: another process may have found the
 * same lock, and have created its own by now.
 */
function removeStale(path: string, stale: string): void {
  const aside = temporarySibling(path)
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (readIfThere(aside) !== stale) renameSync(aside, path)
  else rmSync(aside, { force: true })
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** The owner that a lock file names; `undefined` for a damaged file. */
function parseOwner(text: string): LockOwner | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(value)) return undefined
  const { pid, host, since } = value
  if (!Number.isSafeInteger(pid) || typeof host !== 'string' || typeof since !== 'string') return undefined
  return Number.isNaN(Date.parse(since)) ? undefined : { pid: pid as number, host, since }
}

/** Milliseconds by which a clock may be set while a process runs. */
const TOLERANCE = 2000

function isHeld({ pid, host, since }: LockOwner): boolean {
  if (host !== hostname()) return true
  const isBefore = (uptimeSeconds: number) =>
    Date.parse(since) < Date.now() - uptimeSeconds * 1000 - TOLERANCE
  if (isBefore(uptime())) return false
  // In a container the next process may well have the same id.
  if (pid === process.pid) return !isBefore(process.uptime())
  try {
    process.kill(pid, 0)
    return !isExiting(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether a process was killed and is only waiting to be removed: on Linux it has no command line any more. */
function isExiting(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`).length === 0
  } catch {
    return false
  }
}

function heldError(path: string, { pid, host, since }: LockOwner): InputError {
  const isHere = host === hostname()
  return new InputError('lock/held', {
    where: path,
    expected: 'a folder that no other process writes to',
    got: `a lock of process ${pid}${isHere ? '' : ` on ${host}`}, taken at ${since}`,
    remedy: isHere ? 'wait for it, or stop it' : 'wait for it; if it no longer runs, delete the file',
  })
}
