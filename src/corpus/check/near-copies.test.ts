import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { readText } from '../read-text.js'
import { CorpusChecker } from './check-corpus.js'
import { nearCopies } from './near-copies.js'
import { lineIn, type Row, sampleRows, toConll } from './testing/sample.js'

const check = async (train: Row[][], dev: Row[][]) => {
  const texts = { 'train.conll': toConll(train), 'dev.conll': toConll(dev) }
  const checker = new CorpusChecker(Object.keys(texts), [nearCopies])
  for (const [i, [name, text]] of Object.entries(texts).entries())
    await checker.read(i, readText([text], name, checker.options()))
  return checker.report().findings.find(({ code }) => code === 'near-copies')
}

test('near-copies of training sentences are found at their lines', async () => {
  let cases = 0
  for (const seed of [1, 2, 3, 4, 5]) {
    const [train, dev] = [await sampleRows(), await sampleRows('dev')]
    const random = Random.fromSeed(seed)
    const long = [...train.keys()].filter(i => train[i].length >= 14)
    const places = random
      .shuffle([...dev.keys()])
      .slice(0, 4)
      .sort((a, b) => a - b)
    for (const place of places) {
      const copy = train[long[random.below(long.length)]].map(([token, tag]): Row => [token, tag])
      copy[1 + random.below(copy.length - 2)][0] = 'changed'
      dev[place] = copy
    }
    const finding = await check(train, dev)
    assert.deepEqual([finding?.count, finding?.total], [4, dev.length], `seed ${seed}`)
    const lines = finding?.examples.slice(1).map(({ where }) => (where as { line: number }).line)
    assert.deepEqual(
      lines,
      places.map(place => lineIn(dev, place)),
    )
    cases++
  }
  assert.equal(cases, 5)
})

/** How alike each near-copy is to its twin: every pair of sentences, compared word by word. */
function slowlyFound(train: Row[][], dev: Row[][]): number[] {
  const pairs = (rows: Row[]) => new Set(rows.slice(1).map((row, i) => `${rows[i][0]} ${row[0]}`))
  const all = train.filter(rows => rows.length >= 8).map(pairs)
  return dev
    .filter(rows => rows.length >= 8)
    .map(rows => {
      const own = pairs(rows)
      return Math.max(
        ...all.map(other => {
          const same = [...own].filter(pair => other.has(pair)).length
          return same / (own.size + other.size - same)
        }),
      )
    })
    .filter(most => most >= 0.7 && most < 1)
}

test('it finds as many as MinHash promises of those that a comparison of all pairs finds, and nothing else', async () => {
  const all = (await sampleRows()).filter(rows => rows.length >= 8)
  for (const [length, longest] of [
    ['short', 12],
    ['any length', 1000],
  ] as const) {
    const train = all.filter(rows => rows.length <= longest).slice(0, 300)
    let [expected, found, promised, variance] = [0, 0, 0, 0]
    for (let seed = 1; seed <= 8; seed++) {
      const random = Random.fromSeed(seed)
      const dev = Array.from({ length: 300 }, (): Row[] => {
        const copy = train[random.below(train.length)].map(([token, tag]): Row => [token, tag])
        // Each change breaks two pairs of words, and one at the edges, so that about 0.7 of them are left.
        const changes = Math.max(1, Math.round(copy.length * (0.06 + 0.06 * random.float())))
        for (let i = 0; i < changes; i++) copy[random.below(copy.length)][0] = `w${random.below(1000)}`
        return copy
      })
      const alike = slowlyFound(train, dev)
      const count = (await check(train, dev))?.count ?? 0
      assert.ok(count <= alike.length, `${length}, seed ${seed}: ${count} of ${alike.length}`)
      expected += alike.length
      found += count
      for (const index of alike) {
        // 8 bands of 2 minima: Leskovec et al., Mining of Massive Datasets, section 3.4.2.
        const probability = 1 - (1 - index ** 2) ** 8
        promised += probability
        variance += probability * (1 - probability)
      }
    }
    assert.ok(expected > 400, `${length}: ${expected}`)
    assert.ok(found >= promised - 4 * Math.sqrt(variance), `${length}: ${found}, promised ${promised}`)
  }
})

test('different sentences, exact copies and a single file are not reported', async () => {
  const [train, dev] = [await sampleRows(), await sampleRows('dev')]
  assert.equal(slowlyFound(train, dev).length, 0)
  assert.equal(await check(train, dev), undefined)
  assert.equal(await check(train, train), undefined)
  assert.equal(await check([...train, ...train], []).catch(() => undefined), undefined)
})
