import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scoreTags } from '../../evaluate/score-tags.js'
import { thresholdCurve } from '../../evaluate/threshold-curve.js'
import { thresholdFigure } from './calibration.js'
import { tagConfusionFigure, typeConfusionFigure } from './confusion.js'
import { SERIES } from './figure.js'
import { loadPlotting } from './plotting.js'

const plotting = await loadPlotting()

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
    assert.match(figure?.svg ?? '', /var\(--good\)/)
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
