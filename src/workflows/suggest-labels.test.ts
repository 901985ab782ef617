import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRules } from '../recognize/rules-recognizer.js'
import { randomTagger } from '../recognize/testing/random-tagger.js'
import { parseRules } from '../rules/file/parse-rules.js'
import { suggestLabels } from './suggest-labels.js'

test('how sure a tagger is agrees with all taggings of short texts, one by one', async () => {
  await using tagger = await randomTagger()
  const texts = ['Ada wrote to', 'Charles Babbage', 'London'].map((text, number) => ({
    number: number + 4,
    text,
  }))
  const found = await suggestLabels(tagger, texts, { source: 'x', types: ['PER', 'LOC'] })
  assert.equal(found.length, 3)
  for (const [i, { surprise, expectedChanges, document, source }] of found.entries()) {
    assert.deepEqual([document, source], [i + 4, 'x'])
    const tokens = texts[i].text.split(' ')
    const [readings] = await tagger.nBest([tokens], 1000)
    assert.ok(readings.length < 1000)
    const total = readings.reduce((sum, { probability }) => sum + probability, 0)
    assert.ok(Math.abs(total - 1) < 1e-4)
    const best = Math.max(...readings.map(({ probability }) => probability))
    assert.ok(Math.abs((surprise ?? 0) + Math.log(best / total)) < 1e-3)
    const wrong = tokens.reduce((sum, _, t) => {
      const byTag = new Map<string, number>()
      for (const { tags, probability } of readings)
        byTag.set(tags[t], (byTag.get(tags[t]) ?? 0) + probability)
      return sum + 1 - Math.max(...byTag.values()) / total
    }, 0)
    assert.ok(Math.abs((expectedChanges ?? 0) - wrong) < 1e-3, `${expectedChanges} and ${wrong}`)
  }
  const none = await suggestLabels(tagger, texts, { source: 'x', types: ['ORG'] })
  assert.ok(none.every(({ entities }) => entities.length === 0))
})

test('rules have no probabilities, and types of others are left out', async () => {
  const rules = 'rules:\n- {type: PER, names: [Ada]}\n- {type: LOC, names: [London]}'
  await using recognizer = await createRules(parseRules(rules, 'rules'))
  const texts = [{ number: 0, text: 'Ada left London.' }]
  const [found] = await suggestLabels(recognizer, texts, { source: 'rules', types: ['LOC'] })
  assert.deepEqual(found, {
    document: 0,
    source: 'rules',
    entities: [{ start: 9, end: 15, type: 'LOC' }],
    surprise: null,
    expectedChanges: null,
  })
})
