import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breakdowns, countMentions } from './breakdown.js'
import { characterReport, toCharacterLabels } from './character-report.js'
import { sentenceCounts, sumCounts } from './sentence-counts.js'
import { randomSentences } from './testing/random-sentences.js'

const entity = (start: number, end: number, type: string) => ({ start, end, type })

test('every breakdown adds up to the whole', () => {
  const sentences = randomSentences(200, 7)
  const training = countMentions(randomSentences(30, 8))
  const whole = sumCounts(sentences.map(({ gold, predicted }) => sentenceCounts(gold, predicted)))
  const tables = breakdowns(sentences, training)
  assert.deepEqual(
    tables.map(({ name }) => name),
    [
      'mention length in tokens',
      'sentence length in tokens',
      'mention in training',
      'occurrences in training with this type',
    ],
  )
  for (const { name, rows } of tables) {
    assert.deepEqual(sumCounts(rows), whole, name)
    assert.ok(rows.filter(row => row.gold > 0).length >= 2, name)
  }
})

test('seen and unseen, by type and by count', () => {
  const training = countMentions([
    { tokens: ['Ada', 'in', 'Paris'], gold: [entity(0, 1, 'PER'), entity(2, 3, 'LOC')] },
    { tokens: ['Paris'], gold: [entity(0, 1, 'LOC')] },
  ])
  const sentence = {
    tokens: ['Ada', 'met', 'Paris', 'in', 'Rome'],
    gold: [entity(0, 1, 'PER'), entity(2, 3, 'PER'), entity(4, 5, 'LOC')],
    predicted: [entity(0, 1, 'PER'), entity(2, 3, 'LOC')],
  }
  const [, , seen, often] = breakdowns([sentence], training)
  const counts = (rows: typeof seen.rows) => rows.map(row => [row.gold, row.predicted, row.correct])
  assert.deepEqual(counts(seen.rows), [
    [1, 2, 1],
    [1, 0, 0],
    [1, 0, 0],
  ])
  assert.deepEqual(
    often.rows.map(row => row.label),
    ['0', '1', '2–5', '6–20', '21 or more'],
  )
  assert.deepEqual(counts(often.rows).slice(0, 3), [
    [2, 0, 0],
    [1, 1, 1],
    [0, 1, 0],
  ])
  assert.equal(seen.rows[2].precision, null)
})

test('character scores equal counts made one by one', () => {
  const gold = [entity(0, 3, 'PER'), entity(4, 6, 'LOC')]
  const predicted = [entity(1, 3, 'PER'), entity(4, 6, 'PER')]
  const report = characterReport([{ length: 8, gold, predicted }])
  assert.equal(report.characters, 8)
  assert.equal(report.accuracy, 5 / 8)
  assert.deepEqual(report.confusion, {
    labels: ['O', 'LOC', 'PER'],
    matrix: [
      [3, 0, 0],
      [0, 0, 2],
      [1, 0, 2],
    ],
  })
  assert.equal(report.report.PER.precision, 2 / 4)
  assert.equal(report.report.PER.recall, 2 / 3)
  // Against a string of labels built another way.
  for (const { tokens, gold: g, predicted: p } of randomSentences(50, 9)) {
    const lettersOf = (spans: readonly ReturnType<typeof entity>[]) =>
      tokens.flatMap((token, i) => {
        const type = spans.find(span => span.start <= i && i < span.end)?.type ?? 'O'
        return [...token].map(() => type)
      })
    const [a, b] = [lettersOf(g), lettersOf(p)]
    const { characters, accuracy } = characterReport([toCharacterLabels(tokens, g, p)])
    assert.equal(characters, a.length)
    assert.equal(accuracy, a.filter((type, i) => type === b[i]).length / a.length)
  }
  assert.equal(characterReport([]).accuracy, null)
})
