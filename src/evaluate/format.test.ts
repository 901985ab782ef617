import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calibration } from './calibration.js'
import { costlyConfusions, listErrors } from './error-list.js'
import { formatCalibration, formatErrors, formatThresholds } from './format-analysis.js'
import { formatCount, formatPercent } from './format-number.js'
import { formatScores } from './format-scores.js'
import { scoreTags } from './score-tags.js'
import { drawCase } from './testing/random-labels.js'
import { randomSentences } from './testing/random-sentences.js'
import { type Paint, textTable } from './text-table.js'
import { thresholdCurves } from './threshold-curve.js'

const code = (n: number) => (text: string) => `\u001b[${n}m${text}\u001b[0m`
const COLORS: Paint = { bold: code(1), dim: code(2), green: code(32), yellow: code(33), red: code(31) }
const ANSI = new RegExp(`${'\u001b'}\\[\\d+m`, 'g')

test('columns line up, wide characters and colors included', () => {
  const table = textTable(
    ['type', 'n'],
    [
      [{ text: '人名' }, { text: '5' }],
      [
        { text: 'PER', paint: COLORS.red },
        { text: '1,234', paint: COLORS.bold },
      ],
    ],
    COLORS,
  )
  const lines = table.trimEnd().split('\n')
  assert.deepEqual(
    lines.map(line => line.replace(ANSI, '')),
    ['type      n', '人名      5', 'PER   1,234'],
  )
})

test('scores: mode and scheme on top, most support first, colors change nothing else', () => {
  let compared = 0
  for (let seed = 300; seed < 340; seed++) {
    const { gold, predicted } = drawCase(seed, 'BIO')
    const scores = scoreTags(gold, predicted)
    const plain = formatScores(scores)
    assert.equal(formatScores(scores, COLORS).replace(ANSI, ''), plain)
    const [heading] = plain.split('\n')
    assert.match(heading, /mode conlleval, scheme \S+; undefined values are null/)
    assert.doesNotMatch(plain, /NaN|undefined \d|null \d| \n/)
    const types = Object.entries(scores.exact.types)
    const places = types.map(([type]) => plain.indexOf(`\n${type} `))
    for (const [i, [, a]] of types.entries())
      for (const [j, [, b]] of types.entries())
        if (a.gold > b.gold) {
          assert.ok(places[i] < places[j])
          compared++
        }
  }
  assert.ok(compared > 40)
})

test('percentages and counts', () => {
  assert.equal(formatPercent(1 / 32), '3.12')
  assert.equal(formatPercent(3 / 32), '9.38')
  assert.equal(formatPercent(0.07), '7.00')
  assert.equal(formatPercent(null), '–')
  assert.equal(formatCount(1234567), '1,234,567')
  assert.equal(formatCount(999), '999')
})

test('calibration, thresholds and errors as text', () => {
  const items = [
    { score: 0.9, correct: true },
    { score: 0.9, correct: false },
  ]
  assert.equal(
    formatCalibration(calibration(items)),
    '2 scored entities: expected calibration error 0.4000, largest 0.4000, Brier score 0.4100\n' +
      'score      mean score  right  entities\n0.80–0.90       90.00  50.00         2\n',
  )
  assert.match(formatCalibration(calibration([])), /^0 scored entities: expected calibration error –/)
  const sentences = randomSentences(30, 2)
  const curves = thresholdCurves(sentences)
  assert.equal(
    formatThresholds(curves).split('\n').length,
    2 + Object.values(curves.types).filter(curve => curve.best).length + 1,
  )
  const errors = listErrors(sentences)
  const text = formatErrors(errors, costlyConfusions(errors), 3)
  assert.match(text, new RegExp(`… ${formatCount(errors.length - 3)} more errors\n$`))
  assert.equal(text.match(/^sentence \d+ /gm)?.length, 3)
})
