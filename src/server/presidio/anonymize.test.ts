import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { anonymize } from './anonymize.js'
import type { OperatorConfig } from './operators.js'

interface Case {
  readonly request: {
    readonly text: string
    readonly anonymizers: Readonly<Record<string, OperatorConfig>>
    readonly analyzer_results: Parameters<typeof anonymize>[1]
  }
  readonly answer: { readonly text: string; readonly items: readonly object[] }
}

const CASES = JSON.parse(
  readFileSync(new URL('../../../oracles/presidio-anonymizer.json', import.meta.url), 'utf8'),
) as readonly Case[]

test('texts are anonymized as presidio-anonymizer does it', async () => {
  let items = 0
  for (const { request, answer } of CASES) {
    const found = await anonymize(request.text, request.analyzer_results, request.anonymizers)
    assert.deepEqual(found, answer, JSON.stringify(request))
    items += answer.items.length
  }
  assert.equal(CASES.length, 602)
  assert.ok(items > 1100, `${items} entities`)
})

test('what is encrypted can be decrypted, and has another form each time', async () => {
  const key = 'WmZq4t7w!z%C&F)J'
  const encrypted = async () => {
    const { text } = await anonymize('Jane 😀', [{ start: 0, end: 6, score: 1, entity_type: 'PERSON' }], {
      PERSON: { type: 'encrypt', key },
    })
    return Buffer.from(text, 'base64url')
  }
  const [one, two] = [await encrypted(), await encrypted()]
  assert.notDeepEqual(one, two)
  const { createDecipheriv } = await import('node:crypto')
  for (const bytes of [one, two]) {
    const decipher = createDecipheriv('aes-128-cbc', key, bytes.subarray(0, 16))
    assert.equal(Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString(), 'Jane 😀')
  }
})

test('results that are not in the text, and settings that cannot be, are refused', async () => {
  const results = [{ start: 0, end: 2, score: 1, entity_type: 'A' }]
  const wrong: readonly (OperatorConfig | number)[] = [
    3,
    { type: 'custom' },
    { type: '__proto__' },
    { type: 'mask', masking_char: '**', chars_to_mask: 1, from_end: true },
    { type: 'mask', masking_char: '*', chars_to_mask: 1e9, from_end: true },
    { type: 'mask', masking_char: '*', chars_to_mask: 1 },
    { type: 'replace', new_value: 7 },
    { type: 'hash', hash_type: 'md5' },
    { type: 'hash', salt: 'short' },
    { type: 'encrypt', key: 'short' },
  ]
  for (const each of wrong)
    await assert.rejects(
      typeof each === 'number'
        ? anonymize('ab', [{ ...results[0], end: each }], {})
        : anonymize('ab', results, { A: each }),
      { status: 422 },
      JSON.stringify(each),
    )
  assert.equal(wrong.length, 10)
})

test('a short request cannot ask for more than a bounded answer', async () => {
  const places = (length: number) =>
    Array.from({ length: 50 }, (_, i) => ({ start: i, end: i + length, score: 1, entity_type: `T${i}` }))
  const text = 'a'.repeat(100)
  const refused = { name: 'Problem', status: 413, code: 'limit/anonymize' }
  const long = { DEFAULT: { type: 'replace', new_value: 'x'.repeat(100) } }
  await assert.rejects(anonymize(text, places(2), long, 1000), refused)
  await assert.rejects(anonymize(text, places(50), { DEFAULT: { type: 'redact' } }, 1000), refused)
  assert.equal((await anonymize(text, places(2), long, 5000)).items.length, 50)
})
