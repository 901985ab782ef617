import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { compactFile } from '../../encode/node/compact-vectors.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { packRun } from '../../run/node/pack-run.js'
import { readWordVectors } from '../../run/node/read-word-vectors.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from '../testing/tiny-run.js'

const DIM = 12
const WORDS = ['the', 'to', 'london', 'ada', ...Array.from({ length: 500 }, (_, i) => `met-nowhere-${i}`)]

/** The numbers of a compact file as text, read with nothing but the table in its documentation. */
function asText(file: Buffer): string {
  const dim = file.readUInt32LE(12)
  const count = file.readUInt32LE(16)
  const words = file.toString('utf8', 64 + count * (4 + dim)).split('\n')
  const lines = Array.from({ length: count }, (_, i) => {
    const step = file.readFloatLE(64 + 4 * i)
    const numbers = Array.from({ length: dim }, (_, d) =>
      Math.fround(step * file.readInt8(64 + 4 * count + i * dim + d)),
    )
    return [words[i], ...numbers].join(' ')
  })
  return `${lines.join('\n')}\n`
}

function compactVectors(folder: string): string {
  const random = Random.fromSeed(3)
  const vectors = {
    dim: DIM,
    rows: new Map(WORDS.map((word, i) => [word, i] as const)),
    matrix: Float32Array.from({ length: WORDS.length * DIM }, () => random.float() * 2 - 1),
  }
  const path = join(folder, 'vectors.nvec')
  writeFileSync(path, Buffer.concat(compactFile(vectors, WORDS)))
  return path
}

test('training with a compact file and with its numbers as text gives the same bytes', async () => {
  const folder = temporaryFolder()
  try {
    const compact = compactVectors(folder.path)
    const text = join(folder.path, 'vectors.txt')
    writeFileSync(text, asText(readFileSync(compact)))
    let cases = 0
    for (const fineTune of [true, false]) {
      const [first, second] = await Promise.all(
        [compact, text].map(async (file, i) => {
          const out = join(folder.path, `run-${fineTune}-${i}`)
          const words = { dim: DIM, vectors: { file, fineTune } }
          await trainHere({ config: tinyConfig({ input: { words }, training: { epochs: 1 } }), out })
          return out
        }),
      )
      assert.deepEqual(modelBytes(first), modelBytes(second))
      const [own, other] = [first, second].map(out => readFileSync(join(out, 'model.onnx')))
      assert.deepEqual(own, other)
      cases++
    }
    assert.equal(cases, 2)
  } finally {
    folder.remove()
  }
})

/** A tensor of a safetensors file, read with nothing but its header. */
function storedRows(file: Buffer, name: string): Float32Array {
  const length = Number(file.readBigUInt64LE(0))
  const header = JSON.parse(file.toString('utf8', 8, 8 + length))
  const [from, to] = header[name].data_offsets
  return new Float32Array(new Uint8Array(file.subarray(8 + length + from, 8 + length + to)).buffer)
}

test('a run has the vectors of all its words, fixed and trained; another one trains with them', async () => {
  const folder = temporaryFolder()
  try {
    const compact = compactVectors(folder.path)
    const { rows, matrix } = await readWordVectors(compact)
    let [fixedRows, trainedRows] = [0, 0]
    for (const fineTune of [true, false]) {
      const run = join(folder.path, `run-${fineTune}`)
      const config = (vectors: string) =>
        tinyConfig({
          input: { words: { dim: DIM, vectors: { file: vectors, fineTune } } },
          training: { epochs: 1 },
        })
      await trainHere({ config: config(compact), out: run })
      await packRun(run, `${run}-packed`)
      const vocabulary: { readonly trained: string[]; readonly fixed: string[] } = JSON.parse(
        readFileSync(join(run, 'vocab.json'), 'utf8'),
      ).inputs.words
      const trained = storedRows(modelBytes(run), 'input.words')
      for (const source of [run, `${run}-packed`]) {
        const found = await readWordVectors(source)
        const rowOf = (word: string) => {
          const row = found.rows.get(word) ?? Number.NaN
          return [...found.matrix.subarray(row * DIM, (row + 1) * DIM)]
        }
        const lists = [vocabulary.trained.slice(2), vocabulary.fixed.slice(2)]
        assert.deepEqual([...found.rows.keys()], (fineTune ? lists : lists.toReversed()).flat())
        assert.ok(WORDS.every(word => found.rows.has(word)))
        for (const word of lists[1]) {
          const row = rows.get(word) ?? Number.NaN
          assert.deepEqual(rowOf(word), [...matrix.subarray(row * DIM, (row + 1) * DIM)])
          fixedRows++
        }
        lists[0].forEach((word, i) => {
          assert.deepEqual(rowOf(word), [...trained.subarray((i + 2) * DIM, (i + 3) * DIM)])
          trainedRows++
        })
      }
      const again = join(folder.path, `again-${fineTune}`)
      await trainHere({ config: config(`${run}-packed`), out: again })
      const words = JSON.parse(readFileSync(join(again, 'vocab.json'), 'utf8')).inputs.words
      // Every word of its corpus has a vector now, from one run or the other.
      assert.equal(words.trained.length, fineTune ? vocabulary.trained.length : 2)
      // Its own vectors are in it: what they were read from may go.
      rmSync(`${run}-packed`, { recursive: true })
      const tagger = await loadTagger(again)
      assert.equal((await tagger.tagTokens([['London', 'waits']])).length, 1)
      await tagger.release()
    }
    assert.ok(fixedRows > 1800 && trainedRows > 100, `${fixedRows} ${trainedRows}`)
  } finally {
    folder.remove()
  }
})

test('a run that reads pieces has no word vectors', async () => {
  const folder = temporaryFolder()
  try {
    const out = join(folder.path, 'run')
    const input = { unit: { kind: 'piece', size: 300 } } as const
    await trainHere({ config: tinyConfig({ input, training: { epochs: 1 } }), out })
    await assert.rejects(readWordVectors(out), { code: 'encode/vectors' })
  } finally {
    folder.remove()
  }
})
