import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { FEATURE_PRESETS } from '../../config/feature-presets.js'
import type { WordClassList } from '../../encode/word-classes.js'
import type { FeatureSentence } from '../feature-model.js'
import { FeatureIndex } from './feature-index.js'
import { type PlainFeature, plainFeatures } from './testing/plain-features.js'

const CLASSES: readonly WordClassList[] = [
  {
    name: 'brown',
    classes: [
      { path: '0010', words: 'x London' },
      { path: '0011', words: '|' },
    ],
  },
  { name: 'b', classes: [{ path: '01', words: 'London a' }] },
]
const WORDS = [
  ...['London', 'london', 'LONDON', 'x', 'a', 'McDonald-2000', '1990s', '٣', 'ǅ', 'Ada', 'o’Neil'],
  ...[
    '|',
    '\\',
    '\\|',
    'a|b',
    '',
    '__proto__',
    'constructor',
    '😀',
    'x😀😀😀',
    '\ud83d',
    'İx',
    'straße',
    '𝐀b',
  ],
  'long'.repeat(12),
]
const VALUES = [
  ...[
    'bias',
    'edge',
    'word',
    'lower',
    'shape',
    'upper',
    'title',
    'digit',
    'prefix:2',
    'prefix:1-6',
    'suffix:3',
  ],
  ...[
    'suffix:1-4',
    'ngram:1-3',
    'ngram:4',
    'column:pos',
    'class:brown',
    'class:brown:2',
    'class:*:3',
    'class:*',
  ],
]
const PLACES = ['', '', '@-1', '@1', '@-2', '@1..4', '@-3..-1', '@-1..1', '@-16..16']

/** Of up to four parts; those with runs of characters are few, since every combination is a feature. */
function templates(random: Random): readonly string[] {
  const one = <T>(all: readonly T[]) => all[random.below(all.length)]
  const found = Array.from({ length: 1 + random.below(8) }, () => {
    const parts = random.below(2) === 0 ? 1 : 2 + random.below(3)
    const small = VALUES.filter(value => !value.startsWith('ngram') && value !== 'prefix:1-6')
    const places = PLACES.slice(0, parts > 2 ? 5 : PLACES.length)
    return Array.from({ length: parts }, () => one(parts === 1 ? VALUES : small) + one(places)).join(' & ')
  })
  return [...new Set(found)]
}

function sentences(random: Random): readonly FeatureSentence[] {
  return Array.from({ length: 6 }, () => {
    const tokens = Array.from({ length: random.below(9) }, () => WORDS[random.below(WORDS.length)])
    return { tokens, columns: { pos: tokens.map(() => ['NN', 'a|b', '\\'][random.below(3)]) } }
  })
}

/** The features of each token that an index finds, by name. */
function found(index: FeatureIndex, sentence: FeatureSentence): readonly (readonly PlainFeature[])[] {
  const ids = sentence.tokens.map(() => [] as number[])
  index.read(sentence, (t, id) => void ids[t].push(id))
  const names = new Map([...index.entries()].map(({ template, value, id }) => [id, { template, value }]))
  return ids.map(own => own.map(id => names.get(id) ?? { template: -1, value: '' }))
}

const key = ({ template, value }: PlainFeature) => `${template}=${value}`
/** The order of templates of one word depends on their places. */
const sorted = (all: readonly (readonly PlainFeature[])[]) => all.map(own => own.map(key).sort())

test('features are those of the slow way, while they are new and when they are known', () => {
  const random = Random.fromSeed(17)
  let [features, several, left] = [0, 0, 0]
  for (let round = 0; round < 150; round++) {
    const texts = templates(random)
    const all = sentences(random)
    const index = new FeatureIndex(texts, { classes: CLASSES })
    const plain = all.map(sentence => plainFeatures(texts, sentence, CLASSES))
    all.forEach((sentence, s) => {
      assert.deepEqual(sorted(found(index, sentence)), sorted(plain[s]))
    })
    const size = index.size
    index.close()
    const unseen = sentences(random)
    const kept = new Set([...index.entries()].flatMap(own => (own.id % 3 === 0 ? [] : [key(own)])))
    const values = texts.map((_, i) =>
      [...index.entries()].flatMap(own => (own.template === i && kept.has(key(own)) ? [own.value] : [])),
    )
    const known = FeatureIndex.of(texts, values, { classes: CLASSES })
    const ids = new Map([...known.entries()].map(own => [key(own), own.id]))
    assert.deepEqual(
      [...ids.values()],
      [...ids.keys()].map((_, i) => i),
    )
    for (const sentence of [...all, ...unseen]) {
      const expected = plainFeatures(texts, sentence, CLASSES)
      const own = expected.map(list => list.filter(feature => kept.has(key(feature))))
      assert.deepEqual(sorted(found(known, sentence)), sorted(own))
      features += own.flat().length
      left += expected.flat().length - own.flat().length
      several += own.flat().filter(({ template }) => texts[template].includes(' & ')).length
    }
    assert.equal(index.size, size)
  }
  assert.ok(features > 20_000 && several > 5000 && left > 20_000, `${features} ${several} ${left}`)
})

test('on a corpus, wide features are those of the slow way', () => {
  const wide = FEATURE_PRESETS.find(({ name }) => name === 'crf-wide') ?? assert.fail()
  const { templates: texts } = (wide.config as { features: { templates: readonly string[] } }).features
  const classes = [{ name: 'b', classes: [{ path: '01', words: 'Zanzibar' }] }]
  const lines = readFileSync('samples/train.markup', 'utf8').split('\n').slice(0, 60)
  const all = lines.map(line => ({ tokens: line.split(/[\s[\]]+/) }))
  const index = new FeatureIndex(texts, { classes })
  let features = 0
  for (const sentence of all) {
    const plain = plainFeatures(texts, sentence, classes)
    assert.equal(sorted(found(index, sentence)).join(), sorted(plain).join())
    features += plain.flat().length
  }
  assert.ok(texts.length > 50 && features > 20_000, `${texts.length} ${features}`)
})

test('the features of a template are numbered as they are first seen, and found in the order of templates', () => {
  const texts = [
    'lower@-1 & lower',
    'shape',
    'lower@-1..1',
    'suffix:1-2@1',
    'lower@-1 & shape & lower@1',
    'word@1',
  ]
  const index = new FeatureIndex(texts)
  const tokens = ['Ada', 'saw', 'Ada', 'Lovelace']
  const ids = tokens.map(() => [] as number[])
  index.read({ tokens }, (t, id) => void ids[t].push(id))
  const values = (template: number) =>
    [...index.entries()].flatMap(own => (own.template === template ? [own.value] : []))
  assert.deepEqual(values(0), ['ada|saw', 'saw|ada', 'ada|lovelace'])
  assert.deepEqual(values(1), ['Xxx', 'xx'])
  assert.deepEqual(values(2), ['ada', 'saw', 'lovelace'])
  // What words decide is numbered for every place at once, also where no token has it.
  assert.deepEqual(values(3), ['a', 'da', 'w', 'aw', 'e', 'ce'])
  assert.deepEqual(values(4), ['ada|xx|ada', 'saw|Xxx|lovelace'])
  const names = new Map([...index.entries()].map(own => [own.id, key(own)]))
  assert.deepEqual(
    ids[2].map(id => names.get(id)),
    ['1=Xxx', '3=e', '3=ce', '5=Lovelace', '0=saw|ada', '2=saw', '2=ada', '2=lovelace', '4=saw|Xxx|lovelace'],
  )
  assert.equal([...index.entries(id => id % 2 === 0)].length, Math.ceil(index.size / 2))
})

test('a value that nothing makes is kept and never found', () => {
  const values = [['a', 'a|b|c', 'a|x\\', 'a|\\x', 'a|b', '\\|a|b', '|'], ['a|b']]
  const index = FeatureIndex.of(['word@-1 & word', 'word'], values, {})
  assert.equal(index.size, 8)
  assert.deepEqual(
    [...index.entries()].map(({ value }) => value),
    values.flat(),
  )
  const ids = (tokens: readonly string[]) => {
    const all: number[] = []
    index.read({ tokens }, (_, id) => void all.push(id))
    return all
  }
  assert.deepEqual(ids(['a', 'b']), [4])
  assert.deepEqual(ids(['|a', 'b', 'a', 'b|c']), [5])
  assert.deepEqual(ids(['', '']), [6])
  assert.deepEqual(ids(['a|b']), [7])
  assert.deepEqual(ids(['a', 'x', 'a', '\\x', 'a', 'x\\']), [])
})
