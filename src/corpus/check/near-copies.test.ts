import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { checkTexts } from './testing/find.js'
import { lineIn, type Row, sampleRows, toConll } from './testing/sample.js'

const check = async (train: Row[][], dev: Row[][]) => {
  const { findings } = await checkTexts(['train.conll', toConll(train)], ['dev.conll', toConll(dev)])
  return findings.find(({ code }) => code === 'near-copies')
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

/** Every pair of sentences, compared word by word. */
function slowCount(train: Row[][], dev: Row[][]): number {
  const pairs = (rows: Row[]) => new Set(rows.slice(1).map((row, i) => `${rows[i][0]} ${row[0]}`))
  const all = train.filter(rows => rows.length >= 8).map(pairs)
  return dev.filter(rows => {
    if (rows.length < 8) return false
    const own = pairs(rows)
    const alike = all.map(other => {
      const same = [...own].filter(pair => other.has(pair)).length
      return same / (own.size + other.size - same)
    })
    const most = Math.max(...alike)
    return most >= 0.7 && most < 1
  }).length
}

test('it finds nearly all that a comparison of all pairs finds, and nothing else', async () => {
  const random = Random.fromSeed(7)
  const train = await sampleRows()
  const long = train.filter(rows => rows.length >= 10)
  const dev = Array.from({ length: 300 }, (): Row[] => {
    const copy = long[random.below(long.length)].map(([token, tag]): Row => [token, tag])
    const changes = random.below(5)
    for (let i = 0; i < changes; i++) copy[random.below(copy.length)][0] = `w${random.below(1000)}`
    return copy
  })
  const expected = slowCount(train, dev)
  const count = (await check(train, dev))?.count ?? 0
  assert.ok(expected > 40, `${expected}`)
  assert.ok(count <= expected && count >= 0.95 * expected, `${count} of ${expected}`)
})

test('different sentences, exact copies and a single file are not reported', async () => {
  const [train, dev] = [await sampleRows(), await sampleRows('dev')]
  assert.equal(slowCount(train, dev), 0)
  assert.equal(await check(train, dev), undefined)
  assert.equal(await check(train, train), undefined)
  assert.equal(await check([...train, ...train], []).catch(() => undefined), undefined)
})
