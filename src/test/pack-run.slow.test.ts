import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { parseSafetensors, type StoredTensor, toSafetensors } from '../engine/optim/safetensors.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { packRun } from '../run/node/pack-run.js'
import { digestOf, formatManifest } from '../run/node/run-manifest.js'
import { temporaryFolder, tinyConfig, trainHere } from '../train/testing/tiny-run.js'

const DIM = 12
const SENTENCES = [
  ['Ada', 'met', 'zanzibar', 'the', 'word-7', 'in', 'London', '.'],
  ['word-1999', 'London'],
  ['Nothing', 'known', 'here'],
]

function vectorFile(path: string): string {
  const words = [
    'the',
    'to',
    'london',
    'ada',
    'zanzibar',
    ...Array.from({ length: 2000 }, (_, i) => `word-${i}`),
  ]
  const row = (word: string, i: number) =>
    `${word} ${Array.from({ length: DIM }, (_, d) => Math.sin(i * 12.9898 + d * 78.233).toFixed(5)).join(' ')}`
  writeFileSync(path, `${words.map(row).join('\n')}\n`)
  return path
}

async function probabilities(dir: string): Promise<Float64Array[]> {
  const tagger = await loadTagger(dir, { threads: 1 })
  try {
    return await tagger.tagProbabilities(SENTENCES)
  } finally {
    await tagger.release()
  }
}

/** Replaces a packed folder's parameters, with a manifest that has the new hash. */
function forge(dir: string, change: (tensors: Map<string, StoredTensor>) => void): void {
  const file = join(dir, 'model.safetensors')
  const tensors = new Map(parseSafetensors(readFileSync(file), file).tensors)
  change(tensors)
  writeFileSync(file, toSafetensors(tensors))
  const names = readdirSync(dir).filter(name => name !== 'manifest.json')
  const digests = Object.fromEntries(names.map(name => [name, digestOf(readFileSync(join(dir, name)))]))
  writeFileSync(join(dir, 'manifest.json'), formatManifest('0.1.0', digests))
}

test('a packed tagger holds each number once and tags as the run does, with and without fixed vectors', async () => {
  const folder = temporaryFolder()
  try {
    const vectors = { file: vectorFile(join(folder.path, 'vectors.txt')), fineTune: false }
    let cases = 0
    for (const words of [{ dim: DIM }, { dim: DIM, vectors }]) {
      const run = join(folder.path, `run${cases}`)
      const packed = join(folder.path, 'deep', `packed${cases}`)
      await trainHere({ config: tinyConfig({ input: { words }, training: { epochs: 1 } }), out: run })
      const { bytes, bytesBefore } = await packRun(run, packed)
      const sizes = readdirSync(packed).map(name => readFileSync(join(packed, name)).length)
      assert.equal(
        sizes.reduce((a, b) => a + b, 0),
        bytes,
      )
      assert.ok(bytes < 0.75 * bytesBefore, `${bytes} of ${bytesBefore}`)
      assert.deepEqual(await probabilities(packed), await probabilities(run))
      await assert.rejects(packRun(run, packed), isInputError)
      const again = `${packed}-again`
      await packRun(packed, again)
      for (const name of readdirSync(packed))
        assert.deepEqual(readFileSync(join(again, name)), readFileSync(join(packed, name)), name)
      cases++
    }
    assert.equal(cases, 2)
  } finally {
    folder.remove()
  }
})

test('a packed folder with other tensors than its settings ask for is refused', async () => {
  const folder = temporaryFolder()
  try {
    const run = join(folder.path, 'run')
    const vectors = { file: vectorFile(join(folder.path, 'vectors.txt')), fineTune: false }
    await trainHere({
      config: tinyConfig({ input: { words: { dim: DIM, vectors } }, training: { epochs: 1 } }),
      out: run,
    })
    const changes: ((tensors: Map<string, StoredTensor>) => void)[] = [
      tensors => tensors.delete('input.vectors'),
      tensors => tensors.delete('input.vectors.steps'),
      tensors => tensors.delete('input.words'),
      tensors => tensors.set('input.more', { dtype: 'F32', shape: [1], data: Float32Array.of(1) }),
      tensors => tensors.set('input.more', { dtype: 'I64', shape: [1], data: BigInt64Array.of(1n) }),
      tensors => {
        const steps = tensors.get('input.vectors.steps') as StoredTensor
        tensors.set('input.vectors.steps', {
          ...steps,
          data: (steps.data as Float32Array).map(() => Number.NaN),
        })
      },
      tensors => {
        const rows = tensors.get('input.vectors') as StoredTensor
        tensors.set('input.vectors', { ...rows, shape: [...rows.shape].reverse() })
      },
    ]
    let cases = 0
    for (const change of changes) {
      const packed = join(folder.path, `packed${cases}`)
      await packRun(run, packed)
      forge(packed, change)
      await assert.rejects(loadTagger(packed), isInputError)
      cases++
    }
    assert.equal(cases, 7)
  } finally {
    folder.remove()
  }
})
