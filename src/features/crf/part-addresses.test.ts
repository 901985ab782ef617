import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../base/random.js'
import { FeatureIndex } from './feature-index.js'
import { PartLoss } from './part-loss.js'
import { createPartMemory, crfKernels, crfModule, type PartMemory } from './part-memory.js'
import { collectFeatures, PARTS, parameterCount } from './training-data.js'

const PAGE = 65_536
const HALF = 2 ** 31
const TAGS = 3

/** The same part behind 2 GiB that nothing touches, so that no machine needs to have them. */
function movedUp({ memory, layout }: PartMemory): PartMemory {
  const pages = (HALF + memory.buffer.byteLength) / PAGE
  const high = new WebAssembly.Memory({ initial: pages, maximum: pages })
  new Uint8Array(high.buffer, HALF).set(new Uint8Array(memory.buffer))
  const places = Object.entries(layout.at).map(([name, address]) => [name, address + HALF])
  const at: PartMemory['layout']['at'] = Object.fromEntries(places)
  const steps = new Uint32Array(high.buffer, at.steps, layout.tokens)
  for (let t = 0; t < steps.length; t++) steps[t] += HALF
  return { memory: high, layout: { ...layout, at, bytes: layout.bytes + HALF } }
}

test('a part has the same loss and gradient where its addresses are above 2 GiB', () => {
  const random = Random.fromSeed(2)
  const module = crfModule(TAGS, false)
  const words = ['Ada', 'ada', 'Bo', 'x']
  let cases = 0
  // Weights of hundreds are too far apart for scaled factors.
  for (const templates of [['lower'], ['step & word', 'lower', 'step & word@-1 & word@1']])
    for (const size of [1, 400]) {
      const labeled = Array.from({ length: 4 * PARTS }, (_, s) => {
        const tokens = Array.from({ length: 2 + random.below(5) }, () => words[random.below(words.length)])
        const gold = Int32Array.from(tokens, () => random.below(TAGS))
        return { sentence: { tokens }, gold, weight: s % 4 === 0 ? 0.5 : 1 }
      })
      const { data } = collectFeatures(labeled, new FeatureIndex(templates), { tags: TAGS, minCount: 1 })
      const weights = Float64Array.from({ length: parameterCount(data) }, () => size * random.normal())
      const part = createPartMemory(data, 0, false)
      const [low, high] = [part, movedUp(part)].map(own => new PartLoss(own, crfKernels(module, own.memory)))
      const loss = low.evaluate(weights)
      assert.ok(loss > 0)
      assert.equal(high.evaluate(weights), loss)
      assert.deepEqual(high.gradient, low.gradient)
      cases++
    }
  assert.equal(cases, 4)
})
