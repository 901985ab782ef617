import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../base/random.js'
import { lenientSpans } from '../tags/lenient-spans.js'
import { compareSystems } from './compare-systems.js'
import { scoreTags } from './score-tags.js'
import { meanCounts, type SentenceCounts, sumCounts, type TypeCounts, typeCounts } from './sentence-counts.js'
import { bootstrapIntervals, pairedBootstrap, randomizationTest } from './significance.js'

const TAGS = ['O', 'O', 'O', 'B-PER', 'I-PER', 'B-LOC', 'I-LOC', 'B-ORG']

/** Gold tags and those of some systems, each right about two times in three. */
function taggings(seed: number, sentences: number, systems: number) {
  const random = Random.fromSeed(seed)
  const draw = () => TAGS[random.below(TAGS.length)]
  const gold = Array.from({ length: sentences }, () => Array.from({ length: 1 + random.below(6) }, draw))
  const tagged = Array.from({ length: systems }, () =>
    gold.map(tags => tags.map(tag => (random.below(3) > 0 ? tag : draw()))),
  )
  return { gold, tagged }
}

const countsOf = (gold: string[][], tagged: string[][]): TypeCounts[] =>
  gold.map((tags, i) => typeCounts(lenientSpans(tags), lenientSpans(tagged[i])))

test('figures are those of scoreTags, intervals and p-values those of each system and pair alone', () => {
  let types = 0
  for (let seed = 1; seed <= 6; seed++) {
    const { gold, tagged } = taggings(seed, 40, 3)
    const counts = tagged.map(tags => countsOf(gold, tags))
    const { reference, systems } = compareSystems(counts, { samples: 60, rounds: 200, seed })
    const scores = tagged.map(tags => scoreTags(gold, tags))
    const f1s = scores.map(({ exact }) => exact.micro.f1 ?? 0)
    assert.equal(reference, f1s.indexOf(Math.max(...f1s)))
    const whole = counts.map(own => own.map(each => sumCounts(each.values())))
    systems.forEach((system, i) => {
      const { micro } = scores[i].exact
      for (const key of ['precision', 'recall', 'f1', 'gold', 'predicted', 'correct'] as const)
        assert.equal(system[key], micro[key])
      const { precision, recall, f1 } = bootstrapIntervals(whole[i], { samples: 60, seed })
      assert.deepEqual(system.intervals, { precision, recall, f1 })
      for (const [type, score] of Object.entries(scores[i].exact.types)) {
        assert.equal(system.types[type].f1, score.f1)
        assert.equal(system.types[type].gold, score.gold)
        types++
      }
      if (i === reference) assert.equal(system.against, null)
      else {
        const test = randomizationTest(whole[i], whole[reference], { rounds: 200, seed })
        assert.equal(system.against?.pValue, test.pValue)
        assert.equal(system.against?.difference, f1s[i] - f1s[reference])
      }
    })
    const first = compareSystems(counts, { samples: 10, rounds: 10, reference: 0 })
    assert.equal(first.reference, 0)
    assert.equal(first.systems[0].against, null)
  }
  assert.equal(types, 6 * 3 * 3)
})

test('a paired bootstrap draws the same sentences for all, as a dense second implementation does', () => {
  let cases = 0
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, sentences) => {
      const { gold, tagged } = taggings(seed, sentences, 2)
      const counts = tagged.map(tags =>
        countsOf(gold, tags).map(each => sumCounts(each.values())),
      ) as SentenceCounts[][]
      const { f1Difference } = pairedBootstrap(counts, { samples: 25, seed, level: 0.8 })
      const random = Random.fromSeed(seed)
      const drawn: number[] = []
      for (let sample = 0; sample < 25; sample++) {
        const picked = Array.from({ length: sentences }, () => random.below(sentences))
        const f1 = counts.map(own => {
          const { gold: g, predicted, correct } = sumCounts(picked.map(i => own[i]))
          return (2 * correct) / (g + predicted)
        })
        drawn.push(f1[0] - f1[1])
      }
      const found = f1Difference(0, 1)
      if (drawn.some(Number.isNaN)) assert.equal(found, null)
      else {
        const sorted = Float64Array.from(drawn).sort()
        assert.ok(found && Math.abs(found.low - quantile(sorted, 0.1)) < 1e-12)
        assert.ok(Math.abs(found.high - quantile(sorted, 0.9)) < 1e-12)
        cases++
      }
    }),
    { numRuns: 100 },
  )
  assert.ok(cases > 50, `${cases}`)
})

test('the interval of a difference of paired proportions is the known one', () => {
  // One entity per sentence: F1 is the share of right ones. Only the first system gets 80 right, only the second 30.
  const n = 500
  const counts = (isRight: (i: number) => boolean): TypeCounts[] =>
    Array.from(
      { length: n },
      (_, i) => new Map([['X', { gold: 1, predicted: 1, correct: isRight(i) ? 1 : 0 }]]),
    )
  const [first, second] = [counts(i => i < 80 || i >= 200), counts(i => i >= 170)]
  assert.equal(first.filter((each, i) => each.get('X')?.correct !== second[i].get('X')?.correct).length, 110)
  const { systems } = compareSystems([first, second], { samples: 4000, rounds: 100, seed: 3, reference: 1 })
  const against = systems[0].against
  const half = (1.96 * Math.sqrt(110 - 50 ** 2 / n)) / n
  assert.ok(against?.interval)
  assert.ok(Math.abs(against.difference - 0.1) < 1e-12)
  assert.ok(Math.abs(against.interval.low - (0.1 - half)) < 0.004)
  assert.ok(Math.abs(against.interval.high - (0.1 + half)) < 0.004)
  assert.deepEqual(systems[0].types.X.differenceInterval, against.interval)
})

test('p-values are adjusted as R’s p.adjust(…, "holm") does', () => {
  // p.adjust(c(0.04, 0.01, 0.03, 0.05, 0.02), "holm")
  const known = holm([0.04, 0.01, 0.03, 0.05, 0.02])
  ;[0.09, 0.05, 0.09, 0.09, 0.08].forEach((expected, i) => {
    assert.ok(Math.abs(known[i] - expected) < 1e-12, `${known}`)
  })
  let changed = 0
  for (let seed = 1; seed <= 20; seed++) {
    const { gold, tagged } = taggings(seed, 30, 5)
    const counts = tagged.map(tags => countsOf(gold, tags))
    const { systems } = compareSystems(counts, { samples: 2, rounds: 100, seed })
    const tested = systems.flatMap(({ against }) => (against ? [against] : []))
    const adjusted = holm(tested.map(({ pValue }) => pValue))
    tested.forEach(({ pValue, adjustedPValue }, i) => {
      assert.ok(Math.abs(adjustedPValue - adjusted[i]) < 1e-12)
      if (adjustedPValue > pValue) changed++
    })
    assert.equal(tested.length, 4)
  }
  assert.ok(changed > 40, `${changed}`)
})

/** Each p-value times the number of p-values at least as large, and at least as high as those of smaller ones. */
function holm(pValues: readonly number[]): number[] {
  const stepOf = (p: number) => Math.min(1, p * pValues.filter(other => other >= p).length)
  return pValues.map(p => Math.max(...pValues.filter(other => other <= p).map(stepOf)))
}

/** Linear interpolation between order statistics, with weights for every one of them. */
function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1)
  return sorted.reduce((sum, value, i) => sum + value * Math.max(0, 1 - Math.abs(i - at)), 0)
}

test('the quantiles of these tests are NumPy’s', () => {
  // numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.5, 0.9, 1])
  const sorted = Float64Array.from([1, 2, 4, 8])
  const quantiles = [0, 0.1, 0.5, 0.9, 1].map(q => quantile(sorted, q))
  ;[1, 1.3, 3, 6.8, 8].forEach((expected, i) => {
    assert.ok(Math.abs(quantiles[i] - expected) < 1e-12)
  })
})

test('mean counts keep the gold side, and average the rest', () => {
  const { gold, tagged } = taggings(9, 30, 3)
  const systems = tagged.map(tags => countsOf(gold, tags))
  const mean = meanCounts(systems)
  let checked = 0
  mean.forEach((types, sentence) => {
    for (const [type, { gold: goldCount, predicted, correct }] of types) {
      const own = systems.map(system => system[sentence].get(type))
      assert.equal(goldCount, own[0]?.gold ?? 0)
      assert.equal(
        predicted * 3,
        own.reduce((sum, each) => sum + (each?.predicted ?? 0), 0),
      )
      assert.ok(Math.abs(correct * 3 - own.reduce((sum, each) => sum + (each?.correct ?? 0), 0)) < 1e-12)
      checked++
    }
  })
  assert.ok(checked > 30)
  assert.throws(() => compareSystems([systems[0], systems[0].slice(1)]), RangeError)
})
