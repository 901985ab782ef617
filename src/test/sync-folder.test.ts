import assert from 'node:assert/strict'
import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'

const root = mkdtempSync(join(tmpdir(), 'nerite-sync-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** What happens to folders, in order: `rename FOLDER`, and `sync FOLDER` where `fsync` was called for one. */
let calls: string[] = []
let failure: string | undefined
const folders = new Map<number, string>()
const real = {
  openSync: fs.openSync,
  fsyncSync: fs.fsyncSync,
  renameSync: fs.renameSync,
  rename: promises.rename,
}

fs.openSync = (path, ...rest) => {
  const file = real.openSync(path, ...rest)
  if (fs.fstatSync(file).isDirectory()) folders.set(file, String(path))
  else folders.delete(file)
  return file
}
fs.fsyncSync = file => {
  const folder = folders.get(file)
  if (folder === undefined) return real.fsyncSync(file)
  calls.push(`sync ${folder}`)
  if (failure !== undefined) throw Object.assign(new Error(failure), { code: failure })
}
fs.renameSync = (from, to) => {
  real.renameSync(from, to)
  calls.push(`rename ${dirname(String(to))}`)
}
promises.rename = async (from, to) => {
  await real.rename(from, to)
  calls.push(`rename ${dirname(String(to))}`)
}
syncBuiltinESMExports()

const { AtomicFile, writeFileAtomically } = await import('../base/node/atomic-file.js')
const { splitFile } = await import('../corpus/node/split-file.js')
const { createRunFolder, finishRunFolder } = await import('../run/node/run-folder.js')
const { writeCheckpoint } = await import('../run/node/checkpoint.js')

const sample = new URL('../../samples/dev.markup', import.meta.url).pathname

const WRITERS: Readonly<Record<string, () => Promise<unknown> | unknown>> = {
  'a file at once': () => writeFileAtomically(join(root, 'a.txt'), 'text'),
  'a file in pieces': async () => {
    const file = await AtomicFile.create(join(root, 'b.txt'))
    await file.write('text')
    await file.commit()
  },
  'a split': () =>
    splitFile(sample, { shares: { train: 0.8, dev: 0.1, test: 0.1 }, seed: 1, out: join(root, 'parts') }),
  'a run folder': () => createRunFolder(join(root, 'run'), { 'config.json': '{}' }),
  'a checkpoint': () => writeCheckpoint(join(root, 'run'), 'last', { tensors: new Map(), state: {} }),
  'the end of a run': () => finishRunFolder(join(root, 'run'), { 'model.onnx': 'model' }),
}

test('whatever is renamed, its folder is flushed afterwards', async () => {
  let renames = 0
  for (const [name, write] of Object.entries(WRITERS)) {
    calls = []
    await write()
    const renamed = new Set(calls.filter(call => call.startsWith('rename ')).map(call => call.slice(7)))
    assert.ok(renamed.size > 0, name)
    for (const folder of renamed) {
      const last = calls.lastIndexOf(`rename ${folder}`)
      assert.ok(calls.lastIndexOf(`sync ${folder}`) > last, `${name}: ${calls.join(', ')}`)
      renames++
    }
  }
  // The split's three files and its folder count as two places.
  assert.equal(renames, 7)
})

test('the files of a finished run are flushed before its manifest appears', () => {
  calls = []
  finishRunFolder(join(root, 'run'), { 'model.onnx': 'model', 'vocab.json': '{}' })
  const run = join(root, 'run')
  assert.deepEqual(calls.slice(-5), [
    `rename ${run}`,
    `rename ${run}`,
    `sync ${run}`,
    `rename ${run}`,
    `sync ${run}`,
  ])
})

test('a system that has no flushing of folders is tolerated, a disk that fails is not', () => {
  const path = join(root, 'c.txt')
  let cases = 0
  for (const code of ['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF']) {
    failure = code
    writeFileAtomically(path, code)
    assert.equal(readFileSync(path, 'utf8'), code)
    cases++
  }
  for (const code of ['EIO', 'ENOSPC', 'EDQUOT']) {
    failure = code
    assert.throws(() => writeFileAtomically(path, code), { code })
    cases++
  }
  failure = undefined
  assert.equal(cases, 8)
})
