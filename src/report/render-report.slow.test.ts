import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHTML } from 'linkedom'
import { formatCount } from '../evaluate/format-number.js'
import { chooseSentences } from './choose-sentences.js'
import { clip } from './clip.js'
import { REPORT_BYTES, renderReport } from './render-report.js'
import { HOSTILE } from './testing/hostile.js'
import { sampleReport } from './testing/sample-data.js'

const bytes = (text: string) => new TextEncoder().encode(text).length

/** Elements and attributes that a report may hold; anything else has come in with the data. */
const ELEMENTS = new Set(
  (
    'html head meta link title style body header h1 h2 h3 h4 h5 p b i nav ul ol li a main section footer script span div ' +
    'table caption thead tbody tr th td figure figcaption details summary mark small label select option input button ' +
    'dl dt dd bdi pre code svg g path text tspan rect circle line title'
  ).split(' '),
)

test('every part with data is there, each chart with its numbers and a description', async () => {
  const page = await renderReport(sampleReport())
  const { document } = parseHTML(page)
  const ids = [...document.querySelectorAll('details.fold')].map(fold => fold.id)
  assert.deepEqual(ids, [
    'scores',
    'counting',
    'breakdowns',
    'errors',
    'confusion',
    'error-browser',
    'suspects',
    'sentences',
    'probabilities',
    'attention',
    'calibration',
    'loss-and-scores',
    'type-curves',
    'corpora',
    'weights',
    'card',
    'settings',
  ])
  const findings = [...document.querySelectorAll('details.fold > summary > span')]
  assert.ok(findings.every(finding => (finding.textContent ?? '').length > 3))
  assert.equal(findings.length, ids.length)
  const headings = [...document.querySelectorAll('h2')].map(heading => heading.id)
  const links = [...document.querySelectorAll('nav a')].map(link => link.getAttribute('href'))
  assert.deepEqual(
    links,
    headings.map(id => `#${id}`),
  )
  const steps = [...document.querySelectorAll('.next li')]
  assert.equal(steps.length, 2)
  for (const step of steps)
    assert.ok(document.querySelector(step.querySelector('a')?.getAttribute('href') ?? '-'), step.innerHTML)
  const figures = [...document.querySelectorAll('figure')]
  for (const figure of figures) {
    const heading = document.getElementById(figure.getAttribute('aria-labelledby') ?? '')
    assert.ok(heading?.textContent, 'a figure without a heading')
    assert.ok((figure.querySelector('figcaption')?.textContent ?? '').length > 20, heading.textContent)
    const chart = figure.querySelector('svg[role=img]')
    assert.ok((chart?.getAttribute('aria-label') ?? '').length > 20, heading.textContent)
    assert.ok(figure.querySelectorAll('details table tbody tr').length > 0, heading.textContent)
  }
  assert.equal(figures.length, 14)
  const all = [...document.querySelectorAll('[id]')].map(element => element.id)
  assert.equal(new Set(all).size, all.length, 'an id twice')
})

test('without a model only what labels show is there', async () => {
  const { document } = parseHTML(await renderReport(sampleReport({ withModel: false })))
  const ids = [...document.querySelectorAll('details.fold')].map(fold => fold.id)
  for (const id of ['loss-and-scores', 'probabilities', 'attention', 'card']) assert.ok(!ids.includes(id), id)
  assert.ok(ids.includes('errors') && ids.includes('confusion'))
})

test('hostile text stays text wherever it stands', async () => {
  const types = HOSTILE.map(text => text.replace(/[\s\0]/g, '_'))
  const name = HOSTILE.join('')
  const page = await renderReport(sampleReport({ name, words: HOSTILE, types, sentences: 100 }))
  assert.ok(!/[\0-\x08\u202a-\u202e\u2066-\u2069]/.test(page))
  const { document } = parseHTML(page)
  assert.equal(document.querySelectorAll('script').length, 1)
  assert.equal(document.querySelectorAll('style').length, 1)
  let checked = 0
  for (const element of document.querySelectorAll('*')) {
    assert.ok(ELEMENTS.has(element.localName), element.outerHTML.slice(0, 200))
    for (const { name, value } of element.attributes) {
      assert.ok(!name.startsWith('on') && name !== 'src', name)
      if (name === 'href') assert.match(value, /^(#[\w-]+|data:,)$/)
    }
    checked++
  }
  assert.ok(checked > 10_000, `${checked} elements`)
  const shown = [...document.querySelectorAll('#sentences ol.list li')].map(item => item.textContent).join('')
  for (const text of HOSTILE)
    assert.ok(
      shown.includes(clip(text.replace(/[\0\b\ud800\u202e\u2066]/g, '\ufffd'), 40)),
      `not shown: ${text}`,
    )
})

test('no corpus makes the page larger than 1 MB', async () => {
  const many = Array.from({ length: 300 }, (_, i) => `TYPE_${i}_${'x'.repeat(i)}`)
  const { model } = sampleReport()
  assert.ok(model)
  const cases = {
    'many sentences': sampleReport({ sentences: 6_000 }),
    'many types, long names': sampleReport({ sentences: 2_000, types: many }),
    'long words': sampleReport({ sentences: 1_000, words: ['字'.repeat(5_000), '<'.repeat(5_000), 'a'] }),
    'many epochs': sampleReport({ epochs: 5_000 }),
    'many warnings': {
      ...sampleReport(),
      model: { ...model, warnings: Array(100_000).fill('x'.repeat(50)) },
    },
  }
  for (const [name, data] of Object.entries(cases)) {
    const size = bytes(await renderReport(data))
    assert.ok(size <= REPORT_BYTES, `${name}: ${size} bytes`)
  }
  assert.equal(Object.keys(cases).length, 5)
})

test('an error in the part of a sentence that is not shown counts as an error', async () => {
  const tokens = Array.from({ length: 100 }, (_, i) => `t${i}`)
  const gold = [{ start: 90, end: 91, type: 'PER' }]
  const sentences = chooseSentences([
    { tokens, gold, predicted: [] },
    { tokens, gold, predicted: gold },
  ])
  const page = sampleReport({ withModel: false })
  const stateOf = async (shown: typeof sentences) => {
    const data = { ...page, evaluation: { ...page.evaluation, sentences: shown } }
    const { document } = parseHTML(await renderReport(data))
    return [...document.querySelectorAll('#sentences ol.list li')].map(item => [
      item.getAttribute('data-state'),
      item.textContent?.includes('both'),
      item.textContent?.includes('and 20 more tokens, where they differ'),
    ])
  }
  assert.deepEqual(await stateOf(sentences), [
    ['wrong', false, true],
    ['right', true, false],
  ])
})

test('what is left out is mentioned', async () => {
  const data = sampleReport({ sentences: 4_000 })
  const page = await renderReport(data)
  const { errors, sentences } = data.evaluation
  assert.ok(errors.items.length <= 500 && errors.items.length > 450, `${errors.items.length}`)
  assert.ok(errors.total > 1000)
  const said = [
    `${errors.items.length} of ${formatCount(errors.total)} errors are listed`,
    `${sentences.items.length} of 4,000 sentences, half of them with errors`,
    '40 of 4,000 sentences.',
  ]
  for (const text of said) assert.ok(page.includes(text), text)
})
