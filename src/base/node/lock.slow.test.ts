import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../errors.js'
import { acquireLock } from './lock.js'
import { temporarySibling } from './temporary.js'

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

test('an earlier process with the same id, one before the last boot hold nothing', () => {
  const path = fresh()
  const hour = 3_600_000
  write(path, process.pid, new Date(Date.now() - process.uptime() * 1000 - hour))
  acquireLock(path)[Symbol.dispose]()
  write(path, process.ppid, new Date(0))
  acquireLock(path)[Symbol.dispose]()
})

test('a damaged lock holds nothing, unless it may be one that is just being written', () => {
  const path = fresh()
  let cases = 0
  for (const content of [
    '',
    '{"pid":',
    '\0'.repeat(40),
    '[]',
    '{"pid":-1,"host":"a","since":"2020-01-01"}',
  ]) {
    writeFileSync(path, content)
    assert.throws(() => acquireLock(path), isHeld)
    const minute = new Date(Date.now() - 60_000)
    utimesSync(path, minute, minute)
    acquireLock(path)[Symbol.dispose]()
    assert.ok(!existsSync(path))
    cases++
  }
  assert.equal(cases, 5)
})

test('what is no lock is refused, not followed, and stays', () => {
  const isInTheWay = (error: unknown) => isInputError(error) && error.code === 'lock/place'
  const target = join(root, 'target')
  writeFileSync(target, 'mine')
  let cases = 0
  for (const make of [
    (path: string) => mkdirSync(path),
    (path: string) => symlinkSync(target, path),
    (path: string) => symlinkSync(join(root, 'nothing'), path),
    (path: string) => writeFileSync(path, 'x'.repeat(10_000)),
    (path: string) => spawnSync('mkfifo', [path]).status === 0 || mkdirSync(path),
  ]) {
    const path = fresh()
    make(path)
    assert.throws(() => acquireLock(path), isInTheWay)
    assert.ok(lstatSync(path))
    assert.equal(readFileSync(target, 'utf8'), 'mine')
    rmSync(path, { recursive: true })
    cases++
  }
  rmSync(target)
  assert.equal(cases, 5)
  assert.deepEqual(readdirSync(root), [])
})

test('a lock that is not there any more, or another, is not released', () => {
  const path = fresh()
  const lock = acquireLock(path)
  assert.ok(lock.isHeld())
  rmSync(path)
  assert.ok(!lock.isHeld())
  const other = acquireLock(path)
  assert.ok(!lock.isHeld())
  lock[Symbol.dispose]()
  assert.ok(other.isHeld())
  renameSync(path, `${path}-moved`)
  other.movedTo(`${path}-moved`)
  assert.ok(other.isHeld())
  other[Symbol.dispose]()
  assert.deepEqual(readdirSync(root), [])
})

const hasProc = existsSync('/proc/self/stat')

test('no clock decides on Linux: only the start of the system and of the process', {
  skip: hasProc ? false : 'no /proc here',
}, () => {
  const path = fresh()
  const holder = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `import { acquireLock } from ${JSON.stringify(new URL('./lock.js', import.meta.url).href)}
     acquireLock(process.argv[1]); setTimeout(() => {}, 60_000)`,
    path,
  ])
  return new Promise<void>((resolve, reject) => {
    holder.on('close', () => resolve())
    const wait = setInterval(() => {
      if (!existsSync(path)) return
      clearInterval(wait)
      try {
        const own = JSON.parse(readFileSync(path, 'utf8'))
        const change = (fields: object) => writeFileSync(path, JSON.stringify({ ...own, ...fields }))
        for (const since of ['1970-01-01T00:00:00Z', '2100-01-01T00:00:00Z']) {
          change({ since })
          assert.throws(() => acquireLock(path), isHeld, since)
        }
        change({ host: 'renamed-since' })
        assert.throws(() => acquireLock(path), isHeld, 'the same system under another name')
        holder.kill('SIGSTOP')
        change({})
        assert.throws(() => acquireLock(path), isHeld, 'a process that is stopped')
        change({ start: '1' })
        acquireLock(path)[Symbol.dispose]()
        change({ boot: 'before' })
        acquireLock(path)[Symbol.dispose]()
        change({ boot: 'another', host: 'another-machine' })
        assert.throws(() => acquireLock(path), isHeld)
        rmSync(path)
      } catch (error) {
        reject(error)
      } finally {
        holder.kill('SIGKILL')
      }
    }, 5)
  })
})

test('a lock whose taking over was itself cut short is taken over', () => {
  const path = fresh()
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  write(path, pid)
  const stale = readFileSync(path, 'utf8')
  const name = createHash('sha256').update(stale).digest('hex').slice(0, 12)
  write(temporarySibling(path, name), pid)
  acquireLock(path)[Symbol.dispose]()
  assert.deepEqual(readdirSync(root), [])
})

test('a lock from another machine is never taken over', () => {
  const path = fresh()
  write(path, 999_999_999, new Date(0), 'another-machine')
  assert.throws(() => acquireLock(path), isHeld)
  rmSync(path)
})

test('of many processes that start at once, one has the lock at a time', () => {
  const path = fresh()
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  write(path, gone)
  const code = `
    import { acquireLock } from ${JSON.stringify(new URL('./lock.js', import.meta.url).href)}
    import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
    import { hostname } from 'node:os'
    let [had, clashes] = [0, 0]
    const busy = process.argv[1] + '.busy'
    const stale = JSON.stringify({ pid: Number(process.argv[2]), host: hostname(), since: new Date().toISOString() })
    for (let round = 0; round < 150; round++) {
      let lock
      // Like a process that was killed: its lock stays. All others find it at once.
      if (round % 3 === 0)
        try {
          writeFileSync(process.argv[1], stale + ' '.repeat(round + 200 * (process.pid % 9)), { flag: 'wx' })
        } catch {}
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
  const script = `for i in 1 2 3 4; do "$0" --input-type=module -e "$1" "$2" "$3" & done; wait`
  const { stdout, stderr } = spawnSync('sh', ['-c', script, process.execPath, code, path, String(gone)])
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
