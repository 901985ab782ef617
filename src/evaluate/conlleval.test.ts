import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { formatConlleval } from './format-conlleval.js'
import { printfTwoDecimals } from './format-number.js'
import { scoreTags } from './score-tags.js'

const ORACLE = '../shared/oracles/conlleval.jsonl'

test('prints what conlleval.pl prints, on all 400 cases', {
  skip: existsSync(ORACLE) ? false : `no ${ORACLE}`,
}, () => {
  let cases = 0
  for (const line of readFileSync(ORACLE, 'utf8').trim().split('\n')) {
    const { gold, predicted, conlleval } = JSON.parse(line) as {
      gold: string[][]
      predicted: string[][]
      conlleval: string
    }
    assert.equal(formatConlleval(scoreTags(gold, predicted)), conlleval)
    cases++
  }
  assert.equal(cases, 400)
})

test('ties are rounded to even, as printf does', () => {
  // Figures of C's printf("%.2f").
  const printed = {
    3.125: '3.12',
    9.375: '9.38',
    15.625: '15.62',
    96.875: '96.88',
    40.625: '40.62',
    2.675: '2.67',
  }
  for (const [value, text] of Object.entries(printed)) assert.equal(printfTwoDecimals(Number(value)), text)
  assert.equal(printfTwoDecimals(100), '100.00')
  assert.equal(printfTwoDecimals(0), '0.00')
  assert.equal(printfTwoDecimals(62.5), '62.50')
})
