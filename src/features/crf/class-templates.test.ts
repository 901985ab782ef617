import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTemplate, templateFault } from '../../config/feature-templates.js'
import type { WordClassList } from '../../encode/word-classes.js'
import { FeatureIndex } from './feature-index.js'

const CLASSES: readonly WordClassList[] = [
  {
    name: 'brown',
    classes: [
      { path: '0010', words: 'london paris' },
      { path: '110', words: 'in the' },
    ],
  },
]

/** The features of each token, as `template=value`. */
function featuresOf(templates: readonly string[], tokens: readonly string[]): string[][] {
  const index = new FeatureIndex(templates, { classes: CLASSES })
  const found = tokens.map(() => [] as number[])
  index.read({ tokens }, (t, feature) => void found[t].push(feature))
  const names = new Map(
    [...index.entries()].map(({ template, value, id }) => [id, `${templates[template]}=${value}`]),
  )
  return found.map(ids => ids.map(id => names.get(id) ?? '').sort())
}

test('templates look up classes, or the beginnings of their paths, at any place', () => {
  const templates = [
    'class:brown',
    'class:brown:2',
    'class:brown:4@-1',
    'class:brown:1@-1 & class:brown:1',
    'class:brown:1@1..2',
  ]
  assert.deepEqual(featuresOf(templates, ['in', 'London', 'fog']), [
    ['class:brown:1@1..2=0', 'class:brown:2=11', 'class:brown=110'],
    ['class:brown:1@-1 & class:brown:1=1|0', 'class:brown:2=00', 'class:brown:4@-1=110', 'class:brown=0010'],
    ['class:brown:4@-1=0010'],
  ])
})

test('a template of every list says which list it is, and has no features where there is none', () => {
  assert.deepEqual(featuresOf(['class:*:2'], ['fog', 'Paris']), [[], ['class:*:2=brown:00']])
  const index = new FeatureIndex(['class:*'], {})
  index.read({ tokens: ['Paris'] }, () => assert.fail())
})

test('a list that is not there and a template that is none are refused', () => {
  assert.throws(() => new FeatureIndex(['class:other'], { classes: CLASSES }), { code: 'encode/classes' })
  const bad = ['class', 'class:', 'class:a:0', 'class:a:x', 'class:a:4:6', 'class::4']
  for (const text of bad) assert.notEqual(templateFault(text), undefined, text)
  assert.equal(bad.length, 6)
  assert.deepEqual(parseTemplate('class:a:12').parts[0], {
    value: 'class',
    name: 'a',
    lengths: [12, 12],
    from: 0,
    to: 0,
  })
})
