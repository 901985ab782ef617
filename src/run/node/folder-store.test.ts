import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { resolveConfig } from '../../config/resolve.js'
import { Vocabulary } from '../../encode/vocabulary.js'
import { parseSafetensors } from '../../engine/optim/safetensors.js'
import type { Vocabularies } from '../../model/vocabularies.js'
import { MemoryStore } from '../memory-store.js'
import type { RunResult, Tensors } from '../run-files.js'
import type { LoopState, RunStore } from '../run-store.js'
import { checkpointPath, writeCheckpoint } from './checkpoint.js'
import { FolderStore, readResumePoint } from './folder-store.js'
import { readModel } from './open-model.js'
import { lockToReplace, lockToResume } from './run-folder.js'
import { RunLock } from './run-lock.js'

const DEFAULTS = resolveConfig({})

const root = mkdtempSync(join(tmpdir(), 'nerite-store-'))
after(() => rmSync(root, { recursive: true, force: true }))

const VOCABULARIES: Vocabularies = {
  scheme: 'BIO',
  types: ['PER'],
  tags: ['O', 'B-PER', 'I-PER'],
  inputs: { words: { trained: Vocabulary.fromJSON(['<PAD>', '<UNK>', 'Ada'], 'words') } },
}
const START = { config: DEFAULTS, vocabularies: VOCABULARIES }
const RESULT: RunResult = {
  config: DEFAULTS,
  model: Uint8Array.of(1, 2, 3),
  parameters: tensors(7),
  metrics: { best: { epoch: 1, reason: 'finished', seconds: 1 }, dev: null, test: null, lossShares: null },
  card: '# Model',
}
const STATE: LoopState = {
  epoch: 2,
  step: 3,
  epochRandom: { words: [1, 2, 3, 4] },
  random: { words: [5, 6, 7, 4294967295] },
  optimizer: { kind: 'sgd', step: 9, lastSeen: {} } as LoopState['optimizer'],
  schedule: { factor: 1, best: null, waited: 0 },
  averaging: null,
  lossSum: 0.1,
  tokens: 5,
  trainingSeconds: 1,
  best: { epoch: 1, scores: { precision: null, recall: 0, f1: 0 } },
  epochsSinceBest: 1,
  gradientNorm: 2,
  seconds: 3,
}

function tensors(value: number): Tensors {
  return new Map([['w', { dtype: 'F32', shape: [2], data: new Float32Array(2).fill(value) }]])
}

async function fill(store: RunStore): Promise<void> {
  store.append({ kind: 'checkpoint', epoch: 1, step: 0 })
  const best = tensors(1)
  await store.saveBest(best)
  best.get('w')?.data.fill(8 as never)
  assert.deepEqual([...((await store.best()).get('w')?.data ?? [])], [1, 1])
  await store.finish(RESULT)
}

test('both stores keep the same files', async () => {
  const dir = join(root, 'same')
  {
    using store = FolderStore.create(dir, START, { data: 'abc' })
    await fill(store)
  }
  const memory = new MemoryStore(START)
  assert.equal(memory.files(), undefined)
  await fill(memory)
  const files = memory.files() ?? assert.fail('no files')
  assert.deepEqual([...files.keys(), 'checkpoints'].sort(), readdirSync(dir).sort())
  // Only the times in the log differ, and with them its hash.
  for (const [name, content] of files)
    if (!['log.jsonl', 'manifest.json'].includes(name))
      assert.deepEqual(Buffer.from(content), readFileSync(join(dir, name)), name)
  const run = await readModel(dir)
  assert.deepEqual(run.config(), DEFAULTS)
  assert.deepEqual(run.vocabularies().tags, VOCABULARIES.tags)
  const { tensors: kept } = parseSafetensors(run.bytes('model.safetensors'), 'model.safetensors')
  assert.deepEqual([...(kept.get('w')?.data ?? [])], [7, 7])
  assert.deepEqual(run.sizes().model, 3)
})

test('a run continues where its last checkpoint was, and what was logged after it goes', async () => {
  const dir = join(root, 'resumed')
  {
    using store = FolderStore.create(dir, START, { data: 'abc' })
    store.append({ kind: 'checkpoint', epoch: 1, step: 1 })
    await store.save(tensors(4), STATE)
    store.append({ kind: 'checkpoint', epoch: 1, step: 2 })
  }
  const point = readResumePoint(dir, 'neural')
  assert.deepEqual([point.data, point.loop], ['abc', STATE])
  assert.deepEqual([...(point.tensors.get('w')?.data ?? [])], [4, 4])
  {
    using store = FolderStore.resume(dir, START, point, lockToResume(dir))
    store.append({ kind: 'checkpoint', epoch: 1, step: 3 })
    await store.finish(RESULT)
  }
  const events = (await readModel(dir)).log()
  const steps = events.map(event => event.kind === 'checkpoint' && event.step)
  assert.deepEqual(steps, [1, 3])
})

test('a checkpoint of another form is refused with the field', () => {
  const dir = join(root, 'odd')
  FolderStore.create(dir, START, { data: 'abc' })[Symbol.dispose]()
  const state = { data: 'abc', logBytes: 0, loop: { ...STATE, random: { words: [1, 2] } } }
  writeCheckpoint(dir, 'last', { tensors: tensors(1), state })
  assert.throws(() => readResumePoint(dir, 'neural'), /last\.safetensors: loop\.random\.words/)
  assert.ok(existsSync(checkpointPath(dir, 'last')))
})

test('two stores never work in one folder', () => {
  const dir = join(root, 'locked')
  const isHeld = (error: unknown) => isInputError(error) && error.code === 'lock/held'
  const point = { tensors: tensors(1), loop: STATE, data: 'abc', logBytes: 0 }
  {
    using _store = FolderStore.create(dir, START, { data: 'abc' })
    assert.throws(() => lockToResume(dir), isHeld)
    assert.throws(() => lockToReplace(dir), isHeld)
    assert.ok(readdirSync(dir).includes('log.jsonl'))
  }
  FolderStore.resume(dir, START, point, lockToResume(dir))[Symbol.dispose]()
  FolderStore.create(dir, START, { data: 'abc', replaced: lockToReplace(dir) })[Symbol.dispose]()
  assert.deepEqual(readdirSync(dir).sort(), ['checkpoints', 'config.json', 'log.jsonl', 'vocab.json'])
})

test('a store whose lock was deleted or replaced writes nothing more, and removes nothing', async () => {
  const isLost = (error: unknown) => isInputError(error) && error.code === 'lock/lost'
  const changes: Readonly<Record<string, (dir: string) => unknown>> = {
    deleted: dir => rmSync(join(dir, '.lock')),
    'taken by another': dir => {
      rmSync(join(dir, '.lock'))
      return RunLock.take(dir)
    },
    'the whole folder replaced': dir => {
      renameSync(dir, `${dir}-before`)
      return FolderStore.create(dir, START, { data: 'other' })
    },
    'replaced by a folder': dir => {
      rmSync(join(dir, '.lock'))
      mkdirSync(join(dir, '.lock'))
    },
    'a file in place of the folder': dir => {
      rmSync(dir, { recursive: true })
      writeFileSync(dir, 'text')
    },
    'the whole folder deleted': dir => rmSync(dir, { recursive: true }),
  }
  let cases = 0
  for (const [name, change] of Object.entries(changes)) {
    const dir = join(root, name)
    using store = FolderStore.create(dir, START, { data: 'abc' })
    await store.save(tensors(1), STATE)
    change(dir)
    const before = contents(dir)
    assert.throws(() => store.append({ kind: 'checkpoint', epoch: 1, step: 2 }), isLost, name)
    for (const write of [() => store.save(tensors(2), STATE), () => store.saveBest(tensors(2))])
      await assert.rejects(write, isLost, name)
    await assert.rejects(() => store.best(), isLost, name)
    await assert.rejects(() => store.finish(RESULT), isLost, name)
    store.discard()
    store[Symbol.dispose]()
    assert.deepEqual(contents(dir), before, name)
    cases++
  }
  assert.equal(cases, 6)
})

function contents(dir: string): Record<string, string> | undefined {
  if (!existsSync(dir)) return undefined
  if (!statSync(dir).isDirectory()) return { file: readFileSync(dir, 'utf8') }
  const names = readdirSync(dir, { recursive: true, encoding: 'utf8' }).sort()
  const files = names.filter(name => statSync(join(dir, name)).isFile())
  return Object.fromEntries(files.map(name => [name, readFileSync(join(dir, name), 'latin1')]))
}
