import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const scripts = readdirSync(join(root, 'bench')).filter(name => name.endsWith('.mjs'))

const run = (...args: readonly string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })

test('every benchmark has a help page with an example, and refuses unknown options in one line', () => {
  assert.ok(scripts.length >= 9)
  for (const script of scripts) {
    const { status, stdout, stderr } = run(`bench/${script}`, '--help')
    assert.equal(status, 0, stderr)
    assert.match(stdout, new RegExp(`^node bench/${script}[^]+Options:[^]+Example[^]+node bench/${script}`))
    const wrong = run(`bench/${script}`, '--no-such-option')
    assert.equal(wrong.status, 2)
    assert.match(wrong.stderr, /^[a-z-]+\.mjs: Unknown option '--no-such-option'; see --help\n$/)
  }
})

test('a peer that fails at startup is named, with its stderr and without a stack trace', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nerite-test-'))
  try {
    const peer = join(folder, 'peer.sh')
    const steps = (torch: string) =>
      run('bench/layer-steps.mjs', 'bilstm', '--time', '2', '--batch', '1', '--torch', torch)
    writeFileSync(peer, '#!/bin/sh\necho "No module named torch" >&2\nexit 3\n', { mode: 0o755 })
    const died = steps(peer)
    assert.equal(died.status, 1)
    const command = `${peer} bench/peers/torch_layers.py 2`
    assert.equal(died.stderr, `PyTorch ended with exit code 3 (${command}):\n  No module named torch\n`)
    const missing = steps(join(folder, 'none'))
    assert.equal(missing.status, 1)
    assert.match(missing.stderr, /^PyTorch could not be started: .*ENOENT.*\n$/)
    const scoring = run('bench/evaluate-speed.mjs', peer)
    assert.match(scoring.stderr, /^seqeval ended with exit code 3 .*\n {2}No module named torch\n$/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
