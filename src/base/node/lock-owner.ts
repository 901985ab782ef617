import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import { isRecord } from '../json-types.js'

/** Who holds a lock, as its file says. */
export interface LockOwner {
  readonly pid: number
  readonly host: string
  /** When the lock was taken, ISO 8601. */
  readonly since: string
  /** On Linux: what the running system calls the time since it was started. */
  readonly boot?: string
  /** On Linux: when the process was started, in the system's own units: no other process with its ID has the same. */
  readonly start?: string
}

export function thisProcess(): LockOwner {
  return {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    boot: bootId(),
    start: startOf(process.pid),
  }
}

/** The text of a lock file. No two are alike, so that a lock is told from an earlier one of the same process. */
export function formatOwner(owner: LockOwner): string {
  return `${JSON.stringify({ ...owner, id: randomBytes(6).toString('hex') })}\n`
}

/** The owner that a lock file names; `undefined` for a damaged file. */
export function parseOwner(text: string): LockOwner | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(value)) return undefined
  const { pid, host, since, boot, start } = value
  if (!isPid(pid) || typeof host !== 'string' || typeof since !== 'string') return undefined
  if (Number.isNaN(Date.parse(since))) return undefined
  return { pid, host, since, boot: textOrNothing(boot), start: textOrNothing(start) }
}

const isPid = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0
const textOrNothing = (value: unknown) => (typeof value === 'string' ? value : undefined)

/**
 * Whether the owner of a lock still runs, as far as this machine can tell: on another machine it may, and so may a process
 * of which the system says no more than that one with its ID runs. On Linux no clock is asked, so that setting it
 * changes nothing.
 */
export function isSameProcess({ pid, host, since, boot, start }: LockOwner): boolean {
  const thisBoot = bootId()
  if (boot !== undefined && thisBoot !== undefined) {
    if (boot !== thisBoot) return host !== hostname()
    const found = startOf(pid)
    return start !== undefined && found !== undefined && found !== start ? false : isRunning(pid)
  }
  if (host !== hostname()) return true
  const isBefore = (seconds: number) => Date.parse(since) < Date.now() - seconds * 1000 - TOLERANCE
  if (isBefore(uptime())) return false
  // In a container the next process may well have the same ID.
  return pid === process.pid ? !isBefore(process.uptime()) : isRunning(pid)
}

/** Milliseconds by which a clock may be set while a process runs. */
const TOLERANCE = 2000

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  for (let tries = 0; tries < 500; tries++) {
    const left = threadsOfEnding(pid)
    if (left === undefined) return true
    if (left <= 1) return false
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
  }
  return true
}

/**
 * How many threads are left of a process that was killed and is not gone yet: each may still finish what it writes.
 * `undefined` for a process that goes on. On Linux one that ends has no command line any more.
 */
function threadsOfEnding(pid: number): number | undefined {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`).length > 0) return undefined
    return readdirSync(`/proc/${pid}/task`).length
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // A process that is gone altogether, as opposed to a system without /proc.
    return code === 'ESRCH' || (code === 'ENOENT' && bootId() !== undefined) ? 0 : undefined
  }
}

function bootId(): string | undefined {
  return readText('/proc/sys/kernel/random/boot_id')?.trim()
}

/** Field 22 of proc(5)'s `stat`; the name of the program before it may contain anything. */
function startOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
