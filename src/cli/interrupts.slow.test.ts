import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder, tinyConfig } from '../train/testing/tiny-run.js'

const NERITE = fileURLToPath(new URL('../../bin/nerite.js', import.meta.url))
const folder = temporaryFolder()
after(folder.remove)
const at = (name: string) => join(folder.path, name)
writeFileSync(at('config.json'), JSON.stringify(tinyConfig({ training: { epochs: 500, patience: null } })))

function isLeftInOrder(run: string): void {
  assert.deepEqual(readdirSync(run).sort(), ['checkpoints', 'config.json', 'log.jsonl', 'vocab.json'])
  assert.ok(existsSync(join(run, 'checkpoints', 'last.safetensors')))
}

function resumes(run: string): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [NERITE, 'train', '--resume', run, '--training.maxSteps', '1', '--no-report'],
    { encoding: 'utf8' },
  )
  assert.equal(status, 0, stderr)
  assert.match(stderr, /resumed in epoch/)
  assert.ok(existsSync(join(run, 'manifest.json')))
}

test('Ctrl-C, a polite kill and a closed terminal each leave a run to resume, and say so by the exit code', async () => {
  let cases = 0
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    const run = at(signal)
    const child = spawn(process.execPath, [NERITE, 'train', at('config.json'), '--out', run])
    let stderr = ''
    child.stderr.on('data', (bytes: Buffer) => {
      const before = stderr
      stderr += bytes.toString()
      if (!before.includes('epoch   1/') && stderr.includes('epoch   1/')) child.kill(signal)
    })
    const ended = await new Promise<number | null>(resolve => child.on('close', resolve))
    assert.equal(ended, status, stderr)
    assert.match(stderr, /interrupted; continue with: .*--resume/)
    isLeftInOrder(run)
    cases++
  }
  assert.equal(cases, 3)
})

/** Runs the rest of its arguments in a terminal, and closes the terminal once it shows a text. */
const CLOSE_TERMINAL = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
seen = b''
while sys.argv[1].encode() not in seen:
    seen += os.read(terminal, 4096)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`
const hasPython = spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0

test('a terminal that is closed while training leaves a run to resume', {
  skip: hasPython ? false : 'no Python here to make a terminal',
}, () => {
  const run = at('terminal')
  const command = [process.execPath, NERITE, 'train', at('config.json'), '--out', run]
  const { stdout, stderr } = spawnSync('python3', ['-c', CLOSE_TERMINAL, 'epoch   1/', ...command], {
    encoding: 'utf8',
  })
  assert.equal(stdout, '129\n', stderr)
  isLeftInOrder(run)
  resumes(run)
})
