import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../base/node/temporary.js'
import { Random } from '../../base/random.js'
import { cosine, nearestWords } from '../../encode/nearest-words.js'
import { readVectorFile } from '../../encode/node/read-vector-file.js'
import { vectorFile } from '../../encode/node/write-vectors.js'
import { findVector, wantedForms } from '../../encode/word-vectors.js'
import { type VectorSettings, vectorSettings } from '../settings.js'
import { trainVectors } from './train-vectors.js'

/** Words of ten topics; a sentence has words of one topic and some that all share. */
const TOPICS = 10
const wordOf = (topic: number, i: number) => `${'abcdefghij'[topic].repeat(3)}${'xyzuvw'[i % 6]}${i}`

async function* sentences(count = 4000) {
  const random = Random.fromSeed(7)
  for (let n = 0; n < count; n++) {
    const topic = random.below(TOPICS)
    yield Array.from({ length: 8 }, () =>
      random.below(4) === 0 ? `the${random.below(5)}` : wordOf(topic, random.below(20)),
    )
  }
}

const SMALL: Partial<VectorSettings> = { dim: 24, epochs: 5, minCount: 2, sample: 0 }
const METHODS: readonly Partial<VectorSettings>[] = [
  { method: 'skip-gram' },
  { method: 'cbow' },
  { method: 'skip-gram', subwords: { shortest: 3, longest: 4, buckets: 5000 } },
  { method: 'cbow', subwords: { shortest: 3, longest: 4, buckets: 5000 } },
]

test('words of a topic come near each other, by every method, in one thread and in two', async () => {
  using folder = temporaryFolder('nerite-vectors-')
  const near = join(folder.path, 'out')
  let cases = 0
  for (const method of METHODS)
    for (const threads of [1, 2]) {
      const settings = vectorSettings({ ...SMALL, ...method, threads })
      const trained = await trainVectors(sentences(), settings, { near })
      assert.equal(trained.rows.size, TOPICS * 20 + 5)
      assert.equal(trained.tokens, 32_000)
      let right = 0
      for (let topic = 0; topic < TOPICS; topic++) {
        const row = trained.rows.get(wordOf(topic, 0)) as number
        const found = nearestWords(trained, row, 5)
        right += found.filter(({ word }) => word.startsWith(wordOf(topic, 0).slice(0, 3))).length
      }
      assert.ok(right >= 45, `${JSON.stringify(method)} in ${threads} threads: ${right} of 50`)
      cases++
    }
  assert.equal(cases, 8)
  assert.deepEqual(readdirSync(folder.path), [])
})

test('one thread gives the same numbers again; another seed gives others', async () => {
  using folder = temporaryFolder('nerite-vectors-')
  const near = join(folder.path, 'out')
  for (const method of METHODS) {
    const own = async (seed: number) =>
      (await trainVectors(sentences(500), vectorSettings({ ...SMALL, ...method, seed }), { near })).matrix
    const [first, again, other] = [await own(1), await own(1), await own(2)]
    assert.deepEqual(again, first)
    assert.notDeepEqual(other, first)
  }
})

test('runs of characters give a word that the text lacks a vector near those of its topic', async () => {
  using folder = temporaryFolder('nerite-vectors-')
  const path = join(folder.path, 'own.nvec')
  const trained = await trainVectors(sentences(), vectorSettings({ ...SMALL, ...METHODS[2] }), { near: path })
  writeFileSync(path, Buffer.concat([...vectorFile(trained, 'compact', trained.subwords)]))
  const words = Array.from({ length: TOPICS }, (_, topic) => `${wordOf(topic, 0)}99`)
  const read = await readVectorFile(path, { keep: wantedForms([...words, wordOf(3, 3), '北']) })
  assert.equal(findVector('北', read), undefined)
  let right = 0
  words.forEach((word, topic) => {
    const row = findVector(word, read)?.row as number
    const own = read.matrix.subarray(row * read.dim, (row + 1) * read.dim)
    const cosines = Array.from({ length: TOPICS }, (_, other) => {
      const of = trained.rows.get(wordOf(other, 1)) as number
      return cosine(own, trained.matrix.subarray(of * read.dim, (of + 1) * read.dim)) ?? 0
    })
    if (cosines.indexOf(Math.max(...cosines)) === topic) right++
  })
  assert.ok(right >= 8, `${right} of ${TOPICS}`)
  const all = await readVectorFile(path)
  assert.deepEqual([...all.rows.keys()], [...trained.rows.keys()])
})

test('settings out of range and tables above 4 GiB are refused', async () => {
  using folder = temporaryFolder('nerite-vectors-')
  const bad: readonly Partial<VectorSettings>[] = [
    { dim: 0 },
    { dim: 1.5 },
    { window: 0 },
    { negative: 31 },
    { rate: Number.NaN },
    { endRate: 1 },
    { subwords: { shortest: 4, longest: 3, buckets: 10 } },
    { subwords: { shortest: 3, longest: 6, buckets: 0 } },
  ]
  for (const settings of bad)
    assert.throws(() => vectorSettings(settings), { code: 'vectors/settings' }, JSON.stringify(settings))
  assert.equal(bad.length, 8)
  async function* many() {
    yield Array.from({ length: 140_000 }, (_, i) => `w${i}`)
  }
  const settings = vectorSettings({ dim: 4096, minCount: 1 })
  await assert.rejects(trainVectors(many(), settings, { near: join(folder.path, 'out') }), {
    code: 'vectors/size',
  })
  assert.deepEqual(readdirSync(folder.path), [])
})
