import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { anonymize } from './anonymize.js'
import { deanonymize } from './deanonymize.js'
import type { OperatorConfig } from './operators.js'

interface Case {
  readonly request: {
    readonly text: string
    readonly deanonymizers: Readonly<Record<string, OperatorConfig>>
    readonly anonymizer_results: Parameters<typeof deanonymize>[1]
  }
  readonly answer: { readonly text: string; readonly items: readonly object[] }
}

const CASES = JSON.parse(
  readFileSync(new URL('../../../oracles/presidio-deanonymizer.json', import.meta.url), 'utf8'),
) as readonly Case[]
const KEY = 'WmZq4t7w!z%C&F)J'

test('texts are decrypted as presidio-anonymizer does it', async () => {
  let items = 0
  for (const { request, answer } of CASES) {
    const found = await deanonymize(request.text, request.anonymizer_results, request.deanonymizers)
    assert.deepEqual(found, answer, JSON.stringify(request))
    items += answer.items.length
  }
  assert.equal(CASES.length, 151)
  assert.ok(items > 250, `${items} entities`)
})

test('what /anonymize encrypted comes back', async () => {
  const text = 'é Jane 😀 met Jim 😀.'
  const results = [
    { start: 2, end: 8, score: 1, entity_type: 'PERSON' },
    { start: 13, end: 18, score: 1, entity_type: 'PERSON' },
  ]
  const made = await anonymize(text, results, { DEFAULT: { type: 'encrypt', key: KEY } })
  assert.equal(made.items.length, 2)
  const operators = { PERSON: { type: 'decrypt', key: KEY } }
  assert.equal((await deanonymize(made.text, made.items, operators)).text, text)
})

test('what cannot be decrypted is refused, and not quoted', async () => {
  const { text, items } = await anonymize('Jane', [{ start: 0, end: 4, score: 1, entity_type: 'A' }], {
    A: { type: 'encrypt', key: KEY },
  })
  const wrong: readonly (readonly [string, object, Readonly<Record<string, OperatorConfig>>])[] = [
    [text, {}, { A: { type: 'decrypt', key: 'another key 1234' } }],
    [text, {}, { A: { type: 'decrypt', key: 'short' } }],
    [text, {}, { A: { type: 'decrypt' } }],
    [text, {}, { A: { type: 'custom' } }],
    [text, {}, { A: { type: '__proto__' } }],
    [text, {}, { B: { type: 'decrypt', key: KEY } }],
    [text, { end: text.length + 1 }, { A: { type: 'decrypt', key: KEY } }],
    [text, { end: 5 }, { A: { type: 'decrypt', key: KEY } }],
    ['é'.repeat(text.length), {}, { A: { type: 'decrypt', key: KEY } }],
    ['='.repeat(text.length), {}, { A: { type: 'decrypt', key: KEY } }],
  ]
  for (const [own, place, operators] of wrong)
    await assert.rejects(
      deanonymize(own, [{ ...items[0], ...place }], operators),
      (error: { status: number; message: string }) =>
        error.status === 422 && !error.message.includes(own) && !error.message.includes('another key'),
      JSON.stringify([place, operators]),
    )
  assert.equal(wrong.length, 10)
})
