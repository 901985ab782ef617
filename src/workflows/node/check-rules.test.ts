import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadTagger } from '../../recognize/node/load-tagger.js'
import { checkRules } from './check-rules.js'
import { evaluateOn } from './evaluate-run.js'

const RULES = `rules:
  - { type: LOC, names: [Lisbon, New York, St. Gallen] }
  - { type: ORG, names: [acme corp, Gall Ltd], ignoreCase: true, name: firms }
  - { type: CASE, regex: '[A-Z]{2}-\\d+' }
  - { type: PER, before: [{ lower: dr. }], tokens: [{ shape: [Xxx, Xx], repeat: + }] }
  - { type: O, names: [New York Times], name: not }
  - { type: NEVER, regex: 'zzz' }
`
/** A token per line with its tag; a blank line between sentences. */
const CORPUS = [
  'Dr./O Ada/B-PER Byron/I-PER left/O New/B-LOC York/I-LOC for/O Lisbon/B-LOC ./O',
  'the/O New/B-ORG York/I-ORG Times/I-ORG saw/O Lisbon/B-PER',
  'ACME/B-ORG Corp/I-ORG of/O Rome/B-LOC in/O Rome/B-LOC , AB-12/O and/O Oslo/B-LOC',
]

test('each rule: what it finds, what is right, what shadows it; types as evaluate has them', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'rules-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const [rules, corpus] = [join(dir, 'a.yaml'), join(dir, 'a.conll')]
  writeFileSync(rules, RULES)
  const lines = CORPUS.map(line =>
    line.split(' ').map(each => each.replace(/\/(?=[OBI])/, ' ').replace(/^,$/, ', O')),
  )
  writeFileSync(corpus, lines.map(tokens => `${tokens.join('\n')}\n\n`).join(''))
  const check = await checkRules(rules, corpus, { reading: {}, examples: 2 })
  const counts = check.rules.map(({ rule, found, kept, correct, otherType, otherBounds }) => {
    return [rule, found, kept, correct, otherType, otherBounds]
  })
  assert.deepEqual(counts, [
    // New York is part of New York Times.
    ['LOC', 4, 3, 2, 1, 0],
    ['firms', 1, 1, 1, 0, 0],
    ['CASE', 1, 1, 0, 0, 0],
    ['PER', 1, 1, 1, 0, 0],
    ['not', 1, 1, 0, 0, 0],
    ['NEVER', 0, 0, 0, 0, 0],
  ])
  assert.deepEqual(check.rules[0].shadowedBy, [{ rule: 'not', count: 1 }])
  assert.ok(check.rules[4].shadows.some(({ rule, count }) => rule === 'LOC' && count === 1))
  assert.deepEqual(
    [check.rules[0].precision, check.rules[4].precision, check.rules[5].precision],
    [2 / 3, null, null],
  )
  assert.deepEqual(check.rules[0].examples.wrong, [{ text: 'Lisbon', place: `${corpus}:16` }])
  assert.deepEqual(check.names.LOC, { all: 3, found: 2, absent: ['St. Gallen'] })
  assert.deepEqual(check.names.firms, { all: 2, found: 1, absent: ['Gall Ltd'] })
  assert.deepEqual(check.missed.ORG, [{ text: 'New York Times', count: 1, place: `${corpus}:12` }])
  await using recognizer = await loadTagger(rules)
  const { scores } = await evaluateOn(recognizer, corpus, { mode: 'conlleval' })
  for (const [type, own] of Object.entries(scores.exact.types)) assert.deepEqual(check.types[type], own, type)
  assert.deepEqual(Object.keys(scores.exact.types).sort(), ['CASE', 'LOC', 'ORG', 'PER'])
})
