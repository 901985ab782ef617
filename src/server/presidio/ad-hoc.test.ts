import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AdHoc, findAdHoc } from './ad-hoc.js'

const zip: AdHoc = {
  supported_entity: 'ZIP',
  patterns: [{ name: 'zip', regex: '\\b\\d{5}(?:-\\d{4})?\\b', score: 0.5 }],
}

test('patterns of a request find what they match', async () => {
  const [found] = await findAdHoc('He lives at 10023.', [zip])
  assert.deepEqual([found.type, found.start, found.end], ['ZIP', 12, 17])
})

test('patterns that would keep the server from answering others are refused', async () => {
  const heavy: AdHoc = { supported_entity: 'X', patterns: [{ regex: '(a?){900}c', score: 0.5 }] }
  const refused = { name: 'Problem', status: 413, code: 'limit/ad-hoc' }
  await assert.rejects(findAdHoc('a'.repeat(2000), [heavy]), refused)
  await assert.rejects(
    findAdHoc(
      'a'.repeat(20_000),
      Array.from({ length: 20 }, () => zip),
    ),
    refused,
  )
  await assert.rejects(
    findAdHoc(
      'a',
      Array.from({ length: 20 }, () => heavy),
    ),
    refused,
  )
  assert.deepEqual(await findAdHoc('a'.repeat(500), [heavy]), [])
  const broken: AdHoc = { supported_entity: 'X', patterns: [{ regex: '(', score: 0.5 }] }
  await assert.rejects(findAdHoc('a', [broken]), { status: 422, code: 'presidio/ad-hoc' })
})

test('a context word near by makes a low score at least 0.4, as one in the request does', async () => {
  const low = (score: number): AdHoc => ({
    supported_entity: 'ZIP',
    patterns: [{ regex: '\\b\\d{5}\\b', score }],
    context: ['zip'],
  })
  for (const [score, expected] of [
    [0.01, 0.4],
    [0.05, 0.4],
    [0.3, 0.65],
    [0.9, 1],
  ]) {
    const [near] = await findAdHoc('My zip code is 10023.', [low(score)])
    const [given] = await findAdHoc('My number is 10023.', [low(score)], ['zip'])
    const [neither] = await findAdHoc('My number is 10023.', [low(score)])
    assert.ok(Math.abs((near.score ?? 0) - expected) < 1e-9)
    assert.ok(Math.abs((given.score ?? 0) - expected) < 1e-9)
    assert.equal(neither.score, score)
  }
})
