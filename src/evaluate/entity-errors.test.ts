import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countErrors, type ErrorKind, entityErrors } from './entity-errors.js'
import { costlyConfusions, listErrors, suspectLabels } from './error-list.js'
import { isSameSpan } from './scored-sentence.js'
import { randomSentences } from './testing/random-sentences.js'

const span = (start: number, end: number, type = 'A') => ({ start, end, type })

test('each class of error', () => {
  const kinds = (gold: ReturnType<typeof span>[], predicted: ReturnType<typeof span>[]) =>
    entityErrors({ gold, predicted }).map(error => error.kind)
  const cases: [ReturnType<typeof span>[], ReturnType<typeof span>[], ErrorKind[]][] = [
    [[span(0, 2)], [span(0, 2)], []],
    [[span(0, 2)], [span(0, 1)], ['boundary']],
    [[span(0, 2)], [span(0, 2, 'B')], ['type']],
    [[span(0, 2)], [span(1, 3, 'B')], ['both']],
    [[span(0, 2)], [], ['missed']],
    [[], [span(0, 2)], ['spurious']],
    // One gold entity cut in two: one boundary error and one spurious entity.
    [[span(0, 3)], [span(0, 1), span(2, 3)], ['boundary', 'spurious']],
    // The partner of the same type is preferred to the longer overlap.
    [[span(0, 5)], [span(0, 3, 'B'), span(4, 5)], ['boundary', 'spurious']],
    // An exact match leaves its partner to nobody else.
    [[span(0, 2)], [span(0, 2), span(0, 1)], ['spurious']],
  ]
  for (const [gold, predicted, expected] of cases) assert.deepEqual(kinds(gold, predicted), expected)
})

test('the errors account for every false negative and false positive, once', () => {
  let errors = 0
  for (const sentence of randomSentences(400, 3)) {
    const { gold, predicted } = sentence
    const found = entityErrors(sentence)
    const wrong = <T>(items: (T | undefined)[]) => items.filter(item => item !== undefined)
    const lost = gold.filter(g => !predicted.some(p => isSameSpan(g, p)))
    const invented = predicted.filter(p => !gold.some(g => isSameSpan(g, p)))
    assert.deepEqual(new Set(wrong(found.map(error => error.gold))), new Set(lost))
    assert.deepEqual(new Set(wrong(found.map(error => error.predicted))), new Set(invented))
    const { boundary, type, both, missed, spurious } = countErrors(found)
    assert.equal(boundary + type + both + missed, lost.length)
    assert.equal(boundary + type + both + spurious, invented.length)
    for (const { kind, gold: g, predicted: p } of found) {
      if (!g || !p) continue
      assert.ok(g.start < p.end && p.start < g.end)
      const sameBoundary = g.start === p.start && g.end === p.end
      assert.equal(kind, g.type === p.type ? 'boundary' : sameBoundary ? 'type' : 'both')
    }
    errors += found.length
  }
  assert.ok(errors > 1000)
})

test('errors are listed with context, grouped by cost, and confident ones stand out', () => {
  const tokens = 'Yesterday Ada Lovelace wrote to Charles Babbage from London .'.split(' ')
  const sentences = [
    {
      tokens,
      where: 'a.conll:1',
      gold: [span(1, 3, 'PER'), span(5, 7, 'PER'), span(8, 9, 'LOC')],
      predicted: [
        { ...span(1, 2, 'PER'), score: 0.4 },
        { ...span(8, 9, 'ORG'), score: 0.97 },
      ],
    },
    { tokens, gold: [span(8, 9, 'LOC')], predicted: [{ ...span(8, 9, 'ORG'), score: 0.92 }] },
  ]
  const errors = listErrors(sentences, 2)
  assert.deepEqual(
    errors.map(error => error.kind),
    ['boundary', 'missed', 'type', 'type'],
  )
  assert.deepEqual(errors[0], {
    kind: 'boundary',
    sentence: 0,
    where: 'a.conll:1',
    gold: { start: 1, end: 3, type: 'PER', text: 'Ada Lovelace' },
    predicted: { start: 1, end: 2, type: 'PER', text: 'Ada', score: 0.4 },
    before: 'Yesterday ',
    text: 'Ada Lovelace',
    after: ' wrote to …',
  })
  assert.deepEqual([errors[1].before, errors[1].after], ['… wrote to ', ' from London …'])
  const [worst, ...rest] = costlyConfusions(errors)
  assert.deepEqual(worst, {
    kind: 'type',
    gold: 'LOC',
    predicted: 'ORG',
    count: 2,
    cost: 4,
    examples: [{ text: 'London', count: 2 }],
  })
  assert.deepEqual(
    rest.map(({ kind, cost }) => [kind, cost]),
    [
      ['boundary', 2],
      ['missed', 1],
    ],
  )
  assert.deepEqual(
    suspectLabels(errors, 0.9).map(error => error.predicted?.score),
    [0.97, 0.92],
  )
})
