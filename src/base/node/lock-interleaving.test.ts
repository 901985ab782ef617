import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs, { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../errors.js'
import type { Lock } from './lock.js'

const root = mkdtempSync(join(tmpdir(), 'nerite-lock-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** Called before each call to the file system, while it is set. */
let beforeCall: (() => void) | undefined
for (const name of [
  'openSync',
  'writeSync',
  'linkSync',
  'lstatSync',
  'readFileSync',
  'renameSync',
  'rmSync',
] as const) {
  const real = fs[name] as (...args: unknown[]) => unknown
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      beforeCall?.()
      return real(...args)
    },
  })
}
syncBuiltinESMExports()
const { acquireLock } = await import('./lock.js')

/** The lock, or `undefined` where another one is held. */
function attempt(path: string): Lock | undefined {
  try {
    return acquireLock(path)
  } catch (error) {
    assert.ok(isInputError(error) && error.code === 'lock/held', String(error))
    return undefined
  }
}

/**
 * One takes a lock; just before its calls to the file system with these numbers, others take it too.
 * @returns how many of them believe that they hold it, and how many calls there were
 */
function interleave(path: string, at: readonly number[]): { readonly held: number; readonly calls: number } {
  const locks: (Lock | undefined)[] = []
  let calls = 0
  const watch = () => {
    calls++
    if (!at.includes(calls)) return
    beforeCall = undefined
    locks.push(attempt(path))
    beforeCall = watch
  }
  beforeCall = watch
  locks.push(attempt(path))
  beforeCall = undefined
  const held = locks.filter(lock => lock !== undefined)
  for (const lock of held) lock[Symbol.dispose]()
  return { held: held.length, calls }
}

test('whenever others come in between, one has the lock, and nothing is left behind', () => {
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  const stale = JSON.stringify({ pid: gone, host: hostname(), since: new Date().toISOString() })
  let cases = 0
  for (const isStale of [false, true]) {
    const path = join(root, '.lock')
    const start = (at: readonly number[]) => {
      if (isStale) writeFileSync(path, stale)
      const result = interleave(path, at)
      assert.equal(result.held, 1, `${isStale ? 'stale' : 'free'}, others at ${at.join(' and ')}`)
      assert.deepEqual(readdirSync(root), [])
      cases++
      return result.calls
    }
    const calls = start([])
    for (let first = 1; first <= calls; first++)
      for (let second = first + 1; second <= calls + 1; second++) start([first, second])
  }
  assert.ok(cases > 200, `${cases}`)
})
