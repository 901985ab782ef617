import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder, tinyConfig } from '../train/testing/tiny-run.js'

const cli = fileURLToPath(new URL('../../bin/nerite.js', import.meta.url))
const folder = temporaryFolder()
after(folder.remove)

// With telemetry ONNX Runtime leaves a device's identifier and its unsent events in the home folder's cache.
test('ONNX Runtime stores and sends nothing about its user in training or tagging', {
  skip: process.platform === 'win32' && 'Windows itself gathers what the library says there',
}, () => {
  const at = (name: string) => join(folder.path, name)
  const home = at('home')
  mkdirSync(home)
  writeFileSync(at('config.json'), JSON.stringify(tinyConfig({ training: { epochs: 1 } })))
  // Without the variables that tell the library that it runs in a test, where it never sends anything.
  const env = { PATH: process.env.PATH, HOME: home, NO_COLOR: '1', NERITE_RUNTIME: 'node' }
  for (const args of [
    ['train', at('config.json'), '--no-report', '--out', at('run')],
    ['predict', at('run'), '--text', 'Ada wrote.'],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', env })
    assert.equal(status, 0, stderr)
    assert.deepEqual(readdirSync(home), [], args[0])
  }
})
