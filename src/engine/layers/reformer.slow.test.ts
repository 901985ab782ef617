import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Random } from '../../base/random.js'
import { GraphBuilder } from '../graph/builder.js'
import { gradients } from '../graph/gradients.js'
import { difference, randomTensor, runNative, runReference } from '../graph/testing/check.js'
import { chunkedFeedForward } from './feed-forward.js'
import type { ReformerSize } from './reformer.js'
import {
  type Batch,
  compareFiniteDifferences,
  compareTwins,
  feedsOf,
  given,
  graphOf,
  type LayerCase,
  SHAPES,
} from './testing/layer-case.js'
import { reformerCase, reformerOf, SMALL } from './testing/reformer-case.js'

const CHUNKS = [1, 2, 3, 7, 100]

test('the feed-forward part in chunks equals the whole at once', async () => {
  const source = Random.fromSeed(8)
  let tensors = 0
  for (const chunk of CHUNKS)
    for (const { time, lengths } of SHAPES) {
      const random = (dims: readonly (string | number)[], shape: readonly number[]) =>
        given(dims, randomTensor(source, shape))
      const c: LayerCase = {
        name: `chunk ${chunk}, time ${time}, ${lengths.length} sequences`,
        inputs: {
          x: random(['batch', 'time', 3], [lengths.length, time, 3]),
          hidden: random([3, 5], [3, 5]),
          hiddenBias: random([5], [5]),
          output: random([5, 3], [5, 3]),
          outputBias: random([3], [3]),
        },
        wrt: ['x', 'hidden', 'hiddenBias', 'output', 'outputBias'],
        layer: (g, { x, hidden, hiddenBias, output, outputBias }) =>
          chunkedFeedForward(g, x, { hidden, hiddenBias, output, outputBias }, chunk),
      }
      tensors += await compareTwins(c, (g, { x, hidden, hiddenBias, output, outputBias }) => {
        const middle = g.relu(g.add(g.matMul(x, hidden), hiddenBias))
        return g.add(g.matMul(middle, output), outputBias)
      })
      tensors += compareFiniteDifferences(c)
    }
  assert.equal(tensors, CHUNKS.length * SHAPES.length * (4 * 7 + 5))
})

const VARIANTS: readonly (readonly [Partial<ReformerSize>, Batch, boolean])[] = [
  [{}, { time: 7, lengths: [7, 4, 1] }, true],
  [{ chunk: 8 }, { time: 5, lengths: [5, 2] }, false],
  [{ layers: 1, rotary: false, rounds: 3 }, { time: 6, lengths: [6, 5] }, false],
  [{ layers: 6, lookAhead: 1 }, { time: 9, lengths: [9] }, true],
]

test("reversible layers have the plain ones' results and gradients", async () => {
  let tensors = 0
  for (const [part, batch, dropout] of VARIANTS) {
    const size = { ...SMALL, ...part }
    const c = reformerCase(size, batch, dropout, Random.fromSeed(9))
    const own = graphOf(c)
    const plain = graphOf(c, (g, values) => reformerOf(g, values, size, { residuals: 'plain' }))
    const exact = runReference(plain, feedsOf(c, plain))
    const answers = {
      float64: [runReference(own, feedsOf(c, own)), 1e-9],
      node: [await runNative(own, feedsOf(c, own)), 1e-4],
    } as const
    for (const [runtime, [found, limit]] of Object.entries(answers))
      for (const name of Object.keys(exact)) {
        const gap = difference(found[name], exact[name])
        assert.ok(gap <= limit, `${c.name}, ${name}, ${runtime}: off by ${gap}`)
        tensors++
      }
  }
  assert.equal(tensors, VARIANTS.length * 2 * 16)
})

const LENGTHS = [13, 5, 2, 9, 1]

/** States of each sequence and the gradient of its features, `[step · width]`, with fixed weights in the loss. */
async function eachSequence(c: LayerCase, size: ReformerSize, sequences: readonly number[], time: number) {
  const g = new GraphBuilder('padding')
  const values = Object.fromEntries(
    Object.entries(c.inputs).map(([name, { dims, tensor }]) => [name, g.input(name, tensor.type, dims)]),
  )
  const y = reformerOf(g, values, size)
  const slope = g.input('slope', 'float32', y.shape)
  const [dX] = gradients(g, g.reduceSum(g.mul(y, slope), [0, 1, 2]), [values.x])
  const graph = g.finish({ y, dX })
  const batch = sequences.length
  const [, , width] = c.inputs.x.tensor.shape
  const x = new Float32Array(batch * time * width)
  const weights = new Float32Array(batch * time * 2 * width)
  sequences.forEach((sequence, b) => {
    const random = Random.fromSeed(sequence)
    for (let i = 0; i < LENGTHS[sequence] * width; i++) x[b * time * width + i] = random.normal()
    for (let i = 0; i < LENGTHS[sequence] * 2 * width; i++)
      weights[b * time * 2 * width + i] = random.normal()
  })
  const feeds = {
    ...Object.fromEntries(Object.entries(c.inputs).map(([name, { tensor }]) => [name, tensor])),
    x: { type: 'float32', shape: [batch, time, width], data: x },
    lengths: { type: 'int32', shape: [batch], data: Int32Array.from(sequences, at => LENGTHS[at]) },
    slope: { type: 'float32', shape: [batch, time, 2 * width], data: weights },
  } as const
  const used = Object.fromEntries(graph.inputNames.map(name => [name, feeds[name as keyof typeof feeds]]))
  const found = await runNative(graph, used)
  return sequences.map((sequence, b) => {
    const own = (data: Float32Array, features: number) =>
      data.slice(b * time * features, (b * time + LENGTHS[sequence]) * features)
    const beyond = (found.dX.data as Float32Array).slice(
      (b * time + LENGTHS[sequence]) * width,
      (b + 1) * time * width,
    )
    assert.ok(
      beyond.every(cell => cell === 0),
      'padding sends no gradient back',
    )
    return [own(found.y.data as Float32Array, 2 * width), own(found.dX.data as Float32Array, width)]
  })
}

test('a sequence of several chunks gives the same alone and in any batch, and so do its gradients', async () => {
  let compared = 0
  for (const part of [{}, { lookAhead: 1, chunk: 3, rounds: 1 }, { chunk: 4, buckets: 8, rounds: 3 }]) {
    const size: ReformerSize = { ...SMALL, ...part }
    const c = reformerCase(size, { time: 1, lengths: [1] }, false, Random.fromSeed(10))
    const all = [...LENGTHS.keys()]
    const alone = await Promise.all(all.map(at => eachSequence(c, size, [at], LENGTHS[at])))
    for (const time of [13, 14, 20]) {
      const together = await eachSequence(c, size, all, time)
      for (const sequence of all) {
        alone[sequence][0].forEach((data, i) => {
          const tensor = (cells: Float32Array) =>
            ({ type: 'float32', shape: [cells.length], data: cells }) as const
          const gap = difference(tensor(data), tensor(together[sequence][i]))
          assert.ok(gap < 1e-5, `${JSON.stringify(part)}, sequence ${sequence}, time ${time}: off by ${gap}`)
          compared++
        })
      }
    }
  }
  assert.equal(compared, 3 * 3 * LENGTHS.length * 2)
})

test('nothing of the forward layers but their end and the hash orders is kept for the backward pass', () => {
  const c = reformerCase(SMALL, { time: 7, lengths: [7, 4] }, true, Random.fromSeed(11))
  const graph = graphOf(c)
  const loops = graph.nodes.filter(
    ({ kind, layer }) => kind === 'Scan' && layer.endsWith('reversible/layers'),
  )
  const backward = graph.nodes.filter(
    ({ kind, layer }) => kind === 'Scan' && layer.endsWith('gradient/layers'),
  )
  assert.equal(loops.length, 1)
  assert.equal(backward.length, 1)
  const [y1, y2, ...orders] = loops[0].outputs
  assert.equal(orders.length, 2)
  assert.ok(orders.every(({ type }) => type === 'int32'))
  const made = new Set(loops[0].outputs)
  const read = backward[0].inputs.filter(value => value && made.has(value))
  assert.deepEqual(new Set(read), new Set([y1, y2, ...orders]))
})

const program = fileURLToPath(new URL('testing/reformer-memory.js', import.meta.url))

/** Peak memory of a process that takes one training pass over 4,096 steps. */
async function megabytes(layers: number, residuals: 'reversible' | 'plain'): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, '4096', `${layers}`, residuals])
  return Number(stdout)
}

test('from 2 to 12 layers peak memory grows by less than a tenth, where plain layers take in proportion', async () => {
  const two = await megabytes(2, 'reversible')
  const twelve = await megabytes(12, 'reversible')
  assert.ok(twelve / two < 1.1, `reversible layers: from ${two} to ${twelve} MB`)
  const plain = [await megabytes(2, 'plain'), await megabytes(7, 'plain'), await megabytes(12, 'plain')]
  const [first, second] = [plain[1] - plain[0], plain[2] - plain[1]]
  const said = `plain layers: ${plain.join(', ')} MB`
  assert.ok(plain[2] / plain[0] > 2, said)
  assert.ok(
    Math.abs(first - second) < 0.25 * (first + second),
    `five layers take as much as five others; ${said}`,
  )
  // What five plain layers take, ten reversible ones do not begin to.
  assert.ok(twelve - two < (first + second) / 10, said)
})
