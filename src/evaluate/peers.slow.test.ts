// Agreement with seqeval, nervaluate and scikit-learn; the figures come from oracles/scores.py.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { decodeSpans } from '../tags/decode-spans.js'
import type { Scheme } from '../tags/scheme.js'
import type { Prf } from './prf.js'
import { scoreTags } from './score-tags.js'
import type { Scores, SemevalScheme } from './scores.js'
import { checksum, drawCase, type LabeledCase } from './testing/random-labels.js'

/** A number, or the fraction that has the same double; null for not-a-number. */
type Figure = number | string | null
type Triple = readonly [Figure, Figure, Figure]

interface SeqevalFigures {
  readonly micro: Triple
  readonly macro: Triple
  readonly weighted: Triple
  readonly types: readonly (readonly [Figure, Figure, Figure, number])[]
}

interface SklearnFigures {
  readonly tags: readonly Triple[]
  readonly undefined: string
  readonly accuracy: Figure
  readonly macro: Triple
  readonly weighted: Triple
  readonly withoutO: { readonly micro: Triple; readonly macro: Triple; readonly weighted: Triple } | null
  readonly confusion: string
}

const CASES = 1000

function readOracle<Case>(name: string, schemes: readonly Scheme[]): { oracle: Case; labels: LabeledCase }[] {
  const url = new URL(`../../oracles/${name}.json`, import.meta.url)
  const { labels, cases } = JSON.parse(readFileSync(url, 'utf8')) as { labels: number; cases: Case[] }
  assert.equal(cases.length, CASES)
  const drawn = cases.map((_, seed) => drawCase(seed, schemes[seed % schemes.length]))
  assert.equal(checksum(drawn), labels, 'the generators of the script and of the test differ')
  return cases.map((oracle, i) => ({ oracle, labels: drawn[i] }))
}

let compared = 0

/** Undefined is null here and 0 there. */
function checkFigures(actual: Prf, expected: readonly (Figure | number)[], where: string): void {
  const values = [actual.precision, actual.recall, actual.f1]
  values.forEach((value, i) => {
    checkFigure(value, expected[i], where)
  })
}

function checkFigure(actual: number | null, expected: Figure, where: string): void {
  compared++
  const [part, whole = '1'] = String(expected ?? 0).split('/')
  const difference = Math.abs((actual ?? 0) - Number(part) / Number(whole))
  assert.ok(difference <= 1e-12, `${where}: ${actual}, expected ${expected}`)
}

function checkSeqeval({ exact }: Scores, oracle: SeqevalFigures, where: string): void {
  const { micro, macro, weighted, types } = oracle
  checkFigures(exact.micro, micro, where)
  checkFigures(exact.macro, macro, where)
  checkFigures(exact.weighted, weighted, where)
  const ours = Object.values(exact.types)
  assert.equal(ours.length, types.length, where)
  types.forEach((figures, i) => {
    checkFigures(ours[i], figures, where)
    assert.equal(ours[i].gold, figures[3], where)
  })
}

test('seqeval, default mode: 1,000 cases', () => {
  compared = 0
  const cases = readOracle<SeqevalFigures>('seqeval-default', ['BIO', 'IOBES'])
  cases.forEach(({ oracle, labels: { gold, predicted } }, seed) => {
    const options = seed % 2 === 1 ? ({ scheme: 'IOBES' } as const) : {}
    checkSeqeval(scoreTags(gold, predicted, options), oracle, `case ${seed}`)
  })
  assert.ok(compared > 15_000)
})

test('seqeval, strict mode, in four schemes: 1,000 cases', () => {
  compared = 0
  const schemes = ['IOB1', 'BIO', 'IOBES', 'BILOU'] as const
  const cases = readOracle<SeqevalFigures>('seqeval-strict', schemes)
  cases.forEach(({ oracle, labels: { gold, predicted } }, seed) => {
    const scheme = schemes[seed % 4]
    checkSeqeval(scoreTags(gold, predicted, { mode: 'strict', scheme }), oracle, `case ${seed} in ${scheme}`)
  })
  assert.ok(compared > 15_000)
})

test('the labels that seqeval’s strict mode reads otherwise', () => {
  const url = new URL('../../oracles/seqeval-strict.json', import.meta.url)
  const { known } = JSON.parse(readFileSync(url, 'utf8')) as {
    known: { scheme: Scheme; tags: string[]; seqeval: [number, number, string][] }[]
  }
  const ours = known.map(({ scheme, tags }) => decodeSpans(tags, scheme).map(s => [s.start, s.end, s.type]))
  assert.deepEqual(
    known.map(({ seqeval }) => seqeval),
    [[[2, 3, 'PER']], [[0, 1, 'PER']]],
  )
  assert.deepEqual(ours, [
    [],
    [
      [0, 1, 'PER'],
      [1, 2, 'PER'],
    ],
  ])
})

test('nervaluate’s four SemEval-2013 schemes: 1,000 cases', () => {
  compared = 0
  const cases = readOracle<Record<SemevalScheme, readonly (number | string)[]>>('nervaluate', ['BIO'])
  cases.forEach(({ oracle, labels: { gold, predicted } }, seed) => {
    const { semeval } = scoreTags(gold, predicted)
    for (const scheme of ['strict', 'exact', 'partial', 'type'] as const) {
      const { correct, incorrect, partial, missed, spurious } = semeval[scheme]
      const where = `case ${seed}, ${scheme}`
      assert.deepEqual([correct, incorrect, partial, missed, spurious], oracle[scheme].slice(0, 5), where)
      checkFigures(semeval[scheme], oracle[scheme].slice(5), where)
    }
  })
  assert.equal(compared, CASES * 12)
})

test('scikit-learn’s classification_report and confusion_matrix: 1,000 cases', () => {
  compared = 0
  const cases = readOracle<SklearnFigures>('sklearn', ['BIO', 'IOBES'])
  cases.forEach(({ oracle, labels: { gold, predicted } }, seed) => {
    const where = `case ${seed}`
    const scores = scoreTags(gold, predicted)
    const labels = Object.keys(scores.tokenReport).sort()
    assert.equal(labels.length, oracle.tags.length, where)
    labels.forEach((label, i) => {
      const { precision, recall, f1, support } = scores.tokenReport[label]
      checkFigures({ precision, recall, f1 }, oracle.tags[i], `${where}, ${label}`)
      const missing = [precision, recall, f1].reduce<number>(
        (bits, x, k) => bits + (x === null ? 1 << k : 0),
        0,
      )
      assert.equal(String(missing), oracle.undefined[i], `${where}, ${label}`)
      assert.equal(support, gold.flat().filter(tag => tag === label).length)
    })
    const { withO, withoutO } = scores.tokenAverages
    checkFigure(scores.accuracy, oracle.accuracy, where)
    checkFigure(withO.micro.f1, oracle.accuracy, where)
    checkFigures(withO.macro, oracle.macro, where)
    checkFigures(withO.weighted, oracle.weighted, where)
    for (const kind of ['micro', 'macro', 'weighted'] as const)
      if (oracle.withoutO) checkFigures(withoutO[kind], oracle.withoutO[kind], `${where}, ${kind} without O`)
    const { matrix } = scores.confusion
    const order = labels.map(label => scores.confusion.labels.indexOf(label))
    assert.equal(order.flatMap(row => order.map(column => matrix[row][column])).join(' '), oracle.confusion)
  })
  assert.ok(compared > 25_000)
})
