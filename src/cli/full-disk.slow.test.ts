import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder, tinyConfig } from '../train/testing/tiny-run.js'
import { runCli } from './testing/run-cli.js'

const NERITE = fileURLToPath(new URL('../../bin/nerite.js', import.meta.url))
const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const sample = tinyConfig().corpus.train[0].file
const run = at('run')

/** Runs a shell script in its own mount namespace, with a disk of that many bytes at `disk`. */
function onSmallDisk(bytes: number, script: string) {
  const disk = at('disk')
  const whole = `mkdir -p ${disk} && mount -t tmpfs -o size=${bytes} tmpfs ${disk} && cd ${disk} && ${script}`
  return spawnSync('unshare', ['--map-root-user', '--mount', 'sh', '-c', whole], { encoding: 'utf8' })
}
const canMount = onSmallDisk(1 << 20, 'true').status === 0

before(async () => {
  writeFileSync(at('config.json'), JSON.stringify(tinyConfig({ training: { epochs: 1 } })))
  const trained = await runCli('train', at('config.json'), '--out', run)
  assert.equal(trained.code, 0, trained.stderr)
})
after(folder.remove)

test('a full disk: exit code 2, one message, nothing half-written', {
  skip: canMount ? false : 'no right to mount a small disk here',
}, () => {
  let cases = 0
  for (const command of [
    'init --out config.json',
    `train ${at('config.json')} --out run`,
    `corpus convert ${sample} out.conll`,
    `corpus split ${sample} --out parts`,
  ]) {
    const { status, stdout } = onSmallDisk(
      1 << 15,
      `{ head -c 32768 /dev/zero > full; node ${NERITE} ${command} 2>&1; echo "code $?"; ls -A; }`,
    )
    assert.equal(status, 0)
    const [message, ...rest] = stdout.split('\n').filter(line => !line.startsWith('head:'))
    assert.match(message, /^error the disk is full: nothing was left half-written/, `${command}\n${stdout}`)
    assert.deepEqual(rest, ['code 2', 'full', ''], command)
    cases++
  }
  assert.equal(cases, 4)
})

test('a disk that fills before the first checkpoint leaves no run; after it, one to resume', {
  skip: canMount ? false : 'no right to mount a small disk here',
}, () => {
  const training = `node ${NERITE} train ${at('config.json')} --out run 2>&1; echo "code $?"; ls -A`
  const early = onSmallDisk(1 << 16, training)
  assert.match(early.stdout, /training on .*error the disk is full.*\ncode 2\n$/s)
  const filled = `node ${NERITE} train ${at('config.json')} --training.epochs 40 --training.patience null --out run`
  const late = onSmallDisk(
    1 << 20,
    `{ ( while ! test -f run/checkpoints/last.safetensors; do sleep 0.02; done; head -c 9999999 /dev/zero > full ) & ` +
      `${filled} 2>&1; echo "code $?"; rm -f full; ls -A run; }`,
  )
  assert.match(
    late.stdout,
    /the last checkpoint is kept; continue with: .*train --resume run\n.*the disk is full/,
  )
  assert.match(late.stdout, /\ncode 2\ncheckpoints\n/)
})

test('standard output on a full disk: exit code 2, one message', {
  skip: existsSync('/dev/full') ? false : 'no /dev/full',
}, () => {
  for (const command of [`predict ${run} --text Ada`, `corpus stats ${sample}`]) {
    const { stdout } = spawnSync('sh', ['-c', `node ${NERITE} ${command} 2>&1 >/dev/full; echo "code $?"`], {
      encoding: 'utf8',
    })
    assert.equal(stdout, 'error standard output: the disk is full; free some space and run again\ncode 2\n')
  }
})

test('closed standard output ends the command, closed standard error does not', () => {
  const sh = (script: string) => spawnSync('sh', ['-c', script], { encoding: 'utf8' })
  const piped = sh(`{ node ${NERITE} corpus stats ${sample} --json; echo "code $?" >&2; } | true`)
  assert.equal(piped.stderr, 'code 0\n')
  const out = at('unwatched')
  const trained = sh(
    `node ${NERITE} train ${at('config.json')} --out ${out} 2>&1 >/dev/null | true; ls ${out}`,
  )
  assert.match(trained.stdout, /model\.onnx/)
})
