import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { TextSpan } from '../corpus/sentence.js'
import { agreementOf } from './agreement.js'

interface Case {
  readonly first: readonly string[]
  readonly second: readonly string[]
  readonly kappa: number
  readonly agreement: number
}

/** A document of tokens of one letter, and each token's type as an entity of its own. */
function pairOf({ first, second }: Pick<Case, 'first' | 'second'>) {
  const entities = (types: readonly string[]): TextSpan[] =>
    types.flatMap((type, i) => (type === 'O' ? [] : [{ start: 2 * i, end: 2 * i + 1, type }]))
  return {
    document: { offsets: first.map((_, i) => ({ start: 2 * i, end: 2 * i + 1 })) },
    first: entities(first),
    second: entities(second),
  }
}

test("kappa and agreement of tokens are scikit-learn's", () => {
  const file = new URL('../../oracles/kappa.json', import.meta.url)
  const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { cases: Case[] }
  assert.ok(cases.length >= 6)
  for (const each of cases) {
    const found = agreementOf([pairOf(each)])
    assert.ok(Math.abs((found.tokenKappa ?? Number.NaN) - each.kappa) < 1e-12)
    assert.ok(Math.abs((found.tokenAgreement ?? Number.NaN) - each.agreement) < 1e-12)
    assert.equal(found.tokens, each.first.length)
  }
})

test('documents are pooled', () => {
  const a = pairOf({ first: ['A', 'O', 'O'], second: ['A', 'O', 'B'] })
  const b = pairOf({ first: ['B', 'B'], second: ['B', 'A'] })
  const joined = pairOf({ first: ['A', 'O', 'O', 'B', 'B'], second: ['A', 'O', 'B', 'B', 'A'] })
  const { documents, ...numbers } = agreementOf([a, b])
  assert.equal(documents, 2)
  assert.deepEqual({ documents: 1, ...numbers }, agreementOf([joined]))
  // By hand: 3 and 4 entities, 2 the same.
  assert.equal(numbers.entityF1, 4 / 7)
})

test('what is undefined is null', () => {
  const none = agreementOf([])
  assert.deepEqual([none.entityF1, none.tokenKappa, none.tokenAgreement], [null, null, null])
  const empty = agreementOf([pairOf({ first: ['O', 'O'], second: ['O', 'O'] })])
  assert.deepEqual([empty.entityF1, empty.tokenKappa, empty.tokenAgreement], [null, null, 1])
})
