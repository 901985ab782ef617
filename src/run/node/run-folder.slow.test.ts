import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { ModelFileError } from '../../base/model-file-error.js'
import { writeFileAtomically } from '../../base/node/atomic-file.js'
import type { StoredTensor } from '../../engine/optim/safetensors.js'
import { checkpointPath, readCheckpoint, writeCheckpoint } from './checkpoint.js'
import { readModel } from './open-model.js'
import { createRunFolder, finishRunFolder, lockToReplace, reopenRunFolder } from './run-folder.js'
import { openRunLog } from './run-log.js'
import { formatManifest, parseManifest } from './run-manifest.js'

const root = mkdtempSync(join(tmpdir(), 'nerite-run-'))
after(() => rmSync(root, { recursive: true, force: true }))
let count = 0
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const fresh = () => join(root, `run${count++}`)

/** Everything under a folder, names and bytes. */
function snapshot(dir: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(dir, { recursive: true, withFileTypes: true })
      .map(entry => {
        const path = join(entry.parentPath ?? entry.path, entry.name)
        return [path, entry.isFile() ? readFileSync(path, 'base64') : '/']
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function refusal(pattern: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ModelFileError, String(error))
    assert.match(error.message, pattern)
    return true
  }
}

function finishedRun(): string {
  const dir = fresh()
  createRunFolder(dir, { 'config.json': '{"a":1}' })[Symbol.dispose]()
  {
    using log = openRunLog(dir)
    log.append('{"kind":"start"}\n')
  }
  finishRunFolder(dir, {
    'model.safetensors': Uint8Array.of(1, 2, 3),
    'vocab.json': [Uint8Array.of(91), Uint8Array.of(93)],
    'README.md': '# Model',
  })
  return dir
}

const tensors = (value: number, length = 5): ReadonlyMap<string, StoredTensor> =>
  new Map([['w', { dtype: 'F32', shape: [length], data: new Float32Array(length).fill(value) }]])

test('a finished run is read back as it was written', async () => {
  const dir = finishedRun()
  const run = await readModel(dir)
  assert.deepEqual(Object.keys(run.manifest.files), [
    'config.json',
    'log.jsonl',
    'model.safetensors',
    'vocab.json',
  ])
  assert.equal(text(run.bytes('config.json')), '{"a":1}')
  assert.equal(text(run.bytes('vocab.json')), '[]')
  assert.deepEqual([...run.bytes('model.safetensors')], [1, 2, 3])
  assert.throws(() => run.bytes('model.onnx'), refusal(/model.onnx: expected a file of the run, got none/))
  writeFileSync(join(dir, 'README.md'), 'edited by hand')
  await readModel(dir)
})

test('any one byte changed, in any file of the manifest or in itself, is refused by name', async () => {
  const dir = finishedRun()
  let cases = 0
  for (const name of ['config.json', 'log.jsonl', 'model.safetensors', 'vocab.json', 'manifest.json']) {
    const path = join(dir, name)
    const whole = readFileSync(path)
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at] ^= 1 << (at % 7)
      writeFileSync(path, changed)
      // White space between the manifest's values means nothing.
      const same = name === 'manifest.json' && isSameJson(changed, whole)
      if (same) await readModel(dir)
      else await assert.rejects(() => readModel(dir), refusal(new RegExp(name)), `${name} byte ${at}`)
      cases++
    }
    writeFileSync(path, whole)
  }
  assert.ok(cases > 500, String(cases))
  await readModel(dir)
})

function isSameJson(a: Buffer, b: Buffer): boolean {
  try {
    return JSON.stringify(JSON.parse(a.toString())) === JSON.stringify(JSON.parse(b.toString()))
  } catch {
    return false
  }
}

test('missing, cut short, longer, newer, unfinished: each is refused by name, all in one error', async () => {
  const dir = finishedRun()
  rmSync(join(dir, 'vocab.json'))
  truncateSync(join(dir, 'model.safetensors'), 2)
  appendFileSync(join(dir, 'log.jsonl'), '{}\n')
  await assert.rejects(
    () => readModel(dir),
    refusal(
      /log.jsonl: .*something was added.*\n.*model.safetensors: .*3 bytes.*cut short.*\n.*vocab.json: .*no such file/,
    ),
  )
  truncateSync(join(dir, 'manifest.json'), 40)
  await assert.rejects(
    () => readModel(dir),
    refusal(/manifest.json: expected JSON, got a file that is cut short/),
  )
  rmSync(join(dir, 'manifest.json'))
  await assert.rejects(() => readModel(dir), refusal(/training has not ended; resume it with nerite train/))
  await assert.rejects(() => readModel(fresh()), refusal(/got nothing of that name/))
  await assert.rejects(() => readModel(root), refusal(/a folder without manifest.json/))
  await assert.rejects(() => readModel(join(dir, 'config.json')), refusal(/got a file/))
  const newer = formatManifest('9.0.0', {}).replace('"version": 1', '"version": 2')
  assert.throws(
    () => parseManifest(newer, 'm'),
    refusal(/version 1 at most, got 2, written by nerite 9.0.0; update/),
  )
})

test('a manifest never leads out of its folder', () => {
  for (const name of ['../secret', '/etc/passwd', 'a/b', '..', '.hidden', ''])
    assert.throws(
      () => parseManifest(formatManifest('1', { [name]: { bytes: 1, sha256: '' } }), 'm'),
      ModelFileError,
    )
  assert.throws(() => createRunFolder(fresh(), { '../a': '' }), /not a plain file name/)
})

test('an existing folder is refused and left alone; --force replaces runs and nothing else', () => {
  const dir = finishedRun()
  const before = snapshot(root)
  assert.throws(
    () => createRunFolder(dir, {}),
    refusal(/a name that is free, got a folder; choose another, or replace/),
  )
  const other = fresh()
  mkdirSync(other)
  writeFileSync(join(other, 'thesis.txt'), 'x')
  assert.throws(() => lockToReplace(other), refusal(/not a run folder; choose another$/))
  assert.throws(() => lockToReplace(join(other, 'thesis.txt')), refusal(/got a file/))
  assert.throws(
    () => createRunFolder(join(other, 'thesis.txt', 'a'), {}),
    refusal(/a file where a folder should be/),
  )
  rmSync(other, { recursive: true })
  assert.deepEqual(snapshot(root), before)
  createRunFolder(dir, { 'config.json': '{}' }, { replaced: lockToReplace(dir) })[Symbol.dispose]()
  assert.deepEqual(readdirSync(dir).sort(), ['checkpoints', 'config.json'])
})

test('what fails on the way leaves nothing behind', async () => {
  const dir = finishedRun()
  const before = snapshot(root)
  function* broken() {
    yield new Uint8Array(100)
    throw new Error('boom')
  }
  assert.throws(() => createRunFolder(join(root, 'a', 'b', 'c'), { 'config.json': broken() }), /boom/)
  {
    using replaced = lockToReplace(dir)
    assert.throws(() => createRunFolder(dir, { 'config.json': broken() }, { replaced }), /boom/)
  }
  assert.throws(() => finishRunFolder(dir, { 'vocab.json': '{}', 'metrics.json': broken() }), /boom/)
  assert.throws(() => writeFileAtomically(join(dir, 'config.json'), broken()), /boom/)
  assert.deepEqual(snapshot(root), before)
  await readModel(dir)
})

test('a resumed run is unfinished until it is finished again', async () => {
  const dir = finishedRun()
  reopenRunFolder(dir)
  await assert.rejects(() => readModel(dir), refusal(/has not ended/))
  finishRunFolder(dir, { 'model.safetensors': Uint8Array.of(9) })
  assert.deepEqual([...(await readModel(dir)).bytes('model.safetensors')], [9])
  assert.equal(text((await readModel(dir)).bytes('vocab.json')), '[]')
  assert.throws(() => reopenRunFolder(fresh()), refusal(/nothing of that name/))
})

test('a resumed run loses the report of the model before, and keeps what somebody asked for', () => {
  const dir = finishedRun()
  for (const name of ['report.json', 'report.html', 'report-test.conll.html', 'notes.txt'])
    writeFileSync(join(dir, name), 'x')
  reopenRunFolder(dir)
  assert.deepEqual(readdirSync(dir).sort(), [
    'README.md',
    'checkpoints',
    'config.json',
    'log.jsonl',
    'model.safetensors',
    'notes.txt',
    'report-test.conll.html',
    'vocab.json',
  ])
})

test('checkpoints: the same content gives the same bytes; damage is refused by name', () => {
  const dir = fresh()
  createRunFolder(dir, {})[Symbol.dispose]()
  const state = { step: 3, trap: '"sha256":"0000', random: { words: [1, 2, 3, 4294967295] } }
  assert.throws(
    () => readCheckpoint(dir, 'last'),
    refusal(/last.safetensors: expected a checkpoint, got no such file/),
  )
  writeCheckpoint(dir, 'last', { tensors: tensors(1), state })
  const path = checkpointPath(dir, 'last')
  const bytes = readFileSync(path)
  writeCheckpoint(dir, 'last', { tensors: tensors(2), state })
  assert.notDeepEqual(readFileSync(path), bytes)
  writeCheckpoint(dir, 'last', { tensors: tensors(1), state })
  assert.deepEqual(readFileSync(path), bytes)
  const again = readCheckpoint(dir, 'last')
  assert.deepEqual(again.state, state)
  assert.deepEqual([...(again.tensors.get('w')?.data ?? [])], [1, 1, 1, 1, 1])
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] ^= 4
    writeFileSync(path, changed)
    assert.throws(() => readCheckpoint(dir, 'last'), refusal(/last.safetensors/), `byte ${at}`)
    writeFileSync(path, bytes.subarray(0, at))
    assert.throws(() => readCheckpoint(dir, 'last'), refusal(/last.safetensors/), `cut at ${at}`)
  }
  assert.deepEqual(readdirSync(join(dir, 'checkpoints')), ['last.safetensors'])
})

test('killed at any moment, a run has a whole checkpoint, old or new', async () => {
  const dir = fresh()
  createRunFolder(dir, {})[Symbol.dispose]()
  const code = `
    import { writeCheckpoint } from ${JSON.stringify(new URL('./checkpoint.js', import.meta.url).href)}
    for (let step = +process.argv[1]; ; step++) {
      const data = new Float32Array(200000).fill(step)
      writeCheckpoint(${JSON.stringify(dir)}, 'last', { tensors: new Map([['w', { dtype: 'F32', shape: [data.length], data }]]), state: { step } })
      process.stdout.write(step + '\\n')
    }`
  let seen = 0
  const rounds = 8
  for (let round = 0; round < rounds; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, String(seen + 1)])
    let written = seen
    child.stdout.on('data', (lines: Buffer) => {
      written = Number(lines.toString().trim().split('\n').at(-1))
      // Some milliseconds later, a different number in each round: in the midst of another write.
      setTimeout(() => child.kill('SIGKILL'), round * 2)
    })
    await new Promise(resolve => child.on('close', resolve))
    const { state, tensors: read } = readCheckpoint(dir, 'last')
    const { step } = state as { step: number }
    assert.ok(step >= written && written > seen, `${step} read, ${written} written, ${seen} before`)
    const { data } = read.get('w') ?? assert.fail('no tensor w')
    assert.ok((data as Float32Array).every(x => x === step))
    seen = step
  }
  writeCheckpoint(dir, 'last', { tensors: tensors(1), state: {} })
  assert.deepEqual(readdirSync(join(dir, 'checkpoints')), ['last.safetensors'])
})

const mounts = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', root]).status === 0

test('a full disk leaves the old state and nothing half-written', {
  skip: !mounts && 'cannot mount a small disk',
}, async () => {
  const disk = fresh()
  mkdirSync(disk)
  const module = (name: string) => JSON.stringify(new URL(`./${name}.js`, import.meta.url).href)
  const code = `
    import assert from 'node:assert/strict'
    import { readdirSync, writeFileSync, rmSync, statSync } from 'node:fs'
    import { createRunFolder, finishRunFolder } from ${module('run-folder')}
    import { readModel } from ${module('open-model')}
    import { readCheckpoint, writeCheckpoint } from ${module('checkpoint')}
    import { openRunLog } from ${module('run-log')}
    const full = { code: 'ENOSPC' }
    const disk = process.argv[1], run = disk + '/a'
    const big = new Uint8Array(400_000)
    const tensors = (value, length) =>
      new Map([['w', { dtype: 'F32', shape: [length], data: new Float32Array(length).fill(value) }]])
    assert.throws(() => createRunFolder(disk + '/deep/run', { 'config.json': '{}', 'model.onnx': big }), full)
    assert.deepEqual(readdirSync(disk), [])
    createRunFolder(run, { 'config.json': '{}' })[Symbol.dispose]()
    writeCheckpoint(run, 'last', { tensors: tensors(1, 10), state: 1 })
    assert.throws(() => writeCheckpoint(run, 'last', { tensors: tensors(2, 100_000), state: 2 }), full)
    assert.equal(readCheckpoint(run, 'last').state, 1)
    assert.throws(() => finishRunFolder(run, { 'vocab.json': '[]', 'model.onnx': big }), full)
    assert.deepEqual(readdirSync(run).sort(), ['checkpoints', 'config.json'])
    assert.deepEqual(readdirSync(run + '/checkpoints'), ['last.safetensors'])
    const log = openRunLog(run)
    log.append('{"line":1}\\n')
    const before = log.bytes
    try { writeFileSync(disk + '/filler', big) } catch {}
    assert.throws(() => { for (let i = 0; i < 3; i++) log.append('x'.repeat(5000) + '\\n') }, full)
    assert.equal(statSync(run + '/log.jsonl').size, log.bytes)
    assert.ok(log.bytes >= before)
    rmSync(disk + '/filler')
    finishRunFolder(run, { 'vocab.json': '[]' })
    await readModel(run)
    console.log('checked')`
  const script = 'mount -t tmpfs -o size=300k none "$1" && exec "$2" --input-type=module -e "$3" "$1"'
  const result = spawnSync('unshare', ['-m', 'sh', '-c', script, 'sh', disk, process.execPath, code])
  assert.equal(result.stdout.toString(), 'checked\n', result.stderr.toString())
})

test('the log: lines are written immediately; half lines, and lines after the last checkpoint, are removed', () => {
  const dir = fresh()
  createRunFolder(dir, {})[Symbol.dispose]()
  const path = join(dir, 'log.jsonl')
  let kept = 0
  {
    using log = openRunLog(dir)
    log.append('{"step":1}\n')
    kept = log.bytes
    log.append('{"step":2,"text":"é\\n"}\n')
    assert.equal(readFileSync(path, 'utf8'), '{"step":1}\n{"step":2,"text":"é\\n"}\n')
  }
  appendFileSync(path, `{"step":3,"half${'x'.repeat(70_000)}`)
  {
    using log = openRunLog(dir)
    log.append('{"step":3}\n')
    assert.deepEqual(readFileSync(path, 'utf8').split('\n').length, 4)
  }
  {
    using log = openRunLog(dir, { keep: kept })
    log.append('{"step":2}\n')
  }
  assert.equal(readFileSync(path, 'utf8'), '{"step":1}\n{"step":2}\n')
  assert.throws(() => openRunLog(dir, { keep: 5 }), refusal(/a line that ends at byte 5/))
  assert.throws(() => openRunLog(dir, { keep: 500 }), refusal(/got a file of 22 bytes/))
  assert.ok(existsSync(path))
})
