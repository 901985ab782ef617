import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { compactFile } from '../../encode/node/compact-vectors.js'
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

test('training with a compact file and with its numbers as text gives the same bytes', async () => {
  const folder = temporaryFolder()
  try {
    const random = Random.fromSeed(3)
    const vectors = {
      dim: DIM,
      rows: new Map(WORDS.map((word, i) => [word, i] as const)),
      matrix: Float32Array.from({ length: WORDS.length * DIM }, () => random.float() * 2 - 1),
    }
    const compact = join(folder.path, 'vectors.nvec')
    const text = join(folder.path, 'vectors.txt')
    writeFileSync(compact, Buffer.concat(compactFile(vectors, WORDS)))
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
