import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from './temporary.js'

test('a temporary folder is gone when its work is done, or has failed', () => {
  let path = ''
  const work = () => {
    using folder = temporaryFolder('nerite-test-')
    path = folder.path
    writeFileSync(join(path, 'corpus.jsonl'), 'text')
    assert.ok(existsSync(path))
    return 7
  }
  assert.equal(work(), 7)
  assert.ok(path !== '' && !existsSync(path))
  const failing = () => {
    using folder = temporaryFolder('nerite-test-')
    path = folder.path
    throw new Error('failed')
  }
  assert.throws(failing, /failed/)
  assert.ok(!existsSync(path))
})

test('Ctrl-C, a polite kill and a closed terminal leave no temporary folder', async () => {
  const module = (name: string) => JSON.stringify(new URL(`./${name}.js`, import.meta.url).href)
  const code = `
    import { writeFileSync } from 'node:fs'
    import { exitOnInterrupt } from ${module('../../cli/interrupts')}
    import { temporaryFolder } from ${module('temporary')}
    const { path } = temporaryFolder('nerite-test-')
    await exitOnInterrupt(async () => {
      writeFileSync(path + '/corpus.jsonl', 'text')
      process.stdout.write(path)
      await new Promise(resolve => setTimeout(resolve, 60_000))
    })`
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code])
    const ended = new Promise<number | null>(resolve => child.on('close', resolve))
    const dir = await new Promise<string>(resolve =>
      child.stdout.once('data', (bytes: Buffer) => resolve(bytes.toString())),
    )
    assert.ok(existsSync(join(dir, 'corpus.jsonl')))
    child.kill(signal)
    assert.equal(await ended, status)
    assert.ok(!existsSync(dir), signal)
  }
})
