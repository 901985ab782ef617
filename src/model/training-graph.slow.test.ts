import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { resolveConfig } from '../config/resolve.js'
import { webInNode } from '../engine/runtime/node/choose-runtime.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { referenceRuntime } from '../engine/runtime/reference/reference.js'

import type { Runtime, Tensor } from '../engine/runtime/runtime.js'
import { tableInput } from './inputs/table.js'
import { unitsOf } from './inputs/units.js'
import { StepBuffers, type StepInput } from './step-inputs.js'
import { parameterSpecs, type TaggerDefinition } from './tagger-definition.js'
import { buildTrainingGraph, TRAINING } from './training-graph.js'

interface OracleCase {
  decoder: 'crf' | 'softmax'
  time: number
  lengths: number[]
  inputs: number
  hidden: number
  layers: number
  tags: number
  focalGamma: number
  tagWeights: number[]
  gold: number[][]
  x: number[]
  outputMasks: number[][]
  parameters: Record<string, number[]>
  loss: number
  dX: number[]
  gradients: Record<string, number[]>
}

const oracle = JSON.parse(
  readFileSync(new URL('../../oracles/tagger-step.json', import.meta.url), 'utf8'),
) as { torch: string; cases: OracleCase[] }

function definitionOf(c: OracleCase): TaggerDefinition {
  const config = resolveConfig({
    file: {
      encoder: [{ kind: 'bilstm', hidden: c.hidden, layers: c.layers }],
      decoder: { kind: c.decoder, ...(c.decoder === 'softmax' && { focalGamma: c.focalGamma }) },
    },
  })
  const words = tableInput({ name: 'input.words', dim: c.inputs, size: 2, idOf: () => 1 })
  return {
    inputs: { units: unitsOf('word'), blocks: [words] },
    tags: Array.from({ length: c.tags }, (_, i) => (i === 0 ? 'O' : `B-${i}`)),
    config,
  }
}

const float = (shape: readonly number[], data: ArrayLike<number>): Tensor => ({
  type: 'float32',
  shape,
  data: Float32Array.from(data),
})

function feedsOf(
  c: OracleCase,
  definition: TaggerDefinition,
  stepInputs: readonly StepInput[],
): Record<string, Tensor> {
  const { time, lengths, tags, hidden } = c
  const batch = lengths.length
  const cells = (fill: (t: number, b: number) => number) =>
    Array.from({ length: time * batch }, (_, i) => fill(Math.floor(i / batch), i % batch))
  const extra = Array.from({ length: time }, (_, t) => [
    ...lengths.map(() => 1),
    ...lengths.map(n => (t < n ? 0 : 1)),
  ]).flat()
  const gold = new Float32Array(time * tags * batch)
  const steps = new Float32Array(tags * tags)
  const start = new Float32Array(tags)
  const end = new Float32Array(tags)
  let total = 0
  c.gold.forEach((path, b) => {
    path.forEach((tag, t) => {
      gold[(t * tags + tag) * batch + b] = c.decoder === 'crf' ? 1 : c.tagWeights[tag]
      total += c.tagWeights[tag]
      if (t > 0) steps[path[t - 1] * tags + tag]++
    })
    start[path[0]]++
    end[path[path.length - 1]]++
  })
  const feeds: Record<string, Tensor> = {
    [TRAINING.x]: float([time, c.inputs, batch], c.x),
    [TRAINING.gold]: float([time, tags, batch], gold),
    [TRAINING.scale]: float([], [1 / (c.decoder === 'crf' ? batch : total)]),
  }
  const masks = c.outputMasks.map(mask =>
    mask.map((value, i) => (Math.floor(i / (2 * hidden * batch)) < lengths[i % batch] ? value : 0)),
  )
  const size = { time, batch, lengths: Int32Array.from(lengths) }
  for (const input of stepInputs) {
    const own = input.tensor(size, new StepBuffers(), Random.fromSeed(1))
    // Drawn where the oracle's masks are to be used.
    if (input.name.startsWith('dropout')) feeds[input.name] = float(own.shape, masks.shift() ?? [])
    else if (input.name === 'extraRows') assert.deepEqual(own.data, Float32Array.from(extra))
    else assert.equal(input.name, `zeros.2x${hidden}`)
    feeds[input.name] ??= own
  }
  assert.equal(masks.length, 0)
  if (c.decoder === 'crf') {
    const data = Uint8Array.from(cells((t, b) => (t < lengths[b] ? 1 : 0)))
    feeds[TRAINING.isLabel] = { type: 'bool', shape: [time, 1, batch], data }
    feeds[TRAINING.goldTransitions] = float([tags, tags], steps)
    feeds[TRAINING.goldStart] = float([tags, 1], start)
    feeds[TRAINING.goldEnd] = float([tags, 1], end)
  }
  for (const { name, shape } of parameterSpecs(definition))
    if (c.parameters[oracleName(name)]) feeds[name] = float(shape, c.parameters[oracleName(name)])
  return feeds
}

/** The oracle numbers layers, the tagger blocks and their layers. */
const oracleName = (name: string) => name.replace(/^encoder\.0\./, 'encoder.')

function checkClose(found: ArrayLike<number>, expected: readonly number[], what: string): void {
  assert.equal(found.length, expected.length, what)
  const size = Math.sqrt(expected.reduce((sum, value) => sum + value * value, 0))
  let error = 0
  for (let i = 0; i < expected.length; i++) error += (found[i] - expected[i]) ** 2
  assert.ok(Math.sqrt(error) <= 2e-6 * Math.max(1, size), `${what}: off by ${Math.sqrt(error)} of ${size}`)
}

const runtimes: [string, () => Runtime][] = [
  ['node', nodeRuntime],
  ['web', webInNode],
  ['reference', referenceRuntime],
]
for (const [name, create] of runtimes)
  test(`loss and gradients of BiLSTM taggers equal PyTorch's (${name})`, async () => {
    let compared = 0
    for (const [index, c] of oracle.cases.entries()) {
      const definition = definitionOf(c)
      const { model, parameters, stepInputs } = buildTrainingGraph(definition)
      const session = await create().createSession(model, { threads: 1 })
      const results = await session.run(feedsOf(c, definition, stepInputs))
      await session.release()
      const what = `case ${index} (${c.decoder})`
      checkClose(results[TRAINING.loss].data as Float32Array, [c.loss], `${what} loss`)
      checkClose(results[TRAINING.dX].data as Float32Array, c.dX, `${what} dX`)
      compared += 2
      for (const parameter of parameters) {
        const gradient = c.gradients[oracleName(parameter)]
        const found = results[TRAINING.gradient(parameter)].data as Float32Array
        checkClose(found, gradient, `${what} ${parameter}`)
        compared++
      }
    }
    assert.equal(oracle.cases.length, 6)
    // Loss and dX of each case, the decoders' parameters (5 of a CRF, 2 of a softmax), and 4 + 4 recurrent layers.
    assert.equal(compared, 6 * 2 + 3 * 5 + 3 * 2 + 8)
  })
