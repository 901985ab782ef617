import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { findingsOf } from './testing/find.js'
import { lineIn, type Row, sampleRows, toConll } from './testing/sample.js'

const CODES = ['unlabeled-regions', 'half-labeled', 'unlabeled-names']
const FIRST = ['Ada', 'Charles', 'Mary', 'Grace', 'Alan', 'Emmy', 'Carl', 'Sofia', 'Leonhard', 'Maria']
const LAST = ['Berg', 'Koval', 'Duarte', 'Iyer', 'Nakata', 'Olsen', 'Perrin', 'Quist', 'Rossi', 'Silva']
const PLACES = ['Rome', 'Lagos', 'Quito', 'Oslo', 'Hanoi', 'Perth']

/** Sentences about ten people and six places, most of them in few words. */
function made(random: Random, count: number): Row[][] {
  return Array.from({ length: count }, (_, i) => {
    const person = random.below(10)
    const filler: Row[] = [`note${i}`, 'was', 'sent'].map((token): Row => [token, 'O'])
    if (random.float() < 0.4) return [...filler, ['today', 'O'], ['.', 'O']]
    return [
      ...filler,
      ['by', 'O'],
      [FIRST[person], 'B-PER'],
      [LAST[person], 'I-PER'],
      ['from', 'O'],
      [PLACES[random.below(6)], 'B-LOC'],
      ['.', 'O'],
    ]
  })
}

/** Without the labels of some sentences. */
const unlabel = (rows: Row[][], from: number, to: number) => {
  for (const sentence of rows.slice(from, to)) for (const row of sentence) row[1] = 'O'
}

test('corpora that are labeled throughout are not reported', async () => {
  const corpora = [await sampleRows(), await sampleRows('dev'), made(Random.fromSeed(9), 800)]
  for (const rows of corpora) {
    const found = await findingsOf(toConll(rows))
    assert.deepEqual(
      CODES.filter(code => found.has(code)),
      [],
    )
  }
  // Sentences without names may follow one another.
  const calm = made(Random.fromSeed(9), 300)
  const plain = Array.from({ length: 400 }, (_, i): Row[] => [
    [`line${i}`, 'O'],
    ['is', 'O'],
    ['Calm', 'O'],
  ])
  const found = await findingsOf(toConll([...calm, ...plain]))
  assert.deepEqual(
    CODES.filter(code => found.has(code)),
    [],
  )
})

test('a region without labels is found, with its first line and its last', async () => {
  let cases = 0
  for (const seed of [1, 2, 3, 4, 5])
    for (const kind of ['middle', 'end', 'most'] as const) {
      const random = Random.fromSeed(seed)
      const rows = made(random, 600)
      const from = kind === 'most' ? 175 : 200 + random.below(200)
      const to = kind === 'middle' ? from + 60 + random.below(60) : rows.length
      unlabel(rows, from, to)
      const finding = (await findingsOf(toConll(rows))).get('unlabeled-regions')
      assert.equal(finding?.count, 1, `${kind}, seed ${seed}`)
      const [{ where, text }] = finding.examples
      const line = (where as { line: number }).line
      const named = (sentence: Row[]) => sentence.length === 9
      const first = from + rows.slice(from).findIndex(named)
      assert.equal(line, lineIn(rows, first, 4), `${kind}, seed ${seed}`)
      assert.match(String(text), kind === 'middle' ? /^from here to line [\d,]+, / : /\(the end\)/)
      if (kind === 'middle') {
        const last = rows.slice(0, to).findLastIndex(named)
        assert.ok(String(text).includes(`to line ${lineIn(rows, last, 7).toLocaleString('en-US')},`))
      }
      cases++
    }
  assert.equal(cases, 15)
})

test('two regions are two cases', async () => {
  const rows = made(Random.fromSeed(3), 900)
  unlabel(rows, 100, 180)
  unlabel(rows, 500, 600)
  assert.equal((await findingsOf(toConll(rows))).get('unlabeled-regions')?.count, 2)
})

test('labels that are missing here and there are found', async () => {
  let cases = 0
  for (const seed of [1, 2, 3, 4, 5]) {
    const random = Random.fromSeed(seed)
    const rows = made(random, 500)
    for (const [i] of rows.entries()) if (random.float() < 0.4) unlabel(rows, i, i + 1)
    const found = await findingsOf(toConll(rows))
    const finding = found.get('half-labeled')
    const share = (finding?.count ?? 0) / (finding?.total ?? 1)
    assert.ok(share > 0.3 && share < 0.5, `${share}`)
    cases++
  }
  assert.equal(cases, 5)
})

test('single names that were missed are found at their lines', async () => {
  let cases = 0
  for (const seed of [1, 2, 3, 4, 5]) {
    const random = Random.fromSeed(seed)
    const rows = made(random, 800)
    const missed = random.shuffle([...rows.keys()].filter(i => rows[i].length === 9)).slice(0, 2)
    for (const i of missed) rows[i][7][1] = 'O'
    const finding = (await findingsOf(toConll(rows))).get('unlabeled-names')
    assert.equal(finding?.count, 2)
    const lines = finding.examples.map(({ where }) => (where as { line: number }).line)
    assert.deepEqual(
      lines,
      missed.sort((a, b) => a - b).map(i => lineIn(rows, i, 7)),
    )
    cases++
  }
  assert.equal(cases, 5)
})
