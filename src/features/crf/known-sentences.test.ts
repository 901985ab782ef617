import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import type { TagLists } from '../../encode/tag-lists.js'
import { Crf } from './crf.js'
import { FeatureIndex } from './feature-index.js'
import { KnownSentences } from './known-sentences.js'
import { prunedCrf } from './pruned.js'
import { collectFeatures, parameterCount } from './training-data.js'

const TEMPLATES = ['bias', 'edge', 'lower', 'suffix:1-2', 'lower@-1', 'lower@-1 & lower', 'lower@1..3']
const LISTS: TagLists = { scheme: 'BIO', types: ['X'], tags: ['O', 'B-X', 'I-X'] }

test('known sentences get the tags that a stored CRF with the same weights gives them', async () => {
  const random = Random.fromSeed(3)
  const sentence = (words: readonly string[]) => ({
    tokens: Array.from({ length: random.below(7) }, () => words[random.below(words.length)]),
  })
  const words = ['Ada', 'ada', 'Berlin', 'wrote', '__proto__', '.']
  let cases = 0
  for (const minCount of [1, 3]) {
    const index = new FeatureIndex(TEMPLATES)
    const labeled = Array.from({ length: 30 }, () => {
      const own = sentence(words)
      return { sentence: own, gold: Int32Array.from(own.tokens, () => random.below(3)), weight: 1 }
    })
    const collected = collectFeatures(labeled, index, { tags: 3, minCount })
    const dev = Array.from({ length: 40 }, () => sentence([...words, 'unseen', 'Berlins']))
    const known = new KnownSentences(dev, index, collected)
    const size = index.size
    const weights = Float64Array.from({ length: parameterCount(collected.data) }, (_, p) =>
      p % 5 === 0 ? 0 : random.normal(),
    )
    for (const constrained of [true, false]) {
      const found = await known.finder(weights, LISTS, { constrained }).find(dev)
      const { values, ...numbers } = prunedCrf(collected, weights)
      const crf = new Crf(LISTS, FeatureIndex.of(TEMPLATES, values, {}), numbers, { constrained })
      assert.deepEqual(
        found,
        dev.map(own => crf.find(own)),
      )
      cases += found.length
    }
    assert.equal(index.size, size, 'no new features')
  }
  assert.equal(cases, 160)
})
