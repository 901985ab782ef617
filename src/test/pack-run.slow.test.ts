import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import { halfBits, halfValues } from '../engine/optim/half-floats.js'
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
  const { files } = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'))
  const names = Object.keys(files)
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

test('in 16 bits, a packed tagger has half the bytes for its floats, and packing it again changes nothing', async () => {
  const folder = temporaryFolder()
  try {
    const run = join(folder.path, 'run')
    const vectors = { file: vectorFile(join(folder.path, 'vectors.txt')), fineTune: false }
    await trainHere({
      config: tinyConfig({ input: { words: { dim: DIM, vectors } }, training: { epochs: 1 } }),
      out: run,
    })
    const [whole, half, again] = ['whole', 'half', 'again'].map(name => join(folder.path, name))
    await packRun(run, whole)
    await packRun(run, half, { half: true })
    const tensorsOf = (dir: string) => {
      const file = join(dir, 'model.safetensors')
      return parseSafetensors(readFileSync(file), file).tensors
    }
    const stored = tensorsOf(half)
    let floats = 0
    for (const [name, { dtype, data }] of tensorsOf(whole)) {
      if (dtype !== 'F32') assert.deepEqual(stored.get(name)?.data, data, name)
      else assert.equal(stored.get(name)?.data.byteLength, data.byteLength / 2, name)
      floats += Number(dtype === 'F32')
    }
    assert.ok(floats > 5, `${floats}`)
    const [exact, rounded] = await Promise.all([whole, half].map(probabilities))
    let largest = 0
    exact.forEach((own, i) => {
      own.forEach((value, j) => {
        largest = Math.max(largest, Math.abs(value - rounded[i][j]))
      })
    })
    assert.ok(largest > 0 && largest < 0.01, `${largest}`)
    await packRun(half, again)
    assert.deepEqual(
      readFileSync(join(again, 'model.safetensors')),
      readFileSync(join(half, 'model.safetensors')),
    )
    // The same numbers in 32 bits are the same tagger.
    forge(half, tensors => {
      for (const [name, { dtype, shape, data }] of tensors)
        if (dtype === 'F16') tensors.set(name, { dtype: 'F32', shape, data: halfValues(data as Uint16Array) })
    })
    assert.deepEqual(await probabilities(half), rounded)
    forge(whole, tensors => {
      const { shape, data } = tensors.get('input.words') as StoredTensor
      tensors.set('input.words', { dtype: 'F32', shape, data: (data as Float32Array).map(() => 7e4) })
    })
    const large = join(folder.path, 'large')
    await assert.rejects(packRun(whole, large, { half: true }), isInputError)
    assert.ok(!existsSync(large))
  } finally {
    folder.remove()
  }
})

test('numbers of 16 bits that are not finite are refused, and so are those of a run that is not packed', async () => {
  const folder = temporaryFolder()
  try {
    const run = join(folder.path, 'run')
    await trainHere({ config: tinyConfig({ training: { epochs: 1 } }), out: run })
    const packed = join(folder.path, 'packed')
    await packRun(run, packed, { half: true })
    forge(packed, tensors => {
      const words = tensors.get('input.words') as StoredTensor
      tensors.set('input.words', { ...words, data: (words.data as Uint16Array).map(() => 0x7c00) })
    })
    await assert.rejects(loadTagger(packed), isInputError)
    forge(run, tensors => {
      const words = tensors.get('input.words') as StoredTensor
      tensors.set('input.words', { ...words, dtype: 'F16', data: halfBits(words.data as Float32Array) })
    })
    await assert.rejects(loadTagger(run), isInputError)
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
