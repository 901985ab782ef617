import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tagSet } from '../../tags/tag-set.js'
import { Bootstrap } from './bootstrap.js'
import { type CandidateRules, candidatesOf, commonWords } from './candidates.js'
import { type CoTrainingSettings, coTrain } from './co-training.js'
import { parseSeeds } from './seeds.js'
import { seedFeature, viewsOf } from './views.js'

const RULES: CandidateRules = {
  titles: new Set(['mr.', 'president']),
  inside: new Set(['of']),
  common: new Set(['yesterday', 'the', 'bank']),
}

function namesIn(text: string): string[] {
  const tokens = text.split(' ')
  return candidatesOf(tokens, RULES).map(({ start, end }) => tokens.slice(start, end).join(' '))
}

test('candidates are runs of words with capitals, without titles and words that begin sentences', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'Yesterday Mr. Smith met the Bank of England in London .': ['Smith', 'Bank of England', 'London'],
    'President Bill Clinton left Oslo': ['Bill Clinton', 'Oslo'],
    '" The rain in Spain': ['Spain'],
    'IBM of the north': ['IBM'],
    'SOCCER - JAPAN GET LUCKY WIN .': ['SOCCER', 'JAPAN', 'GET', 'LUCKY', 'WIN'],
    'no names here': [],
    '': [],
  }
  for (const [text, names] of Object.entries(cases)) assert.deepEqual(namesIn(text), names, text)
  assert.equal(Object.keys(cases).length, 7)
  const common = commonWords(['The cat saw the Dog', 'Dog barks at The Hague'].map(text => text.split(' ')))
  assert.deepEqual(common, ['at', 'barks', 'cat', 'saw', 'the'])
})

const SETTINGS: CoTrainingSettings = {
  ...{ rulesPerRound: 5, rounds: 10, confidence: 0.8, finalConfidence: 0.8, smoothing: 0.1, minCount: 1 },
}

/** Sentences in which names of people and places stand in different contexts. */
function sentences(): string[][] {
  const people = ['Ann', 'Bob', 'Cleo', 'Dan']
  const places = ['Oslo', 'Rome', 'Paris', 'Lima']
  return people.flatMap(person =>
    places.map(place => ['today', person, 'said', 'that', 'near', place, 'it', 'rains']),
  )
}

test('from one name of each type, the contexts teach the others', () => {
  const views = sentences().flatMap(tokens => candidatesOf(tokens, RULES).map(one => viewsOf(tokens, one)))
  const seeds = parseSeeds('PER\tAnn\nLOC\tOslo\nLOC\tcontains\tHarbor\n', 'seeds.tsv')
  const types = ['LOC', 'PER']
  const byFeature = new Map(seeds.map(seed => [seedFeature(seed), types.indexOf(seed.type)]))
  const { rules, labeled } = coTrain(views, byFeature, 2, SETTINGS)
  assert.ok(labeled[0] < 32 || labeled.length === 1 || labeled.at(-1) === 32)
  const model = new Bootstrap(
    { scheme: 'BIO', types, tags: tagSet(types, 'BIO') },
    new Map(rules.map(({ feature, type, confidence }) => [feature, { type, confidence }])),
    { candidates: RULES, constrained: true },
  )
  let found = 0
  for (const tokens of sentences()) {
    const { spans } = model.decode({ tokens })
    assert.deepEqual(
      spans.map(({ start, end, type }) => ({ start, end, type })),
      [
        { start: 1, end: 2, type: 'PER' },
        { start: 5, end: 6, type: 'LOC' },
      ],
    )
    assert.ok(spans.every(({ score }) => score > 0.5 && score <= 1))
    found += spans.length
  }
  assert.equal(found, 32)
  // A seed that the text lacks, and a new name in a known place.
  assert.deepEqual(model.find({ tokens: ['at', 'Pearl', 'Harbor'] }).spans, [
    { start: 1, end: 3, type: 'LOC' },
  ])
  assert.deepEqual(model.find({ tokens: 'today Zoe said that it rains'.split(' ') }).spans, [
    { start: 1, end: 2, type: 'PER' },
  ])
})

test('a rule is as sure as its counts say, and what is not sure enough is none', () => {
  const view = (spelling: string, context: string) => ({ spelling: [spelling], context: [context] })
  const views = [
    ...Array.from({ length: 9 }, () => view('is=a', 'left=x')),
    view('is=b', 'left=x'),
    ...Array.from({ length: 4 }, () => view('is=a', 'left=y')),
    ...Array.from({ length: 4 }, () => view('is=b', 'left=y')),
  ]
  const { rules } = coTrain(
    views,
    new Map([
      ['is=a', 0],
      ['is=b', 1],
    ]),
    2,
    { ...SETTINGS, rounds: 1 },
  )
  const found = new Map(rules.map(({ feature, type, confidence }) => [feature, { type, confidence }]))
  assert.deepEqual([found.get('left=x')?.type, found.has('left=y')], [0, false])
  assert.ok(Math.abs((found.get('left=x')?.confidence ?? 0) - (9 + 0.1) / (10 + 2 * 0.1)) < 1e-12)
})

test('files of seeds that are none are refused with all their lines', () => {
  const lines = (text: string) => {
    try {
      parseSeeds(text, 's.tsv')
    } catch (error) {
      const { code, faults } = error as { code: string; faults: { where: { line?: number } }[] }
      assert.equal(code, 'bootstrap/seeds')
      return faults.map(({ where }) => where.line)
    }
    return []
  }
  assert.deepEqual(lines('PER\nLOC\tOslo\nLOC\thas\tX\nPER\toslo\na\tb\tc\td'), [1, 3, 4, 5])
  // A word of a name is one token: two would never be met.
  assert.deepEqual(lines('LOC\tcontains\tNew York\nLOC\tNew York\n'), [1])
  assert.deepEqual(lines('# nothing\n'), [undefined])
  assert.deepEqual(lines('O\tMonday\n'), [undefined])
  assert.equal(parseSeeds('\uFEFFPER\tAda  Lovelace\r\nPER\tada lovelace\n', 's.tsv').length, 1)
})
