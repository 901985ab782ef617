import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatConlleval } from './format-conlleval.js'
import { printfTwoDecimals } from './format-number.js'
import { scoreTags } from './score-tags.js'
import { CONLLEVAL_CASES, conllevalCases } from './testing/conlleval-cases.js'

test('prints what conlleval.pl prints, on all 400 cases', () => {
  const cases = conllevalCases()
  assert.equal(cases.length, CONLLEVAL_CASES)
  for (const { gold, predicted, conlleval } of cases)
    assert.equal(formatConlleval(scoreTags(gold, predicted)), conlleval)
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
