import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CHECKS } from '../built-in.js'
import { NATIONAL_IDS } from './national-ids.js'

type Verdicts = Readonly<Record<string, { readonly valid: string; readonly invalid: string }>>

/** oracles/national_ids.py wrote them: python-stdnum's verdicts on random numbers. */
const verdicts = JSON.parse(readFileSync('oracles/national-ids.json', 'utf8')) as Verdicts

test('every check says what python-stdnum says', () => {
  let cases = 0
  const wrong: string[] = []
  for (const [type, { valid, invalid }] of Object.entries(verdicts)) {
    const check = CHECKS.get(type.toLowerCase().replaceAll('_', '-'))
    assert.ok(check, type)
    for (const number of valid.split(' ')) if (!check(number)) wrong.push(`${type}: ${number} is valid`)
    for (const number of invalid.split(' ')) if (check(number)) wrong.push(`${type}: ${number} is not`)
    cases += valid.split(' ').length + invalid.split(' ').length
  }
  assert.deepEqual(wrong, [])
  assert.equal(cases, 26 * 60)
})

test('every kind of national id but the National Insurance number has verdicts of another program', () => {
  const without = NATIONAL_IDS.filter(({ type }) => !Object.hasOwn(verdicts, type))
  assert.deepEqual(
    without.map(({ type }) => type),
    ['UK_NINO'],
  )
  assert.ok(new Set(NATIONAL_IDS.map(({ country }) => country)).size >= 10)
})
