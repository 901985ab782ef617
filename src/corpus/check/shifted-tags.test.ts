import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { findingsOf } from './testing/find.js'
import { lineIn, type Row, sampleRows, toConll } from './testing/sample.js'

/** Moves the tags of some sentences down by a row, or up. Tags that leave a sentence are lost. */
function shift(rows: Row[][], by: 1 | -1, from = 0, to = rows.length): void {
  for (const sentence of rows.slice(from, to)) {
    const tags = sentence.map(([, tag]) => tag)
    for (const [i, row] of sentence.entries()) row[1] = tags[i - by] ?? 'O'
  }
}

const check = async (rows: Row[][]) => (await findingsOf(toConll(rows))).get('shifted-tags')

test('tags that are all a row too low or too high are found', async () => {
  for (const part of ['train', 'dev'] as const)
    for (const by of [1, -1] as const) {
      const rows = await sampleRows(part)
      assert.equal(await check(rows), undefined)
      shift(rows, by)
      const finding = await check(rows)
      assert.equal(finding?.count, 1)
      assert.match(String(finding.examples[0].text), by === 1 ? /fit the row before/ : /fit the row after/)
    }
})

test('a region in which tags slipped by a row is found at its lines', async () => {
  let cases = 0
  for (const seed of [1, 2, 3, 4, 5])
    for (const by of [1, -1] as const) {
      const rows = await sampleRows()
      const random = Random.fromSeed(seed)
      const from = random.below(rows.length - 120)
      shift(rows, by, from, from + 120)
      const finding = await check(rows)
      assert.equal(finding?.count, 1, `seed ${seed}, ${by}: ${JSON.stringify(finding)}`)
      const [{ where, text }] = finding.examples
      const line = (where as { line: number }).line
      assert.ok(
        line >= lineIn(rows, from - 3 < 0 ? 0 : from - 3) && line <= lineIn(rows, from + 12),
        `${line}`,
      )
      const last = Number(/to line ([\d,]+),/.exec(String(text))?.[1].replaceAll(',', ''))
      assert.ok(last >= lineIn(rows, from + 108) && last <= lineIn(rows, from + 123), `${last}`)
      cases++
    }
  assert.equal(cases, 10)
})

test('it does not depend on capitals', async () => {
  const rows = await sampleRows()
  for (const row of rows.flat()) row[0] = row[0].toLowerCase()
  assert.equal(await check(rows), undefined)
  shift(rows, 1)
  assert.equal((await check(rows))?.count, 1)
})

test('a corpus of names only, or of few entities, is not judged', async () => {
  const names: Row[][] = Array.from({ length: 50 }, (_, i) => [
    [`Ada${i}`, 'B-PER'],
    [`Berg${i % 7}`, 'I-PER'],
  ])
  assert.equal(await check(names), undefined)
  assert.equal(
    await check([
      [
        ['said', 'O'],
        ['Ada', 'B-PER'],
      ],
      [
        ['so', 'B-PER'],
        ['Ada', 'O'],
      ],
    ]),
    undefined,
  )
})
