import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../../../base/random.js'
import { GraphBuilder } from '../builder.js'
import { gradients } from '../gradients.js'
import { difference, randomTensor, runNative, runReference } from '../testing/check.js'
import { usedValues } from '../value.js'
import { verifyGraph } from '../verify.js'
import { leavesFirst } from './leaves-first.js'

/** Three layers and their gradients, those of the last layer first. */
function deepGraph() {
  const g = new GraphBuilder('deep')
  const weights = [0, 1, 2].map(layer => g.input(`w${layer}`, 'float32', [4, 4]))
  const x = g.input('x', 'float32', ['batch', 4])
  const states = weights.reduce((state, weight) => g.tanh(g.matMul(state, weight)), x)
  const found = gradients(g, g.reduceMean(states, [0, 1]), [...weights].reverse())
  return g.finish({ d2: found[0], d1: found[1], d0: found[2] })
}

test('leaves stand at the end, the first one last; the numbers stay', async () => {
  const graph = deepGraph()
  const ordered = leavesFirst(graph)
  verifyGraph(ordered)
  const used = usedValues({ nodes: graph.nodes, outputs: [] })
  const leaves = graph.nodes.filter(({ outputs }) => !outputs.some(output => used.has(output)))
  assert.equal(leaves.length, 3)
  assert.deepEqual(ordered.nodes.slice(-3), [...leaves].reverse())
  assert.deepEqual(new Set(ordered.nodes), new Set(graph.nodes))
  const random = Random.fromSeed(2)
  const feeds = {
    x: randomTensor(random, [3, 4]),
    ...Object.fromEntries([0, 1, 2].map(layer => [`w${layer}`, randomTensor(random, [4, 4])])),
  }
  const expected = runReference(graph, feeds)
  let compared = 0
  for (const got of [runReference(ordered, feeds), await runNative(ordered, feeds)])
    for (const name of ['d0', 'd1', 'd2']) {
      assert.ok(difference(expected[name], got[name]) < 1e-6, name)
      compared++
    }
  assert.equal(compared, 6)
})
