import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHTML } from 'linkedom'
import { scoreTags } from '../../evaluate/score-tags.js'
import { thresholdCurve } from '../../evaluate/threshold-curve.js'
import { SERIES } from '../charts/figure.js'
import { loadPlotting } from '../charts/load-plotting.js'
import { typeColors } from '../page/entity-line.js'
import { percent } from '../percent.js'
import type { EvaluationData, ReportData } from '../report-data.js'
import { sampleReport } from '../testing/sample-data.js'
import { attentionSection } from './attention.js'
import { breakdownSection } from './breakdowns.js'
import { calibrationSection, thresholdFigure } from './calibration.js'
import { cardSection, settingsSection } from './card.js'
import { confusionSection, tagConfusionFigure, typeConfusionFigure } from './confusion.js'
import { corpusSection } from './corpora.js'
import { errorListSection, errorSection, suspectSection } from './errors.js'
import { learningSection, typeCurveSection } from './learning.js'
import { probabilitySection } from './probabilities.js'
import { type MakeSection, typesByCount } from './section.js'
import { sentenceSection } from './sentences.js'
import { countingSection, summarySection } from './summary.js'

const plotting = await loadPlotting()
const sample = sampleReport()

/** A section of a report, parsed; `undefined` if there is nothing to show. */
function section(make: MakeSection, data: ReportData = sample) {
  const types = typesByCount(data.evaluation.scores)
  const made = make({ data, plotting, types, colorOf: typeColors(types) })
  if (!made) return undefined
  const { document } = parseHTML(`<!doctype html><html><body>${made.body.text}</body></html>`)
  return { ...made, document, text: (document.body.textContent ?? '').replace(/\s+/g, ' ') }
}

const withEvaluation = (change: Partial<EvaluationData>): ReportData => ({
  ...sample,
  evaluation: { ...sample.evaluation, ...change },
})
const rowsOf = (root: { querySelectorAll(selector: string): Iterable<Element> }) =>
  [...root.querySelectorAll('tr')].map(row => [...row.children].map(cell => cell.textContent ?? ''))

test('each section is about its part of the data, and absent without it', () => {
  const none = { items: [], total: 0 }
  const cases: readonly (readonly [MakeSection, string, Partial<ReportData>])[] = [
    [learningSection, 'loss-and-scores', { learning: undefined }],
    [typeCurveSection, 'type-curves', { learning: undefined }],
    [errorListSection, 'error-browser', withEvaluation({ errors: none })],
    [probabilitySection, 'probabilities', { probabilities: undefined }],
    [probabilitySection, 'probabilities', { probabilities: { sentences: none } }],
    [attentionSection, 'attention', { attention: undefined }],
    [attentionSection, 'attention', { attention: { sentences: none } }],
    [calibrationSection, 'calibration', withEvaluation({ calibration: undefined })],
    [breakdownSection, 'breakdowns', withEvaluation({ breakdowns: [] })],
    [suspectSection, 'suspects', withEvaluation({ suspects: undefined })],
    [sentenceSection, 'sentences', withEvaluation({ sentences: none })],
    [corpusSection, 'corpora', { corpora: [] }],
    [cardSection, 'card', { model: undefined, lossShares: undefined }],
    [settingsSection, 'settings', { settings: undefined }],
  ]
  for (const [make, id, without] of cases) {
    assert.equal(section(make)?.id, id)
    assert.ok((section(make)?.finding.length ?? 0) > 3, id)
    assert.equal(section(make, { ...sample, ...without }), undefined, id)
  }
  assert.equal(cases.length, 14)
})

test('scores: a row per type, and a table of ways to count', () => {
  const { exact } = sample.evaluation.scores
  const byType = section(summarySection)
  const rows = rowsOf(byType?.document.querySelector('.types') ?? parseHTML('').document)
  assert.deepEqual(rows[0], ['type', 'F1', 'precision', 'recall', 'to find', 'found', 'in training'])
  const training = sample.corpora[0].stats.types
  assert.deepEqual(
    rows.slice(1),
    typesByCount(sample.evaluation.scores).map(type => {
      const { f1, precision, recall, gold, predicted } = exact.types[type]
      return [type, ...[f1, precision, recall].map(percent), `${gold}`, `${predicted}`, `${training[type]}`]
    }),
  )
  const counting = section(countingSection)
  const strict = rowsOf(counting?.document ?? parseHTML('').document).find(
    ([name]) => name === 'exact: boundaries and type',
  )
  assert.equal(strict?.[3], `${((exact.micro.f1 ?? 0) * 100).toFixed(1)}%`)
})

test('learning: a chart each for loss and scores, one per type, of the epoch that was kept', () => {
  const found = section(learningSection)
  const byType = section(typeCurveSection)
  assert.deepEqual(
    [...(found?.figures ?? []), ...(byType?.figures ?? [])].map(({ id }) => id),
    ['loss', 'dev-scores', 'type-curve-0', 'type-curve-1', 'type-curve-2'],
  )
  const [loss, dev] = found?.figures ?? []
  assert.deepEqual(
    loss.table.rows.map(([epoch, value]) => [epoch, value]),
    sample.learning?.epochs.map(({ epoch, loss }) => [`${epoch}`, loss.toFixed(4)]),
  )
  assert.match(dev.description, /came in epoch 4, which was kept/)
  assert.equal(dev.table.rows.length, 6)
  const kept = sample.learning?.epochs[3]
  assert.match(loss.description, new RegExp(`${kept?.loss.toFixed(3)} in epoch 4, which was kept`))
  const [type] = typesByCount(sample.evaluation.scores)
  assert.equal(
    byType?.figures?.[0].description,
    `F1 ${percent(kept?.types?.[type].f1 ?? null)} in epoch 4, which was kept.`,
  )
})

test('errors: as many items as errors, filters for what there is, a text if there are none', () => {
  const found = section(errorListSection)
  const { errors, errorCounts } = sample.evaluation
  assert.equal(found?.document.querySelectorAll('ol.list li').length, errors.items.length)
  const kinds = [...(found?.document.querySelectorAll('[data-filter=kind] option') ?? [])]
  assert.equal(kinds.length - 1, Object.values(errorCounts).filter(count => count > 0).length)
  assert.ok(found?.document.querySelector('[data-filter=score]'))
  const tags = [['B-PER']]
  const perfect = section(
    errorSection,
    withEvaluation({
      scores: scoreTags(tags, tags),
      errors: { items: [], total: 0 },
      errorCounts: { boundary: 0, type: 0, both: 0, missed: 0, spurious: 0 },
    }),
  )
  assert.match(perfect?.text ?? '', /^There are no errors/)
  assert.deepEqual(
    perfect?.figures?.map(({ id }) => id),
    ['error-kinds'],
  )
})

test('sentences, labels to review, probabilities and attention list what the data has', () => {
  const { sentences, suspects } = sample.evaluation
  const count = (make: MakeSection, selector: string) =>
    section(make)?.document.querySelectorAll(selector).length
  assert.equal(count(sentenceSection, 'ol.list li'), sentences.items.length)
  assert.equal(count(suspectSection, 'ol.list li'), suspects?.items.length)
  assert.match(section(suspectSection)?.text ?? '', /with a score of at least 90%/)
  const shown = sample.probabilities?.sentences.items ?? []
  const probabilities = section(probabilitySection)
  assert.equal(probabilities?.document.querySelectorAll('table').length, shown.length)
  const options = [...(probabilities?.document.querySelectorAll('[data-choose] option') ?? [])]
  const isWrong = options.map(option => option.textContent?.includes('✗'))
  assert.deepEqual(isWrong, [...isWrong].sort().reverse(), 'sentences with errors come first')
  const maps = sample.attention?.sentences.items.flatMap(({ maps }) => maps) ?? []
  assert.equal(count(attentionSection, 'table.pairs'), maps.length)
})

test('corpora and breakdowns: a column per corpus, a chart per property', () => {
  const corpora = section(corpusSection)
  const [head] = rowsOf(corpora?.document.querySelector('table') ?? parseHTML('').document)
  assert.deepEqual(head, ['measure', 'training', 'development'])
  assert.deepEqual(
    corpora?.figures?.map(({ id }) => id),
    ['type-shares', 'sentence-lengths'],
  )
  assert.deepEqual(Object.keys(corpora?.figures?.[0].legend?.[0] ?? {}), ['label', 'color', 'sign'])
  assert.equal(section(breakdownSection)?.figures?.length, sample.evaluation.breakdowns.length)
  assert.deepEqual(
    section(confusionSection)?.figures?.map(({ id }) => id),
    ['type-confusion', 'tag-confusion'],
  )
})

test('the model card says what the model is and how it was trained', () => {
  const factsOf = (make: MakeSection, data?: ReportData) =>
    new Map(
      [...(section(make, data)?.document.querySelectorAll('.facts div') ?? [])].map(fact => [
        fact.querySelector('dt')?.textContent,
        fact.querySelector('dd')?.textContent,
      ]),
    )
  const facts = factsOf(cardSection)
  for (const [name, value] of [
    ['finds', 'PER, LOC, ORG'],
    ['encoder', 'bilstm, then attention'],
    ['decoder', 'crf over 7 tags'],
    ['trainable parameters', '1,234'],
    ['sentences per epoch (sampled)', '40'],
    ['epoch that was kept', '4, with the best development F1'],
    ['seed', '1'],
  ] as const)
    assert.equal(facts.get(name), value, name)
  assert.equal(factsOf(settingsSection).get('corpus.dev'), '"dev.conll"')
  const found = section(cardSection)
  const rows = rowsOf(found?.document.body ?? parseHTML('').document)
  assert.match(rows.find(([name]) => name === 'all types')?.[1] ?? '', /^\d+\.\d%$/)
  assert.match(found?.text ?? '', /The most frequent words without a vector: Ada/)
  assert.match(found?.text ?? '', /dev\.conll was guessed/)
  const bare = section(cardSection, {
    ...sample,
    model: sample.model && { ...sample.model, best: undefined, test: undefined, warnings: [] },
  })
  assert.doesNotMatch(bare?.text ?? '', /epoch that was kept|test corpus|warned/)
})

test('between two scores the threshold curves are at what the higher one keeps', () => {
  const judged = [0.9, 0.6, 0.2].map(score => ({ score, correct: true }))
  const { points } = thresholdCurve(judged, 4)
  assert.deepEqual(
    points.map(({ recall }) => recall),
    [0.25, 0.5, 0.75],
  )
  const { svg } = thresholdFigure(plotting, { all: points, types: [] })
  const path = [...svg.matchAll(/<(?:path|g)[^>]*>/g)].map(([tag]) => tag).join('\n')
  const group = svg.indexOf(`stroke="${SERIES.recall.color}"`)
  assert.ok(group > 0, path)
  const d = /\sd="([^"]+)"/.exec(svg.slice(group))?.[1] ?? ''
  const places = d
    .split(/[ML]/)
    .slice(1)
    .map(pair => pair.split(',').map(Number))
  const xs = [...new Set(places.map(([x]) => x))].sort((a, b) => b - a)
  const ys = [...new Set(places.map(([, y]) => y))].sort((a, b) => b - a)
  assert.deepEqual([xs.length, ys.length], [3, 3], d)
  const level = places.slice(1).flatMap(([x, y], i) => (y === places[i][1] ? [[places[i][0], x, y]] : []))
  assert.deepEqual(level, [
    [xs[0], xs[1], ys[0]],
    [xs[1], xs[2], ys[1]],
  ])
})

test('types called as the chart’s own rows are types like others', () => {
  const names = ['others', 'missed', 'spurious']
  const right = names.map(name => [`B-${name}`])
  const perfect = scoreTags(right, right)
  for (const figure of [typeConfusionFigure(plotting, perfect), tagConfusionFigure(plotting, perfect)]) {
    assert.match(figure?.description ?? '', /There is no confusion\.$/)
    assert.doesNotMatch(figure?.svg ?? '', /var\(--bad\)/)
    assert.match(figure?.svg ?? '', /var\(--fill\)/)
  }
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['B-PER', 'B-missed', /error: PER taken for missed, 1 times/],
    ['B-spurious', 'B-PER', /error: spurious taken for PER, 1 times/],
    ['B-PER', 'O', /error: PER missed, 1 times/],
    ['O', 'B-PER', /error: spurious PER, 1 times/],
  ]
  for (const [gold, predicted, pattern] of cases)
    assert.match(
      typeConfusionFigure(plotting, scoreTags([[gold]], [[predicted]]))?.description ?? '',
      pattern,
    )
})

test('rare types summed up are as right as they are', () => {
  const types = Array.from({ length: 30 }, (_, i) => `T${i}`)
  const gold = types.flatMap((type, i) => Array.from({ length: 30 - i }, () => [`B-${type}`]))
  const perfect = typeConfusionFigure(plotting, scoreTags(gold, gold))
  assert.ok(perfect)
  assert.ok(perfect.table.header.includes('others'))
  assert.match(perfect.description, /There is no confusion\.$/)
  assert.doesNotMatch(perfect.svg, /var\(--bad\)/)
  const predicted = gold.map(([tag]) => (tag === 'B-T28' ? ['B-T29'] : [tag]))
  const wrong = typeConfusionFigure(plotting, scoreTags(gold, predicted))
  assert.match(wrong?.description ?? '', /error: others taken for others, 2 times/)
  assert.match(wrong?.svg ?? '', /var\(--bad\)/)
})

test('the matrix on the page has the counts of the chart, each cell with its column’s name', () => {
  const found = section(confusionSection)
  const [types, tags] = [...(found?.document.querySelectorAll('table.matrix') ?? [])]
  const figures = found?.figures ?? []
  let cells = 0
  for (const [table, figure] of [
    [types, figures[0]],
    [tags, figures[1]],
  ] as const) {
    const rows = rowsOf(table)
    assert.deepEqual(rows[0].slice(1), figure.table.header.slice(1))
    assert.deepEqual(
      rows.slice(1).map(([name, ...counts]) => [name, ...counts.map(count => count || '0')]),
      figure.table.rows,
    )
    for (const row of table.querySelectorAll('tbody tr'))
      [...row.querySelectorAll('td')].forEach((cell, column) => {
        if (cell.textContent !== '')
          assert.equal(cell.getAttribute('data-label'), figure.table.header[column + 1])
        cells++
      })
  }
  assert.equal(cells, 4 * 4 + 7 * 7)
})
