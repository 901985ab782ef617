import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { compactFile } from '../../encode/node/compact-vectors.js'
import { subwordBuckets } from '../../encode/subwords.js'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { packRun } from '../../run/node/pack-run.js'
import { readWordVectors } from '../../run/node/read-word-vectors.js'
import { temporaryFolder, tinyConfig, trainHere } from '../testing/tiny-run.js'

const DIM = 12
const SCHEME = { shortest: 3, longest: 5, buckets: 1000 }

/** A file of two words, and of the runs of four. */
function vectorsWithRuns(folder: string): string {
  const random = Random.fromSeed(3)
  const draw = (rows: number) => Float32Array.from({ length: rows * DIM }, () => random.float() * 2 - 1)
  const words = ['the', 'london']
  const buckets = [
    ...new Set(['harbor', 'anchor', 'london', 'company'].flatMap(word => subwordBuckets(word, SCHEME))),
  ]
  const vectors = { dim: DIM, rows: new Map(words.map((word, i) => [word, i])), matrix: draw(words.length) }
  const runs = { scheme: SCHEME, buckets: Int32Array.from(buckets), matrix: draw(buckets.length) }
  const path = join(folder, 'vectors.nvec')
  writeFileSync(path, Buffer.concat(compactFile(vectors, words, runs)))
  return path
}

const config = (vectors: { file: string; subwords?: boolean }) =>
  tinyConfig({
    input: { words: { dim: DIM, vectors }, charCnn: null, affixes: null, shape: null },
    training: { epochs: 1 },
  })

test('a trained tagger makes words that no table has of their runs, loaded and packed', async () => {
  const folder = temporaryFolder()
  try {
    const file = vectorsWithRuns(folder.path)
    const [run, packed, plain] = ['run', 'packed', 'plain'].map(name => join(folder.path, name))
    await trainHere({ config: config({ file }), out: run })
    await trainHere({ config: config({ file, subwords: false }), out: plain })
    await packRun(run, packed)
    const vocabulary = JSON.parse(readFileSync(join(run, 'vocab.json'), 'utf8')).inputs.words
    assert.equal(JSON.parse(readFileSync(join(plain, 'vocab.json'), 'utf8')).inputs.words.subwords, undefined)
    const known = new Set([...vocabulary.trained, ...vocabulary.fixed])
    const words = ['harbored', 'anchorless', 'qqqq']
    assert.ok(words.every(word => !known.has(word)))
    assert.match(
      readFileSync(join(run, 'README.md'), 'utf8'),
      new RegExp(`${vocabulary.subwords.runs.length} runs of characters`),
    )

    const keep = new Set(words)
    const [original, ofRun, ofPacked] = await Promise.all(
      [file, run, packed].map(source => readWordVectors(source, { keep })),
    )
    const rowOf = ({ rows, matrix }: typeof original, word: string) => {
      const row = rows.get(word) ?? assert.fail(word)
      return [...matrix.subarray(row * DIM, (row + 1) * DIM)]
    }
    for (const word of ['harbored', 'anchorless'])
      for (const other of [ofRun, ofPacked]) assert.deepEqual(rowOf(other, word), rowOf(original, word))
    assert.equal(ofRun.rows.has('qqqq'), false)

    // The unknown word without runs has the same tags as any other; one with runs has those of its own vector.
    const sentences = ['harbored', 'anchorless', 'qqqq', 'zzzz'].map(word => ({ tokens: [word, 'the'] }))
    const probabilities = async (model: string) => {
      await using tagger = await loadTagger(model)
      return (await tagger.tagProbabilities(sentences)).map(own => [...own])
    }
    const [own, ownPacked, without] = [
      await probabilities(run),
      await probabilities(packed),
      await probabilities(plain),
    ]
    assert.deepEqual(own[2], own[3])
    assert.notDeepEqual(own[0], own[1])
    assert.notDeepEqual(own[0], own[2])
    assert.deepEqual(without[0], without[3])
    ownPacked.flat().forEach((p, i) => void assert.ok(Math.abs(p - own.flat()[i]) < 0.02))
  } finally {
    folder.remove()
  }
})

test('a run whose runs of characters were changed is refused', async () => {
  const folder = temporaryFolder()
  try {
    const file = vectorsWithRuns(folder.path)
    const run = join(folder.path, 'run')
    await trainHere({ config: config({ file }), out: run })
    const path = join(run, 'vocab.json')
    const text = readFileSync(path, 'utf8')
    const changes = [
      (words: { subwords: { runs: number[] } }) => void words.subwords.runs.pop(),
      (words: { subwords: { longest: number } }) => void (words.subwords.longest = 99),
      (words: { subwords?: unknown }) => void delete words.subwords,
    ]
    for (const change of changes) {
      const json = JSON.parse(text)
      change(json.inputs.words)
      writeFileSync(path, JSON.stringify(json))
      await assert.rejects(loadTagger(run), { code: 'model/file' })
    }
    assert.equal(changes.length, 3)
  } finally {
    folder.remove()
  }
})
