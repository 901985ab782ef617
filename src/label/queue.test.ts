import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Candidate, QUEUE_ORDERS, type QueueMix, queueOf } from './queue.js'

const figure = fc.option(fc.double({ min: 0, max: 50, noNaN: true }), { nil: null })
const candidates = fc
  .array(fc.record({ tokens: fc.nat(40), surprise: figure, expectedChanges: figure, disagreement: figure }), {
    maxLength: 40,
  })
  .map(list => list.map((each, number): Candidate => ({ ...each, number: number * 3 })))
const mix: fc.Arbitrary<QueueMix> = fc.record(
  Object.fromEntries(QUEUE_ORDERS.map(order => [order, fc.nat(4)])),
  { requiredKeys: [] },
)

test('a queue has every document once, and is the same each time', () => {
  let runs = 0
  fc.assert(
    fc.property(candidates, mix, fc.nat(), (list, parts, seed) => {
      runs++
      const queue = queueOf(list, parts, seed)
      assert.deepEqual(
        [...queue].sort((a, b) => a - b),
        list.map(({ number }) => number),
      )
      assert.deepEqual(queueOf([...list].reverse(), parts, seed), queue)
    }),
  )
  assert.ok(runs >= 100)
})

test('the first documents of a queue are those of the whole one, however many there are', () => {
  let runs = 0
  fc.assert(
    fc.property(candidates, mix, fc.nat(), fc.nat(45), (list, parts, seed, most) => {
      runs++
      assert.deepEqual(queueOf(list, parts, seed, most), queueOf(list, parts, seed).slice(0, most))
    }),
  )
  const many = Array.from({ length: 20_000 }, (_, number): Candidate => {
    const surprise = number % 7 === 0 ? null : (number * 7919) % 1000
    return { number, tokens: 1 + (number % 5), surprise, expectedChanges: number % 13, disagreement: null }
  })
  for (const parts of [{ uncertainty: 3, random: 1 }, { changes: 1 }, { disagreement: 2, corpus: 1 }, {}]) {
    assert.deepEqual(queueOf(many, parts, 5, 100), queueOf(many, parts, 5).slice(0, 100))
    runs++
  }
  assert.ok(runs >= 104)
})

const of = (
  number: number,
  surprise: number | null,
  tokens: number,
  more: Partial<Candidate> = {},
): Candidate => ({
  number,
  tokens,
  surprise,
  expectedChanges: null,
  disagreement: null,
  ...more,
})

test('uncertainty goes by the probability per token, and the unknown comes last', () => {
  const list = [of(0, null, 5), of(1, 4, 40), of(2, 1, 2), of(3, 0, 9)]
  assert.deepEqual(queueOf(list, { uncertainty: 1 }, 1), [2, 1, 3, 0])
})

test('a mix takes its shares from each order', () => {
  const list = Array.from({ length: 40 }, (_, i) => of(i, 40 - i, 1, { disagreement: i / 40 }))
  const first = queueOf(list, { uncertainty: 3, disagreement: 1 }, 1).slice(0, 8)
  assert.equal(first.filter(number => number < 6).length, 6)
  assert.equal(first.filter(number => number >= 38).length, 2)
})

test('a random place stays when other documents are gone', () => {
  const list = Array.from({ length: 30 }, (_, i) => of(i, null, 1))
  const all = queueOf(list, { random: 1 }, 4)
  assert.notDeepEqual(
    all,
    list.map(({ number }) => number),
  )
  const rest = list.filter(({ number }) => number % 3 !== 0)
  assert.deepEqual(
    queueOf(rest, { random: 1 }, 4),
    all.filter(number => number % 3 !== 0),
  )
})
