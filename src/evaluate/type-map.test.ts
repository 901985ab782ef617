import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mapTypes } from '../tags/type-map.js'
import { scoreTags } from './score-tags.js'
import { foreignTypes, suggestTypes } from './type-map.js'

/** Scores of sentences of one token: pairs of a gold and a predicted type. */
function scoresOf(...pairs: readonly (readonly [gold: string, predicted: string])[]) {
  const tag = (type: string) => [type === '' ? 'O' : `B-${type}`]
  return scoreTags(
    pairs.map(([gold]) => tag(gold)),
    pairs.map(([, predicted]) => tag(predicted)),
  )
}

const times = (count: number, ...pair: readonly [string, string]) => Array.from({ length: count }, () => pair)

test('a foreign type is most likely the one that it overlaps', () => {
  const scores = scoresOf(...times(4, 'PER', 'X1'), ...times(1, 'LOC', 'X1'), ...times(2, '', 'X1'), [
    'LOC',
    'LOC',
  ])
  assert.deepEqual(foreignTypes(scores), ['X1'])
  assert.deepEqual(suggestTypes(scores), [{ from: 'X1', to: 'PER', shared: 4, overlapping: 5 }])
  // Overlaps beat names.
  const misleading = scoresOf(...times(5, 'LOC', 'PERSON'), ['PER', ''])
  assert.deepEqual(suggestTypes(misleading), [{ from: 'PERSON', to: 'LOC', shared: 5, overlapping: 5 }])
})

test('without overlaps, names decide', () => {
  const gold = ['PER', 'LOC', 'ORG', 'MISC'].map(type => [type, ''] as const)
  const cases = [
    ['PERSON', 'PER'],
    ['person', 'PER'],
    ['Organisation', 'ORG'],
    ['ORGANIZATION', 'ORG'],
    ['LOCATION', 'LOC'],
    ['GPE', 'LOC'],
    ['Miscellaneous', 'MISC'],
    ['DATE', undefined],
    ['PRODUCT', undefined],
  ] as const
  for (const [type, meant] of cases)
    assert.deepEqual(
      suggestTypes(scoresOf(...gold, ['', type])).map(({ to }) => to),
      meant === undefined ? [] : [meant],
      type,
    )
  assert.equal(cases.length, 9)
})

test('few overlaps, or overlaps with many types, say nothing', () => {
  assert.deepEqual(suggestTypes(scoresOf(...times(2, 'PER', 'X'))), [])
  const spread = ['A', 'B', 'C'].flatMap(type => times(2, type, 'X'))
  assert.deepEqual(suggestTypes(scoresOf(...spread)), [])
  assert.deepEqual(suggestTypes(scoresOf(['PER', 'PER'], ['LOC', ''])), [])
})

test('types are mapped once; O leaves them out', () => {
  const map = new Map([
    ['A', 'B'],
    ['B', 'A'],
    ['C', 'O'],
  ])
  const spans = ['A', 'B', 'C', 'D'].map((type, start) => ({ start, end: start + 1, type }))
  assert.deepEqual(
    mapTypes(spans, map).map(({ start, type }) => [start, type]),
    [
      [0, 'B'],
      [1, 'A'],
      [3, 'D'],
    ],
  )
})
