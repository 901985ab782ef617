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
