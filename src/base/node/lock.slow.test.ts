import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../errors.js'
import { acquireLock } from './lock.js'

const root = mkdtempSync(join(tmpdir(), 'nerite-lock-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const fresh = () => join(root, `lock${count++}`)

const isHeld = (error: unknown) => isInputError(error) && error.code === 'lock/held'
const write = (path: string, pid: number, since = new Date(), host = hostname()) =>
  writeFileSync(path, JSON.stringify({ pid, host, since: since.toISOString() }))

test('a lock is held until it is released', () => {
  const path = fresh()
  {
    using _lock = acquireLock(path)
    assert.equal(JSON.parse(readFileSync(path, 'utf8')).pid, process.pid)
    assert.throws(() => acquireLock(path), isHeld)
  }
  assert.ok(!existsSync(path))
  acquireLock(path)[Symbol.dispose]()
  assert.throws(() => acquireLock(join(root, 'missing', 'lock')), { code: 'ENOENT' })
  assert.deepEqual(readdirSync(root), [])
})

test('the lock of a process that runs is respected, and that of one that ended is taken over', async () => {
  const path = fresh()
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
  write(path, child.pid ?? 0)
  assert.throws(() => acquireLock(path), isHeld)
  const closed = new Promise(resolve => child.on('close', resolve))
  child.kill('SIGKILL')
  await closed
  acquireLock(path)[Symbol.dispose]()
  assert.ok(!existsSync(path))
})

test('an earlier process with the same id, one before the last boot, and a damaged file hold nothing', () => {
  const path = fresh()
  const hour = 3_600_000
  write(path, process.pid, new Date(Date.now() - process.uptime() * 1000 - hour))
  acquireLock(path)[Symbol.dispose]()
  write(path, process.ppid, new Date(0))
  acquireLock(path)[Symbol.dispose]()
  writeFileSync(path, '{"pid":')
  acquireLock(path)[Symbol.dispose]()
})

test('a lock from another machine is never taken over', () => {
  const path = fresh()
  write(path, 999_999_999, new Date(0), 'another-machine')
  assert.throws(() => acquireLock(path), isHeld)
  rmSync(path)
})

test('of many processes that start at once, one has the lock at a time', () => {
  const path = fresh()
  write(path, spawnSync(process.execPath, ['-e', '']).pid)
  const code = `
    import { acquireLock } from ${JSON.stringify(new URL('./lock.js', import.meta.url).href)}
    import { mkdirSync, rmdirSync } from 'node:fs'
    let [had, clashes] = [0, 0]
    const busy = process.argv[1] + '.busy'
    for (const end = Date.now() + 300; Date.now() < end; ) {
      let lock
      try {
        lock = acquireLock(process.argv[1])
      } catch (error) {
        if (error.code !== 'lock/held') throw error
        continue
      }
      had++
      try {
        mkdirSync(busy)
        rmdirSync(busy)
      } catch {
        clashes++
      }
      lock[Symbol.dispose]()
    }
    console.log(had, clashes)`
  const script = `for i in 1 2 3 4; do "$0" --input-type=module -e "$1" "$2" & done; wait`
  const { stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, code, path])
  const rows = stdout
    .toString()
    .trim()
    .split('\n')
    .map(line => line.split(' ').map(Number))
  assert.equal(rows.length, 4, stderr.toString())
  assert.ok(rows.reduce((sum, [had]) => sum + had, 0) > 0)
  assert.deepEqual(
    rows.map(([, clashes]) => clashes),
    [0, 0, 0, 0],
  )
})
