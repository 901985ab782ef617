import assert from 'node:assert/strict'
import { test } from 'node:test'
import { byCodePoint } from '../base/code-point-order.js'
import { conllevalSpans } from '../tags/conlleval-chunks.js'
import { decodeSpans } from '../tags/decode-spans.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import { type Scheme, TagError } from '../tags/scheme.js'
import type { TokenSpan } from '../tags/span.js'
import { EvaluateError, ScoreAccumulator } from './score-accumulator.js'
import { scoreTags } from './score-tags.js'
import type { Scores } from './scores.js'
import { drawCase } from './testing/random-labels.js'

const overlap = (a: TokenSpan, b: TokenSpan) =>
  Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start))
const isSameType = (a: TokenSpan, b: TokenSpan) => a.type === b.type
const isSameBoundary = (a: TokenSpan, b: TokenSpan) => a.start === b.start && a.end === b.end

/** The same counts from all pairs of spans. */
function slowCounts(goldSpans: TokenSpan[][], predictedSpans: TokenSpan[][]) {
  let [gold, predicted, correct, boundary, typeGold, typePredicted, spurious] = [0, 0, 0, 0, 0, 0, 0]
  const missed = new Map<string, number>()
  const confusion = new Map<string, number>()
  goldSpans.forEach((golds, s) => {
    const predictions = predictedSpans[s]
    gold += golds.length
    predicted += predictions.length
    for (const g of golds) {
      if (predictions.some(p => isSameBoundary(g, p) && isSameType(g, p))) correct++
      if (predictions.some(p => isSameBoundary(g, p))) boundary++
      if (predictions.some(p => overlap(g, p) > 0 && isSameType(g, p))) typeGold++
      const most = Math.max(0, ...predictions.map(p => overlap(g, p)))
      const best = predictions.filter(p => most > 0 && overlap(g, p) === most)
      const partner = best.find(p => isSameType(g, p)) ?? best[0]
      const [map, key] = partner ? [confusion, `${g.type} ${partner.type}`] : [missed, g.type]
      map.set(key, (map.get(key) ?? 0) + 1)
    }
    typePredicted += predictions.filter(p => golds.some(g => overlap(g, p) > 0 && isSameType(g, p))).length
    spurious += predictions.filter(p => golds.every(g => overlap(g, p) === 0)).length
  })
  return { gold, predicted, correct, boundary, typeGold, typePredicted, spurious, missed, confusion }
}

const READINGS: readonly (readonly [Scheme, 'conlleval' | 'strict', (tags: string[]) => TokenSpan[]])[] = [
  ['BIO', 'conlleval', conllevalSpans],
  ['IOBES', 'conlleval', lenientSpans],
  ['BIO', 'strict', tags => decodeSpans(tags, 'BIO')],
  ['IOBES', 'strict', tags => decodeSpans(tags, 'IOBES')],
  ['BILOU', 'strict', tags => decodeSpans(tags, 'BILOU')],
  ['IOB1', 'strict', tags => decodeSpans(tags, 'IOB1')],
]

test('counts equal those over all pairs of spans, in every mode and scheme', () => {
  let cases = 0
  for (const [scheme, mode, read] of READINGS)
    for (let seed = 5000; seed < 5200; seed++) {
      const { gold, predicted } = drawCase(seed, scheme)
      const scores = scoreTags(gold, predicted, { mode, scheme })
      const slow = slowCounts(gold.map(read), predicted.map(read))
      const { micro } = scores.exact
      assert.deepEqual(
        [micro.gold, micro.predicted, micro.correct],
        [slow.gold, slow.predicted, slow.correct],
      )
      const { type, boundary } = scores.relaxed
      assert.deepEqual([type.creditedGold, type.creditedPredicted], [slow.typeGold, slow.typePredicted])
      assert.deepEqual([boundary.creditedGold, boundary.creditedPredicted], [slow.boundary, slow.boundary])
      const { types, matrix, missed, spurious } = scores.typeConfusion
      types.forEach((g, i) => {
        assert.equal(missed[i], slow.missed.get(g) ?? 0)
        types.forEach((p, j) => {
          assert.equal(matrix[i][j], slow.confusion.get(`${g} ${p}`) ?? 0)
        })
      })
      assert.equal(
        spurious.reduce((a, b) => a + b, 0),
        slow.spurious,
      )
      cases++
    }
  assert.equal(cases, 1200)
})

test('gold and predicted swapped: precision and recall swap, F1 stays', () => {
  for (let seed = 6000; seed < 6200; seed++) {
    const { gold, predicted } = drawCase(seed, 'BIO')
    const one = scoreTags(gold, predicted)
    const other = scoreTags(predicted, gold)
    for (const at of [
      (s: Scores) => s.exact.micro,
      (s: Scores) => s.relaxed.type,
      (s: Scores) => s.relaxed.boundary,
    ]) {
      const [a, b] = [at(one), at(other)]
      assert.deepEqual([a.precision, a.recall, a.f1], [b.recall, b.precision, b.f1])
    }
  }
})

test('a value without a denominator is null, never 0', () => {
  const nothing = scoreTags([], [])
  assert.equal(nothing.accuracy, null)
  assert.equal(nothing.baseline.allO.accuracy, null)
  assert.deepEqual(nothing.exact.micro, {
    precision: null,
    recall: null,
    f1: null,
    gold: 0,
    predicted: 0,
    correct: 0,
  })
  assert.deepEqual(nothing.exact.macro, { precision: null, recall: null, f1: null })
  const silent = scoreTags([['B-A', 'O']], [['O', 'O']])
  assert.equal(silent.accuracy, 0.5)
  assert.deepEqual(silent.baseline.allO, { accuracy: 0.5, f1: 0 })
  assert.deepEqual(silent.exact.types.A, {
    precision: null,
    recall: 0,
    f1: 0,
    gold: 1,
    predicted: 0,
    correct: 0,
  })
  assert.deepEqual(silent.exact.macro, { precision: 0, recall: 0, f1: 0 })
  assert.equal(silent.exact.weighted.precision, 0)
  assert.deepEqual(scoreTags([['O']], [['O']]).baseline.allO, { accuracy: 1, f1: null })
})

test('strict without a scheme detects it from the gold tags', () => {
  const iobes = [['B-A', 'E-A', 'S-A']]
  const scores = scoreTags(iobes, [['B-A', 'I-A', 'S-A']], { mode: 'strict' })
  assert.equal(scores.scheme, 'IOBES')
  assert.equal(scores.exact.micro.correct, 1)
  assert.equal(scores.exact.micro.predicted, 1)
  // conlleval.pl itself sees one chunk in E-A S-A.
  assert.equal(scoreTags(iobes, iobes).exact.micro.gold, 1)
  assert.equal(scoreTags(iobes, iobes, { scheme: 'IOBES' }).exact.micro.gold, 2)
})

test('sides of different sizes are refused', () => {
  const refused = (run: () => unknown, message: RegExp) =>
    assert.throws(run, (error: unknown) => error instanceof EvaluateError && message.test(error.message))
  refused(() => scoreTags([['O', 'O']], [['O']]), /sentence 1: expected 2 predicted tags/)
  refused(() => scoreTags([['O'], ['O']], [['O']]), /after sentence 1/)
  refused(() => scoreTags([['O']], [['O'], ['O']]), /fewer gold sentences/)
})

test('odd type names and long sentences', () => {
  const types = ['__proto__', 'constructor', '人名', '😀', '10', '9', 'a-b-c']
  const gold = types.map(type => [`B-${type}`, `I-${type}`])
  const scores = scoreTags(gold, gold)
  assert.deepEqual(scores.typeConfusion.types, [...types].sort(byCodePoint))
  assert.equal(scores.exact.macro.f1, 1)
  assert.equal(Object.keys(JSON.parse(JSON.stringify(scores)).exact.types).length, types.length)
  const long = Array.from({ length: 5000 }, (_, i) => (i % 3 === 0 ? 'B-A' : i % 3 === 1 ? 'I-A' : 'O'))
  assert.equal(scoreTags([long], [long]).exact.micro.correct, 1667)
  const many = Array.from({ length: 300 }, (_, i) => `B-T${i}`)
  const accumulator = new ScoreAccumulator()
  for (const tag of many) accumulator.add([tag], [many[0]])
  const { exact, confusion } = accumulator.result()
  assert.equal(exact.micro.correct, 1)
  assert.equal(
    confusion.matrix.flat().reduce((a, b) => a + b, 0),
    300,
  )
})

test('a malformed tag is reported with its place', () => {
  const fine = ['O', 'B-PER']
  assert.throws(
    () => scoreTags([fine, ['O', 'PER']], [fine, fine]),
    (error: unknown) =>
      error instanceof TagError &&
      error.code === 'tags/malformed' &&
      /^sentence 2, token 2, gold tag: expected O, .*, got "PER"/.test(error.message),
  )
  assert.throws(
    () => scoreTags([fine], [['', 'O']]),
    /^TagError: sentence 1, token 1, predicted tag: .* an empty tag/,
  )
})

test('more different tags than a matrix should hold are refused', () => {
  const tags = Array.from({ length: 4095 }, (_, i) => `B-${i}`)
  const scores = new ScoreAccumulator()
  scores.add(tags, tags)
  assert.throws(
    () => scores.add(['B-more'], ['O']),
    (error: unknown) =>
      error instanceof EvaluateError &&
      error.code === 'evaluate/tags' &&
      /sentence 2: expected at most 4096 different tags in all, .*, got "B-more" as one more; check which column/.test(
        error.message,
      ),
  )
})
