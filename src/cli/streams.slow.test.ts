import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { temporaryFolder, tinyConfig, trainHere } from '../train/testing/tiny-run.js'

const NERITE = fileURLToPath(new URL('../../bin/nerite.js', import.meta.url))
const folder = temporaryFolder()
after(folder.remove)
const at = (name: string) => join(folder.path, name)
const sample = tinyConfig().corpus.train[0].file

before(async () => {
  await trainHere({ config: tinyConfig({ training: { epochs: 1 } }), out: at('run') })
  writeFileSync(at('empty.txt'), '')
  writeFileSync(at('long.txt'), 'Ada Lovelace wrote to Charles Babbage from London.\n'.repeat(2000))
})

/** Runs a script in which `nerite` is the command line. */
function shell(script: string) {
  const run = spawnSync('bash', ['-c', `nerite() { "${process.execPath}" "${NERITE}" "$@"; }; ${script}`], {
    encoding: 'utf8',
    cwd: folder.path,
    maxBuffer: 1 << 28,
  })
  assert.ok(!/\n\s+at /.test(run.stderr), run.stderr)
  return run
}
const hasBash = spawnSync('bash', ['-c', 'true']).status === 0
const skip = hasBash ? false : 'no bash here'

test('standard input that is a folder is refused', { skip }, () => {
  for (const command of ['predict run < .', 'predict run - < run', 'predict run --whole < .']) {
    const { status, stdout, stderr } = shell(`nerite ${command}`)
    assert.deepEqual([status, stdout], [2, ''], command)
    assert.equal(stderr, 'error standard input: expected text to tag, got a folder\n', command)
  }
})

test('standard input that is closed, and whatever else is empty, is tagged with a warning', { skip }, () => {
  for (const [command, name] of [
    ['predict run <&-', 'standard input'],
    ['predict run < /dev/null', 'standard input'],
    ['predict run - < empty.txt', 'standard input'],
    ['predict run empty.txt', 'empty.txt'],
  ]) {
    const { status, stdout, stderr } = shell(`nerite ${command}`)
    assert.deepEqual([status, stdout], [0, ''], command)
    assert.match(stderr, new RegExp(`^warning ${name} is empty: nothing was tagged\n$`), command)
  }
})

test('a reader that has seen enough ends the command without a message', { skip }, () => {
  for (const command of [
    'predict run long.txt',
    'predict run < long.txt',
    `corpus convert ${sample} - --to jsonl`,
    `corpus stats ${sample}`,
    `score ${sample} predicted.markup`,
  ]) {
    const { stdout, stderr } = shell(
      `nerite predict run ${sample} --tokens --to markup > predicted.markup
       { nerite ${command}; echo "code $?" >&2; } | head -c 20`,
    )
    assert.equal(stdout.length, 20, command)
    assert.equal(stderr, 'code 0\n', command)
  }
})

test('a full disk behind standard output is exit code 2 and one message', {
  skip: skip || (existsSync('/dev/full') ? false : 'no /dev/full'),
}, () => {
  for (const command of [
    'predict run long.txt',
    'predict run --json < long.txt',
    `corpus convert ${sample} - --to jsonl`,
    `corpus check ${sample} --json`,
    `score ${sample} ${at('predicted.markup')}`,
  ]) {
    const { status, stderr } = shell(`nerite ${command} > /dev/full`)
    assert.equal(status, 2, `${command}\n${stderr}`)
    assert.match(
      stderr,
      /^error standard output: the disk is full; free some space and run again\n$/,
      command,
    )
  }
})

test('a file that may not grow further behind standard output is refused as a full disk is', { skip }, () => {
  const { status, stderr } = shell('ulimit -f 8; nerite predict run long.txt --lines > out.jsonl')
  assert.equal(status, 2)
  assert.match(stderr, /^error standard output: the file has become larger than the system allows/)
})

test('a folder without a corpus is refused by every command that reads one', { skip }, () => {
  mkdirSync(at('bare'))
  let cases = 0
  for (const command of [
    'corpus stats bare',
    'corpus check bare',
    'corpus convert bare out.conll',
    'corpus split bare --out parts',
    `score ${sample} bare`,
    `score bare ${sample}`,
    'evaluate run bare',
    'predict run bare --tokens',
    'report run bare',
    'train --preset bilstm-crf --corpus.train bare --out made',
  ]) {
    const { status, stdout, stderr } = shell(`nerite ${command}`)
    assert.equal(status, 2, command)
    assert.match(
      stdout + stderr,
      /bare(:| {2}) ?expected a folder with corpus files, got an empty one/,
      command,
    )
    assert.ok(!existsSync(at('made')))
    cases++
  }
  assert.equal(cases, 10)
})

test('what is read twice is no pipe; what is read once may be one', { skip }, () => {
  for (const command of [
    `corpus split <(cat ${sample}) --out parts`,
    `corpus convert <(cat ${sample}) out.conll --scheme IOBES`,
  ]) {
    const { status, stderr } = shell(`nerite ${command}`)
    assert.equal(status, 2, command)
    assert.match(stderr, /expected a file, since it is read twice, got a pipe; save it as a file first\n$/)
  }
  for (const command of [
    `corpus stats <(cat ${sample}) --json`,
    `corpus convert <(cat ${sample}) - --to jsonl`,
    'predict run <(cat long.txt)',
  ]) {
    const { status, stdout } = shell(`nerite ${command}`)
    assert.equal(status, 0, command)
    assert.ok(stdout.length > 100, command)
  }
})

test('a text or a line without end is refused at a limit', { skip }, () => {
  writeFileSync(at('endless.txt'), `Ada wrote.\n${'x'.repeat(9_000_000)}`)
  writeFileSync(at('endless.conll'), `Ada B-PER\n${'x '.repeat(40_000_000)}`)
  for (const [command, place] of [
    ['predict run endless.txt --lines', 'endless.txt:2'],
    ['predict run endless.txt', 'endless.txt'],
    ['predict run < endless.txt', 'standard input:2'],
    ['corpus stats endless.conll', 'endless.conll'],
    ['corpus check endless.conll', 'endless.conll'],
  ]) {
    const { status, stdout, stderr } = shell(`nerite ${command}`)
    assert.equal(status, 2, command)
    assert.ok((stdout + stderr).includes(`${place}`) && (stdout + stderr).length < 2000, command)
    assert.match(
      stdout + stderr,
      /expected (texts|lines) of at most [\d,]+ characters, got a longer one/,
      command,
    )
  }
})

test('a token of millions of characters is a token', { skip }, () => {
  writeFileSync(at('wide.conll'), `Ada\tB-PER\n${'x'.repeat(30_000_000)}\tO\n`)
  const { status, stdout } = shell('nerite corpus stats wide.conll --json')
  assert.equal(status, 0)
  assert.equal(JSON.parse(stdout).tokens, 2)
})
