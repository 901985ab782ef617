import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { prepareTraining } from './prepare.js'

const SCHEMES = ['IO', 'IOB1', 'BIO', 'IOBES', 'BILOU'] as const

/** Two entities, one of them of a single token, as a teacher of each scheme would tell them. */
const PREFIXES = {
  IO: 'I I I',
  IOB1: 'I I I',
  BIO: 'B I B',
  IOBES: 'B E S',
  BILOU: 'B L U',
} as const

const prepare = (scheme: (typeof SCHEMES)[number], soft: readonly Record<string, number>[]) => {
  const settings: PartialConfig = { tags: { scheme }, encoder: [{ kind: 'bilstm', hidden: 2 }] }
  const config = resolveConfig({ file: settings })
  const tags = ['B-PER', 'I-PER', 'O', 'B-PER']
  const sentences = [{ tokens: ['Ada', 'Lovelace', 'met', 'Bo'], tags, soft, lines: [] }]
  return prepareTraining({ config, train: { path: 'soft', scheme: 'BIO', sentences }, dev: null })
}

const taught = (prefixes: string, share = 0.9) => {
  const [first, last, single] = prefixes
    .split(' ')
    .map(prefix => ({ [`${prefix}-PER`]: share, O: 1 - share }))
  return [first, last, { O: 1 }, single]
}

test('soft tags of another scheme are refused, also where the scheme of the model has all of them', () => {
  let [learned, refused] = [0, 0]
  for (const model of SCHEMES)
    for (const teacher of SCHEMES) {
      const run = () => prepare(model, taught(PREFIXES[teacher]))
      // IOB1 is IO but for neighbors of one type.
      if (PREFIXES[model] === PREFIXES[teacher]) {
        assert.ok(run().sentences[0].soft)
        learned++
      } else {
        assert.throws(run, { code: 'train/soft' }, `${teacher} for ${model}`)
        refused++
      }
    }
  assert.deepEqual([learned, refused], [7, 18])
})

test('soft tags of IOB1 with neighbors of one type, and of a teacher in doubt, are learned from', () => {
  const soft: Record<string, number>[] = [
    { 'I-PER': 0.9, O: 0.1 },
    { 'B-PER': 0.8, 'I-PER': 0.2 },
    { 'B-PER': 0.6, 'I-PER': 0.4 },
    { 'B-PER': 0.4, O: 0.6 },
  ]
  assert.ok(prepare('IOB1', soft).sentences[0].soft)
  const wrong: Record<string, number>[] = [{ 'I-ORG': 1 }, { 'B-PER': 0.5, O: 0.5 }, { O: 1 }, { O: 1 }]
  assert.throws(() => prepare('IOB1', wrong), { code: 'train/soft' })
})

test('without an entity that the teacher believes in, any tags of the scheme will do', () => {
  assert.ok(prepare('IOBES', taught('B B B', 0.2)).sentences[0].soft)
})
