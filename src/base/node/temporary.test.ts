import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { inTemporaryFolder } from './temporary.js'

test('a temporary folder is gone when its work is done, or has failed', async () => {
  let path = ''
  const work = async (dir: string) => {
    path = dir
    writeFileSync(join(dir, 'corpus.jsonl'), 'text')
    assert.ok(existsSync(path))
    return 7
  }
  assert.equal(await inTemporaryFolder('nerite-test-', work), 7)
  assert.ok(path !== '' && !existsSync(path))
  const failing = (dir: string) => work(dir).then(() => Promise.reject(new Error('failed')))
  await assert.rejects(inTemporaryFolder('nerite-test-', failing), /failed/)
  assert.ok(!existsSync(path))
})

test('Ctrl-C and a polite kill leave no temporary folder', async () => {
  const module = (name: string) => JSON.stringify(new URL(`./${name}.js`, import.meta.url).href)
  const code = `
    import { writeFileSync } from 'node:fs'
    import { exitOnInterrupt } from ${module('../../cli/exit-on-interrupt')}
    import { inTemporaryFolder } from ${module('temporary')}
    await inTemporaryFolder('nerite-test-', dir => exitOnInterrupt(async () => {
      writeFileSync(dir + '/corpus.jsonl', 'text')
      process.stdout.write(dir)
      await new Promise(resolve => setTimeout(resolve, 60_000))
    }))`
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
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
