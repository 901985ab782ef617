import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BoundedCounter } from './bounded-counter.js'
import { StatsCollector } from './collect-stats.js'
import { LengthHistogram } from './length-histogram.js'

test('figures of a corpus that can be counted by hand', () => {
  const collector = new StatsCollector()
  collector.add({
    tokens: ['Ada', 'Lovelace', 'met', 'Rome'],
    tags: ['B-PER', 'I-PER', 'O', 'B-LOC'],
    lines: [1],
    document: 0,
  })
  collector.add({ tokens: ['Rome', 'won'], tags: ['B-ORG', 'O'], lines: [2], document: 0 })
  collector.add({ tokens: ['so'], tags: ['O'], lines: [3], document: 1 })
  const stats = collector.result()
  assert.deepEqual(
    [
      stats.sentences,
      stats.tokens,
      stats.entities,
      stats.scheme,
      stats.documents,
      stats.sentencesWithoutEntities,
    ],
    [3, 7, 3, 'BIO', 2, 1],
  )
  assert.deepEqual(stats.types, { PER: 1, LOC: 1, ORG: 1 })
  assert.equal(stats.outside, 3 / 7)
  assert.deepEqual(stats.sentenceLength, { min: 1, median: 2, mean: 7 / 3, p95: 4, max: 4 })
  assert.deepEqual(stats.entityLength.PER, { min: 2, median: 2, mean: 2, p95: 2, max: 2 })
  assert.deepEqual(stats.vocabulary, { distinct: 6, exact: true })
  assert.deepEqual(stats.mentions, { distinct: 2, exact: true })
  assert.deepEqual(stats.ambiguous, {
    mentions: 1,
    examples: [{ mention: 'Rome', types: { LOC: 1, ORG: 1 } }],
  })
})

test('nothing to count is null, not zero', () => {
  const stats = new StatsCollector().result()
  assert.deepEqual(
    [stats.scheme, stats.outside, stats.sentenceLength, stats.documents],
    [null, null, null, null],
  )
})

test('a bounded counter keeps the frequent, in bounded memory, and says that it forgot', () => {
  const counter = new BoundedCounter(100)
  for (let i = 0; i < 10_000; i++) {
    counter.add(`rare${i}`)
    counter.add(`often${i % 5}`)
    assert.ok(counter.size <= 100)
  }
  assert.equal(counter.isExact, false)
  assert.deepEqual(
    counter.sorted().slice(0, 5),
    Array.from({ length: 5 }, (_, i) => [`often${i}`, 2000]),
  )
  const small = new BoundedCounter(3)
  for (const key of ['a', 'b', 'a', 'c']) small.add(key)
  assert.deepEqual(
    [small.isExact, small.sorted()],
    [
      true,
      [
        ['a', 2],
        ['b', 1],
        ['c', 1],
      ],
    ],
  )
})

test('quantiles agree with sorting', () => {
  const lengths = Array.from({ length: 999 }, (_, i) => (i * 7919) % 101)
  const histogram = new LengthHistogram()
  for (const length of lengths) histogram.add(length)
  const sorted = [...lengths].sort((a, b) => a - b)
  for (const share of [0.01, 0.25, 0.5, 0.95, 1])
    assert.equal(histogram.quantile(share), sorted[Math.ceil(share * sorted.length) - 1])
})
