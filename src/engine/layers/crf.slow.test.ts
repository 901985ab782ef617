import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../../base/random.js'
import { runReference } from '../graph/testing/check.js'
import { type CrfGold, type CrfParameters, crfLoss } from './crf.js'
import {
  type Batch,
  compareFiniteDifferences,
  compareTwins,
  feedsOf,
  given,
  graphOf,
  type LayerCase,
  type LayerInput,
  paddingInputs,
  random,
  type Values,
} from './testing/layer-case.js'
import { plainCrfLoss } from './testing/plain-crf.js'

const parametersOf = ({ transitions, start, end }: Values): CrfParameters => ({ transitions, start, end })

const goldOf = (v: Values): CrfGold => ({
  emissions: v.goldEmissions,
  transitions: v.goldTransitions,
  start: v.goldStart,
  end: v.goldEnd,
})

interface CrfCase extends LayerCase {
  readonly batch: Batch
  readonly states: number
  /** The gold paths. */
  readonly paths: readonly (readonly number[])[]
}

function crfCase(source: Random, states: number, batch: Batch, scale: number, spread = 1): CrfCase {
  const { time, lengths } = batch
  const count = lengths.length
  const paths = lengths.map(length => Array.from({ length }, () => source.below(states)))
  const emissions = new Float32Array(time * states * count)
  const [steps, starts, ends] = [states * states, states, states].map(size => new Float32Array(size))
  paths.forEach((path, b) => {
    path.forEach((state, t) => {
      emissions[(t * states + state) * count + b] = 1
      if (t > 0) steps[path[t - 1] * states + state]++
    })
    starts[path[0]]++
    ends[path[path.length - 1]]++
  })
  const float = (shape: readonly number[], data: Float32Array) => ({ type: 'float32' as const, shape, data })
  const drawn = (dims: readonly (string | number)[]): LayerInput => {
    const input = random(source, dims, batch)
    const cells = (input.tensor.data as Float32Array).map(x => x * spread)
    return { dims, tensor: float(input.tensor.shape, cells) }
  }
  return {
    name: `crf of ${states} states, time ${time}, lengths ${lengths}`,
    ...{ batch, states, paths },
    inputs: {
      logits: drawn(['time', states, 'batch']),
      transitions: drawn([states, states]),
      start: drawn([states, 1]),
      end: drawn([states, 1]),
      mask: paddingInputs(batch).mask,
      goldEmissions: given(['time', states, 'batch'], float([time, states, count], emissions)),
      goldTransitions: given([states, states], float([states, states], steps)),
      goldStart: given([states, 1], float([states, 1], starts)),
      goldEnd: given([states, 1], float([states, 1], ends)),
      scale: given([], float([], Float32Array.of(scale))),
    },
    wrt: ['logits', 'transitions', 'start', 'end'],
    layer: (g, v) => crfLoss(g, v.logits, v.mask, parametersOf(v), goldOf(v), v.scale),
  }
}

const BATCHES: readonly Batch[] = [
  { time: 5, lengths: [5, 3, 1, 4] },
  { time: 4, lengths: [2, 3] },
  { time: 2, lengths: [1] },
  { time: 2, lengths: [2, 2, 2] },
]

function* allCases(seed: number): Generator<CrfCase> {
  const source = Random.fromSeed(seed)
  for (const states of [1, 2, 4])
    for (const batch of BATCHES)
      for (const spread of [1, 8]) yield crfCase(source, states, batch, 0.25, spread)
}

test("the CRF's loss and gradients equal those of its twin in log space, and finite differences", async () => {
  const count = { cases: 0, tensors: 0, slopes: 0 }
  for (const c of allCases(1)) {
    count.tensors += await compareTwins(c, (g, v) =>
      plainCrfLoss(g, v.logits, v.mask, parametersOf(v), goldOf(v), v.scale),
    )
    count.slopes += compareFiniteDifferences(c)
    count.cases++
  }
  assert.deepEqual(count, { cases: 24, tensors: 24 * 4 * 6, slopes: 24 * 4 })
})

/** Every path of a sequence with its probability, by enumeration. */
function enumerate(c: CrfCase, b: number): { path: number[]; score: number; probability: number }[] {
  const { states, batch } = c
  const length = batch.lengths[b]
  const cells = (name: string) => c.inputs[name].tensor.data
  const [logits, transitions, start, end] = ['logits', 'transitions', 'start', 'end'].map(cells)
  const paths = Array.from({ length: states ** length }, (_, code) => {
    const path = Array.from({ length }, (_, t) => Math.floor(code / states ** t) % states)
    let score = Number(start[path[0]]) + Number(end[path[length - 1]])
    path.forEach((state, t) => {
      score += Number(logits[(t * states + state) * batch.lengths.length + b])
      if (t > 0) score += Number(transitions[path[t - 1] * states + state])
    })
    return { path, score }
  })
  const top = Math.max(...paths.map(({ score }) => score))
  const sum = paths.reduce((total, { score }) => total + Math.exp(score - top), 0)
  return paths.map(({ path, score }) => ({ path, score, probability: Math.exp(score - top) / sum }))
}

/** The loss and its gradients from every path's probability: expected counts less the gold ones. */
function byEnumeration(c: CrfCase, scale: number): Record<string, Float64Array> {
  const { states, batch, paths } = c
  const count = batch.lengths.length
  const results = {
    loss: new Float64Array(1),
    'd:logits': new Float64Array(batch.time * states * count),
    'd:transitions': new Float64Array(states * states),
    'd:start': new Float64Array(states),
    'd:end': new Float64Array(states),
  }
  const add = (path: readonly number[], b: number, weight: number) => {
    path.forEach((state, t) => {
      results['d:logits'][(t * states + state) * count + b] += weight * scale
      if (t > 0) results['d:transitions'][path[t - 1] * states + state] += weight * scale
    })
    results['d:start'][path[0]] += weight * scale
    results['d:end'][path[path.length - 1]] += weight * scale
  }
  paths.forEach((gold, b) => {
    for (const { path, probability } of enumerate(c, b)) {
      add(path, b, probability)
      if (path.every((state, t) => state === gold[t])) results.loss[0] -= Math.log(probability) * scale
    }
    add(gold, b, -1)
  })
  return results
}

test("the CRF's loss, marginals and transition counts equal sums over all paths", () => {
  const shapes = fc.record({
    seed: fc.nat(),
    states: fc.integer({ min: 1, max: 4 }),
    lengths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
    padding: fc.integer({ min: 0, max: 2 }),
  })
  const count = { cases: 0, cells: 0, padded: 0 }
  fc.assert(
    fc.property(shapes, ({ seed, states, lengths, padding }) => {
      const time = Math.max(2, ...lengths) + padding
      const scale = 0.5
      const c = crfCase(Random.fromSeed(seed), states, { time, lengths }, scale, 2)
      const graph = graphOf(c)
      const answer = runReference(graph, feedsOf(c, graph))
      for (const [name, expected] of Object.entries(byEnumeration(c, scale)))
        expected.forEach((value, i) => {
          const found = Number(answer[name].data[i])
          assert.ok(
            Math.abs(found - value) < 1e-9 * Math.max(1, Math.abs(value)),
            `${name}[${i}]: ${found}, ${value}`,
          )
          count.cells++
        })
      count.cases++
      count.padded += Number(time > Math.min(...lengths))
    }),
    { numRuns: 200 },
  )
  assert.equal(count.cases, 200)
  assert.ok(count.cells > 5000 && count.padded > 50)
})
