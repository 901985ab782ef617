import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { calibration, fitScoreTemperature, fitTemperature, scaleScore } from './calibration.js'
import { isSameSpan } from './scored-sentence.js'
import { randomSentences } from './testing/random-sentences.js'
import { thresholdCurves } from './threshold-curve.js'

function close(actual: number | null | undefined, expected: number, tolerance = 1e-12): void {
  assert.ok(
    typeof actual === 'number' && Math.abs(actual - expected) <= tolerance,
    `${actual}, not ${expected}`,
  )
}

test('calibration error, worked out by hand', () => {
  const items = [
    { score: 0.9, correct: true },
    { score: 0.9, correct: false },
    { score: 0.3, correct: false },
    { score: 0, correct: false },
    { score: 1, correct: true },
  ]
  const result = calibration(items)
  // Bins: (0.8, 0.9] has 0.9 against 1/2; (0.2, 0.3] 0.3 against 0; [0, 0.1] and (0.9, 1] are perfect.
  close(result.ece, (2 * 0.4 + 0.3) / 5)
  close(result.maxError, 0.4)
  close(result.brier, (0.01 + 0.81 + 0.09) / 5)
  assert.deepEqual(
    result.bins.map(bin => bin.count),
    [1, 0, 1, 0, 0, 0, 0, 0, 2, 1],
  )
  assert.equal(result.bins[4].accuracy, null)
  assert.equal(calibration([]).ece, null)
  assert.throws(() => calibration([{ score: 1.1, correct: true }]), RangeError)
  assert.throws(() => calibration([{ score: Number.NaN, correct: true }]), RangeError)
})

test('a known temperature is found again, and no nearby one has less loss', () => {
  const random = Random.fromSeed(4)
  const classes = 4
  const items = 4000
  for (const truth of [0.5, 1, 3]) {
    const logits = new Float64Array(items * classes)
    const labels = new Int32Array(items)
    for (let i = 0; i < items; i++) {
      const row = Array.from({ length: classes }, () => 2 * random.normal())
      let left = random.float() * row.reduce((sum, z) => sum + Math.exp(z), 0)
      labels[i] = row.findIndex(z => (left -= Math.exp(z)) < 0)
      for (let c = 0; c < classes; c++) logits[i * classes + c] = row[c] * truth
    }
    const fitted = fitTemperature(logits, labels, classes)
    close(fitted.temperature, truth, truth * 0.08)
    assert.ok(fitted.after <= fitted.before + 1e-12)
    const lossAt = (temperature: number) => {
      let loss = 0
      for (let i = 0; i < items; i++) {
        const row = [...logits.subarray(i * classes, (i + 1) * classes)].map(z => z / temperature)
        loss += Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - row[labels[i]]
      }
      return loss / items
    }
    close(fitted.before, lossAt(1), 1e-9)
    close(fitted.after, lossAt(fitted.temperature), 1e-9)
    for (const factor of [0.9, 0.99, 1.01, 1.1])
      assert.ok(lossAt(fitted.temperature * factor) >= fitted.after - 1e-12)
  }
  assert.throws(() => fitTemperature([], [], 2), RangeError)
})

test('scaled scores are better calibrated and keep their order', () => {
  const random = Random.fromSeed(11)
  const items = Array.from({ length: 3000 }, () => {
    const honest = random.float()
    return { score: scaleScore(honest, 0.4), correct: random.float() < honest }
  })
  const { temperature } = fitScoreTemperature(items)
  close(temperature, 2.5, 0.25)
  const scaled = items.map(({ score, correct }) => ({ score: scaleScore(score, temperature), correct }))
  const [before, after] = [calibration(items).ece ?? 0, calibration(scaled).ece ?? 0]
  assert.ok(before > 0.1 && after < 0.03, `${before} → ${after}`)
  assert.ok(scaleScore(0.3, temperature) < scaleScore(0.4, temperature))
  close(scaleScore(0.5, 7), 0.5)
})

test('threshold curves: each point as if the sentences had been filtered', () => {
  const sentences = randomSentences(60, 12)
  const { all, types, unscored } = thresholdCurves(sentences)
  assert.equal(unscored, 0)
  let points = 0
  for (const [type, curve] of [['', all] as const, ...Object.entries(types)]) {
    let bestF1 = 0
    for (const point of curve.points) {
      let [gold, predicted, correct] = [0, 0, 0]
      for (const sentence of sentences) {
        const golds = sentence.gold.filter(span => type === '' || span.type === type)
        const kept = sentence.predicted.filter(
          span =>
            (type === '' || span.type === type) && span.score !== undefined && span.score >= point.threshold,
        )
        gold += golds.length
        predicted += kept.length
        correct += kept.filter(p => golds.some(g => isSameSpan(g, p))).length
      }
      assert.deepEqual([point.gold, point.predicted, point.correct], [gold, predicted, correct])
      bestF1 = Math.max(bestF1, point.f1 ?? 0)
      points++
    }
    assert.equal(curve.best?.f1, bestF1)
  }
  assert.ok(points > 60)
  const bare = { tokens: ['a'], gold: [], predicted: [{ start: 0, end: 1, type: 'A' }] }
  assert.equal(thresholdCurves([bare]).unscored, 1)
  assert.equal(thresholdCurves([bare]).all.best, undefined)
})
