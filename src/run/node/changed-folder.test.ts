/** What people do to a run folder while training writes to it: nothing of it may end in a finished run that is wrong. */
import assert from 'node:assert/strict'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { resolveConfig } from '../../config/resolve.js'
import { Vocabulary } from '../../encode/vocabulary.js'
import type { StoredTensor } from '../../engine/optim/safetensors.js'
import type { RunResult } from '../run-files.js'
import { FolderStore } from './folder-store.js'
import { readModel } from './open-model.js'

const root = mkdtempSync(join(tmpdir(), 'nerite-changed-'))
after(() => rmSync(root, { recursive: true, force: true }))

const config = resolveConfig({})
const vocabularies = {
  scheme: 'BIO',
  types: ['PER'],
  tags: ['O', 'B-PER', 'I-PER'],
  inputs: { words: { trained: Vocabulary.fromJSON(['<PAD>', '<UNK>', 'Ada', 'Bo'], 'words') } },
} as const
const weights = (): Map<string, StoredTensor> =>
  new Map([['w', { dtype: 'F32', shape: [1], data: Float32Array.of(7) }]])
const RESULT: RunResult = { config, model: Uint8Array.of(1), parameters: weights() }

function storeIn(name: string): { readonly dir: string; readonly store: FolderStore } {
  const dir = join(root, name)
  return { dir, store: FolderStore.create(dir, { config, vocabularies }, { data: 'abc' }) }
}

test('a finished run has the vocabularies that it was trained with, whatever became of their file', async () => {
  const swapped = JSON.stringify({
    ...vocabularies,
    inputs: { words: { trained: ['<PAD>', '<UNK>', 'Bo', 'Ada'] } },
  })
  const changes: Readonly<Record<string, (path: string) => void>> = {
    swapped: path => writeFileSync(path, swapped),
    'cut short': path => writeFileSync(path, '{'),
    deleted: path => rmSync(path),
  }
  let cases = 0
  for (const [name, change] of Object.entries(changes)) {
    const { dir, store } = storeIn(name)
    using _ = store
    change(join(dir, 'vocab.json'))
    await store.finish(RESULT)
    const stored = JSON.parse(readFileSync(join(dir, 'vocab.json'), 'utf8')) as typeof vocabularies
    assert.deepEqual(stored.inputs.words.trained, ['<PAD>', '<UNK>', 'Ada', 'Bo'], name)
    await readModel(dir)
    cases++
  }
  assert.equal(cases, 3)
})

test('a log that was deleted is whole in the end; another file in its place is refused', async () => {
  const { dir, store } = storeIn('log')
  using _ = store
  const path = join(dir, 'log.jsonl')
  store.append({ kind: 'checkpoint', epoch: 1, step: 1 })
  rmSync(path)
  store.append({ kind: 'checkpoint', epoch: 1, step: 2 })
  store.append({ kind: 'checkpoint', epoch: 1, step: 3 })
  await store.finish(RESULT)
  const steps = (await readModel(dir)).log().map(event => event.kind === 'checkpoint' && event.step)
  assert.deepEqual(steps, [1, 2, 3])

  const { dir: other, store: replaced } = storeIn('log-replaced')
  using _other = replaced
  renameSync(join(other, 'log.jsonl'), join(other, 'mine.jsonl'))
  writeFileSync(join(other, 'log.jsonl'), 'foreign\n')
  assert.throws(() => replaced.append({ kind: 'checkpoint', epoch: 1, step: 1 }), ModelFileError)
  assert.equal(readFileSync(join(other, 'log.jsonl'), 'utf8'), 'foreign\n')
})

test('a link that takes the place of the checkpoints is never written through', async () => {
  const { dir, store } = storeIn('linked')
  using _ = store
  const elsewhere = join(root, 'elsewhere')
  mkdirSync(elsewhere)
  rmSync(join(dir, 'checkpoints'), { recursive: true })
  symlinkSync(elsewhere, join(dir, 'checkpoints'))
  await assert.rejects(() => store.saveBest(weights()), ModelFileError)
  assert.deepEqual(readdirSync(elsewhere), [])
})

test('a folder that is renamed while a checkpoint is made is not made anew under its old name', async () => {
  const { dir, store } = storeIn('renamed')
  using _ = store
  const tensor = weights().get('w') as StoredTensor
  const slow = new Map([
    [
      'w',
      Object.defineProperty({ ...tensor }, 'data', {
        get: () => {
          if (existsSync(dir)) renameSync(dir, `${dir}-moved`)
          return tensor.data
        },
      }) as StoredTensor,
    ],
  ])
  const isLost = (error: unknown) => isInputError(error) && error.code === 'lock/lost'
  await assert.rejects(() => store.saveBest(slow), isLost)
  assert.ok(!existsSync(dir))
})
