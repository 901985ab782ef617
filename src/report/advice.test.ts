import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toCountedPrf } from '../evaluate/prf.js'
import { advice } from './advice.js'
import type { EvaluationData, ReportData } from './report-data.js'
import { sampleReport } from './testing/sample-data.js'
import { comparisonBars, comparisonText, verdict } from './verdict.js'

const sample = sampleReport({ sentences: 400 })

/** The sample with other figures over all entities; everything that would call for a step is left out. */
function report(
  [correct, predicted, gold]: readonly [number, number, number],
  change: Partial<EvaluationData> = {},
  rest: Partial<ReportData> = {},
): ReportData {
  const { evaluation } = sample
  const micro = toCountedPrf(correct, predicted, gold)
  const f1 = micro.f1 ?? 0
  return {
    ...sample,
    learning: undefined,
    ...rest,
    evaluation: {
      ...evaluation,
      chosenOn: false,
      suspects: undefined,
      breakdowns: [],
      confusions: { items: [], total: 0 },
      intervals: { ...evaluation.intervals, f1: { low: f1 - 0.01, high: f1 + 0.01 } },
      baselines: { guessed: 0.02 },
      scores: { ...evaluation.scores, exact: { ...evaluation.scores.exact, micro, types: {} } },
      ...change,
    },
  }
}

test('a tagger that learned nothing is told what it learned from, and nothing about its errors', () => {
  const { confusions } = sample.evaluation
  const data = report([0, 0, 12], { confusions }, { model: sample.model })
  assert.ok(confusions.items.length > 0 && sample.model)
  assert.deepEqual(titles(data), ['Find out why it learned nothing', 'Give it more to learn from'])
  const seen = sample.model.start.sentences.toLocaleString('en-US')
  assert.ok(advice(data)[1].reason.startsWith(`It learned from ${seen} sentence`), advice(data)[1].reason)
})

const titles = (data: ReportData) => advice(data).map(({ title }) => title)

test('the verdict follows F1, and says what the figure means', () => {
  const headlines = [970, 900, 800, 500, 200].map(
    correct => verdict(report([correct, 1000, 1000]).evaluation).headline,
  )
  assert.deepEqual(headlines, ['Very good', 'Good', 'Fair', 'Weak', 'Poor'])
  const { meaning, use } = verdict(report([800, 1000, 900]).evaluation)
  assert.equal(meaning, 'It finds 89 of 100 entities, and 80 of 100 that it reports are right.')
  assert.doesNotMatch(use, /little text/)
})

test('a verdict on nothing, on too little, and on what a list does as well', () => {
  assert.equal(verdict(report([0, 0, 12]).evaluation).headline, 'It finds nothing')
  assert.equal(verdict(report([0, 3, 0]).evaluation).headline, 'Nothing to find')
  const { intervals } = sample.evaluation
  const wide = report([80, 100, 100], { intervals: { ...intervals, f1: { low: 0.7, high: 0.88 } } })
  assert.match(verdict(wide.evaluation).use, /anywhere from 70\.0% to 88\.0%/)
  const memorized = toCountedPrf(79, 100, 100)
  const list = report([80, 100, 100], { baselines: { memorized, guessed: 0.02 } })
  assert.match(verdict(list.evaluation).headline, /list of names/)
})

test('what it is compared with: other corpora, an earlier run, memorized names, guesses', () => {
  const data = report(
    [80, 100, 100],
    { baselines: { memorized: toCountedPrf(50, 100, 100), guessed: 0.021 }, chosenOn: true },
    {
      comparisons: [
        { kind: 'test', name: 'test.conll', f1: 0.78 },
        { kind: 'earlier', name: 'a', f1: 0.83 },
      ],
    },
  )
  assert.deepEqual(
    comparisonBars(data).map(({ f1 }) => f1),
    [0.8, 0.78, 0.83, 0.5, 0.021],
  )
  assert.match(
    comparisonText(data),
    /30\.0 points above memorized names\..* 3\.0 points below the earlier run/,
  )
  assert.match(comparisonText(data), /fairer/)
  assert.match(comparisonText({ ...data, comparisons: [] }), /chose the epoch/)
})

test('each step is advised where the data calls for it, and only there', () => {
  assert.deepEqual(titles(report([900, 1000, 1000])), [])
  const { learning } = sample
  assert.ok(learning)
  const rising = { ...learning, bestEpoch: 6 }
  const { suspects, intervals } = sample.evaluation
  assert.ok(suspects)
  const row = (label: string, correct: number, gold: number) => ({
    label,
    ...toCountedPrf(correct, gold, gold),
  })
  const seen = [row('seen', 95, 100), row('other', 0, 0), row('unseen', 50, 100)]
  const confusion = (
    kind: 'type' | 'missed' | 'boundary' | 'spurious',
    gold?: string,
    predicted?: string,
  ) => ({
    confusions: { items: [{ kind, gold, predicted, count: 5, cost: 10, examples: [] }], total: 1 },
  })
  const types = { A: toCountedPrf(90, 100, 100), B: toCountedPrf(30, 60, 60) }
  const { exact } = sample.evaluation.scores
  const micro = toCountedPrf(900, 1000, 1000)
  const cases: readonly (readonly [ReportData, string | RegExp])[] = [
    [report([900, 1000, 1000], {}, { learning: rising }), 'Train longer'],
    [report([900, 1000, 1000], { suspects: { ...suspects, total: 7 } }), 'Check 7 labels of dev.conll'],
    [
      report([900, 1000, 1000], { intervals: { ...intervals, f1: { low: 0.8, high: 0.95 } } }),
      'Measure on more text',
    ],
    [
      report([900, 1000, 1000], { breakdowns: [{ name: 'mention in training', rows: seen }] }),
      /names that it has not seen/,
    ],
    [report([900, 1000, 1000], confusion('type', 'A', 'B')), 'Tell A from B'],
    [report([900, 1000, 1000], confusion('missed', 'A')), 'Label more A'],
    [report([900, 1000, 1000], confusion('boundary', 'A', 'A')), 'Settle where A begins and ends'],
    [report([900, 1000, 1000], confusion('spurious', undefined, 'B')), 'Show what is not B'],
    [
      report([900, 1000, 1000], {
        scores: { ...sample.evaluation.scores, exact: { ...exact, micro, types } },
      }),
      'Label more B',
    ],
    [report([900, 1000, 1000], { chosenOn: true }), 'Measure on text that chose nothing'],
    [report([0, 0, 1000], {}, { model: undefined }), 'Find out why it learned nothing'],
    [report([0, 10, 1000], {}, { model: undefined }), 'Find out why nothing is right'],
    [report([0, 10, 0]), 'Measure on labeled text'],
  ]
  for (const [data, title] of cases) {
    const found = titles(data)
    assert.equal(found.length, 1, `${title}: ${found.join(', ')}`)
    if (typeof title === 'string') assert.equal(found[0], title)
    else assert.match(found[0], title)
  }
  assert.equal(cases.length, 13)
})

test('the step that is worth most comes first', () => {
  const confusions = {
    items: [{ kind: 'type' as const, gold: 'A', predicted: 'B', count: 50, cost: 100, examples: [] }],
    total: 1,
  }
  const { suspects } = sample.evaluation
  const few = report([900, 1000, 1000], { confusions, suspects: suspects && { ...suspects, total: 10 } })
  const many = report([900, 1000, 1000], { confusions, suspects: suspects && { ...suspects, total: 400 } })
  assert.deepEqual(titles(few), ['Tell A from B', 'Check 10 labels of dev.conll'])
  assert.deepEqual(titles(many), ['Check 400 labels of dev.conll', 'Tell A from B'])
})
