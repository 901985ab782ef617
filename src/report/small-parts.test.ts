import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import type { ScoredSentence } from '../evaluate/scored-sentence.js'
import type { EpochEvent, StartEvent } from '../run/events.js'
import { chooseSentences, isRight, pick } from './choose-sentences.js'
import { clip, spread } from './clip.js'
import { escapeHtml, html, markup } from './html.js'
import { learningData } from './learning-data.js'
import { DARK, LIGHT } from './page/colors.js'
import { entityLine, shownText } from './page/entity-line.js'
import { percent, points, wholePercent } from './percent.js'
import { tagProbabilities } from './token-views.js'

test('escaped text reads back as it was, in text and in attributes', () => {
  let cases = 0
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, other) => {
      const { document } = parseHTML(
        `<!doctype html><body>${html`<p title="${text}">${text}${[html`<b>${other}</b>`]}</p>`.text}`,
      )
      const shown = (value: string) =>
        value.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd')
      assert.equal(document.querySelector('p')?.getAttribute('title'), shown(text))
      assert.equal(document.querySelector('b')?.textContent, shown(other))
      assert.equal(document.querySelector('p')?.textContent, shown(text) + shown(other))
      cases++
    }),
    { numRuns: 300 },
  )
  assert.equal(cases, 300)
  assert.equal(html`${null}${undefined}${false}${0}${markup('<i></i>')}`.text, '0<i></i>')
  assert.equal(escapeHtml('\ud800a\udc00😀'), '\ufffda\ufffd😀')
  assert.equal(escapeHtml('\u202egnp.exe\u200f'), '\ufffdgnp.exe\u200f')
})

test('lists and texts are cut as said', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 0, max: 20 }), (items, limit) => {
      const chosen = spread(
        items.map((_, i) => i),
        limit,
      )
      assert.equal(chosen.length, Math.min(limit, items.length))
      assert.deepEqual(
        [...new Set(chosen)].sort((a, b) => a - b),
        chosen,
      )
      if (limit >= 2 && items.length > 0) assert.deepEqual([chosen[0], chosen.at(-1)], [0, items.length - 1])
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 10 }), (text, limit) => {
      const cut = clip(text, limit)
      if ([...text].length <= limit) assert.equal(cut, text)
      else assert.equal([...cut].length, limit)
    }),
  )
})

const sentence = (kind: 'right' | 'wrong' | 'empty'): ScoredSentence => {
  const span = { start: 0, end: 1, type: 'PER' }
  return {
    tokens: ['Ada', 'wrote'],
    gold: kind === 'empty' ? [] : [span],
    predicted: kind === 'right' ? [span] : [],
  }
}

test('sentences to read: half wrong, half right, the rest where there are not enough', () => {
  const corpus = [
    ...Array.from({ length: 50 }, () => sentence('right')),
    ...Array.from({ length: 30 }, () => sentence('wrong')),
    ...Array.from({ length: 20 }, () => sentence('empty')),
  ]
  const count = (limit: number) => {
    const chosen = pick(corpus, limit)
    assert.deepEqual(
      [...chosen].sort((a, b) => a - b),
      chosen,
    )
    const kinds = chosen.map(i =>
      corpus[i].gold.length === 0 ? 'empty' : isRight(corpus[i]) ? 'right' : 'wrong',
    )
    return ['wrong', 'right', 'empty'].map(kind => kinds.filter(each => each === kind).length)
  }
  assert.deepEqual(count(20), [10, 10, 0])
  assert.deepEqual(count(70), [30, 40, 0])
  assert.deepEqual(count(95), [30, 50, 15])
  assert.deepEqual(count(500), [30, 50, 20])
})

test('a long sentence is cut with its entities', () => {
  const tokens = Array.from({ length: 100 }, (_, i) => `t${i}`)
  const gold = [
    { start: 78, end: 90, type: 'A' },
    { start: 95, end: 96, type: 'B' },
  ]
  const [shown] = chooseSentences([{ tokens, gold, predicted: [] }]).items
  assert.equal(shown.tokens.length, 80)
  assert.equal(shown.omitted, 20)
  assert.deepEqual(shown.gold, [{ start: 78, end: 80, type: 'A' }])
})

test('a sentence is right or wrong as a whole, not by the part that is shown', () => {
  const tokens = Array.from({ length: 100 }, (_, i) => `t${i}`)
  const far = { start: 90, end: 91, type: 'A' }
  const across = { start: 78, end: 90, type: 'A' }
  const { items } = chooseSentences([
    { tokens, gold: [far], predicted: [] },
    { tokens, gold: [across], predicted: [{ ...across, end: 85 }] },
    { tokens, gold: [far], predicted: [far] },
  ])
  assert.deepEqual(
    items.map(({ right }) => right),
    [false, false, true],
  )
  assert.deepEqual(items[1].gold, items[1].predicted)
})

test('tag probabilities keep the tags that matter and the sum', () => {
  const tags = ['O', ...Array.from({ length: 20 }, (_, i) => `B-${i}`)]
  const probabilities = new Float64Array(2 * 21)
  probabilities.set([0.5, 0.3, 0.1, 0.05, 0.05])
  probabilities.set([0.2, ...Array.from({ length: 20 }, () => 0.04)], 21)
  const shown = tagProbabilities(sentence('right'), probabilities, tags)
  assert.equal(shown.tags.length, 8)
  assert.deepEqual(shown.tags.slice(0, 3), ['O', 'B-0', 'B-1'])
  assert.deepEqual(
    shown.perMille.map(row => row.reduce((a, b) => a + b, 0)),
    [1000, 1000],
  )
  const sure = tagProbabilities(sentence('right'), [1, 0, 0.001, 0.999], ['O', 'B-PER'])
  assert.deepEqual(sure.perMille, [
    [1000, 0, 0],
    [1, 999, 0],
  ])
})

test('curves: of an epoch that was run twice the later one; the best one is always shown', () => {
  const start = { kind: 'start', parameters: 9 } as StartEvent
  const epoch = (n: number, loss: number, best = false): EpochEvent => ({
    kind: 'epoch',
    epoch: n,
    epochs: 9,
    updates: n,
    evaluationSeconds: 0,
    secondsLeft: 0,
    loss,
    learningRate: 1,
    gradientNorm: 1,
    tokensPerSecond: 1,
    seconds: 1,
    dev: { precision: 1, recall: 1, f1: 1 },
    types: {},
    best,
  })
  assert.equal(learningData([start]), undefined)
  const twice = learningData([epoch(1, 5, true), epoch(2, 4), start, epoch(2, 3, true)])
  assert.deepEqual(
    twice?.epochs.map(({ loss }) => loss),
    [5, 3],
  )
  assert.equal(twice?.bestEpoch, 2)
  const long = learningData(Array.from({ length: 1000 }, (_, i) => epoch(i + 1, 1, i === 501)))
  assert.equal(long?.total, 1000)
  assert.ok(long.epochs.length <= 151)
  assert.ok(long.epochs.some(point => point.epoch === 502))
})

test('a sentence is shown as text: as it stands, or as its tokens are written', () => {
  const tokens = ['The', 'shop', ',', 'Elektro', 'Slezák', ',', 'says', '"', 'no', '"', '.']
  const { items } = chooseSentences([{ tokens, gold: [], predicted: [] }])
  assert.equal(shownText(items[0]), 'The shop, Elektro Slezák, says "no".')
  const text = 'Praha-based  Elektro'
  const offsets = [
    { start: 0, end: 5 },
    { start: 5, end: 6 },
    { start: 6, end: 11 },
    { start: 13, end: 20 },
  ]
  const own = { tokens: ['Praha', '-', 'based', 'Elektro'], text, offsets, gold: [], predicted: [] }
  const [shown] = chooseSentences([own]).items
  assert.equal(shownText(shown), 'Praha-based Elektro')
  const gold = [
    { start: 0, end: 1, type: 'LOC' },
    { start: 3, end: 4, type: 'ORG' },
  ]
  const line = entityLine(shown, gold, gold, { colorOf: () => 'red', flaw: 'missed', sign: '' }).text
  const { document } = parseHTML(`<!doctype html><html><body>${line}</body></html>`)
  assert.equal(document.body.textContent, 'PrahaLOC-based ElektroORG')
})

test('shares: one decimal, and never rounded to all or nothing', () => {
  assert.deepEqual([0, 0.92345, 1, null].map(percent), ['0.0%', '92.3%', '100.0%', '–'])
  assert.deepEqual([0, 0.001, 0.5, 0.994, 0.9999, 1].map(wholePercent), [
    '0%',
    '<1%',
    '50%',
    '>99%',
    '>99%',
    '100%',
  ])
  assert.equal(points(-0.0312), '3.1 points')
})

/** Hue, saturation and relative luminance of a color such as `#12ab34`, as sRGB and WCAG 2 define them. */
function colorOf(hex: string) {
  const long = hex.length === 4 ? hex.replace(/[^#]/g, digit => digit + digit) : hex
  const [r, g, b] = [1, 3, 5].map(at => Number.parseInt(long.slice(at, at + 2), 16) / 255)
  const [high, low] = [Math.max(r, g, b), Math.min(r, g, b)]
  const spread = high - low || 1
  const hue = high === r ? (g - b) / spread : high === g ? 2 + (b - r) / spread : 4 + (r - g) / spread
  const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  return {
    hue: (hue * 60 + 360) % 360,
    saturation: high === 0 ? 0 : (high - low) / high,
    luminance: 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b),
  }
}

test('colors of types are neither green nor red, and can be read on both backgrounds', () => {
  let checked = 0
  for (const palette of [LIGHT, DARK])
    for (let i = 0; i < 10; i++) {
      const { hue, saturation, luminance } = colorOf(palette[`c${i}`])
      if (saturation > 0.3) {
        assert.ok(hue < 345 && hue > 25, `c${i} is red: ${hue}`)
        assert.ok(hue < 75 || hue > 170, `c${i} is green: ${hue}`)
      }
      for (const name of ['bg', 'panel']) {
        const other = colorOf(palette[name]).luminance
        const contrast = (Math.max(luminance, other) + 0.05) / (Math.min(luminance, other) + 0.05)
        assert.ok(contrast >= 4.5, `c${i} on ${name}: ${contrast}`)
      }
      checked++
    }
  assert.equal(checked, 20)
})
