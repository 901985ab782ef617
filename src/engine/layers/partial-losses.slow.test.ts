import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Random } from '../../base/random.js'
import type { Tensor } from '../graph/tensor.js'
import { runReference } from '../graph/testing/check.js'
import { type CrfAllowed, type CrfParameters, partialCrfLoss } from './crf.js'
import { partialSoftmaxLoss } from './softmax-loss.js'
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

const SCALE = 0.5

interface PartialCase extends LayerCase {
  readonly batch: Batch
  readonly states: number
}

const parametersOf = ({ transitions, start, end }: Values): CrfParameters => ({ transitions, start, end })

const allowedOf = (v: Values): CrfAllowed => ({
  emissions: v.allowed,
  transitions: v.allowedTransitions,
  start: v.allowedStart,
  end: v.allowedEnd,
})

const bool = (shape: readonly number[], data: Uint8Array): Tensor => ({ type: 'bool', shape, data })

/** A case whose allowed sets are drawn around one path of each sequence, which keeps them possible. */
function crfCase(source: Random, states: number, batch: Batch, share: number): PartialCase {
  const { time, lengths } = batch
  const count = lengths.length
  const emissions = new Uint8Array(time * states * count).fill(1)
  const [steps, starts, ends] = [states * states, states, states].map(size =>
    Uint8Array.from({ length: size }, () => Number(source.float() < 0.7)),
  )
  lengths.forEach((length, b) => {
    const path = Array.from({ length }, () => source.below(states))
    path.forEach((state, t) => {
      for (let k = 0; k < states; k++)
        emissions[(t * states + k) * count + b] = Number(k === state || source.float() < share)
      if (t > 0) steps[path[t - 1] * states + state] = 1
    })
    starts[path[0]] = 1
    ends[path[length - 1]] = 1
  })
  const drawn = (dims: readonly (string | number)[]): LayerInput => random(source, dims, batch)
  return {
    name: `partial crf of ${states} states, time ${time}, lengths ${lengths}, share ${share}`,
    ...{ batch, states },
    inputs: {
      logits: drawn(['time', states, 'batch']),
      transitions: drawn([states, states]),
      start: drawn([states, 1]),
      end: drawn([states, 1]),
      mask: paddingInputs(batch).mask,
      allowed: given(['time', states, 'batch'], bool([time, states, count], emissions)),
      allowedTransitions: given([states, states], bool([states, states], steps)),
      allowedStart: given([states, 1], bool([states, 1], starts)),
      allowedEnd: given([states, 1], bool([states, 1], ends)),
      scale: given([], { type: 'float32', shape: [], data: Float32Array.of(SCALE) }),
    },
    wrt: ['logits', 'transitions', 'start', 'end'],
    layer: (g, v) => partialCrfLoss(g, v.logits, v.mask, parametersOf(v), allowedOf(v), v.scale),
  }
}

const cellsOf = (c: LayerCase, name: string) => c.inputs[name].tensor.data

/** Every path of a sequence with its score, and whether it is allowed. */
function* pathsOf(c: PartialCase, b: number) {
  const { states, batch } = c
  const count = batch.lengths.length
  const length = batch.lengths[b]
  for (let code = 0; code < states ** length; code++) {
    const path = Array.from({ length }, (_, t) => Math.floor(code / states ** t) % states)
    const last = path[length - 1]
    let score = Number(cellsOf(c, 'start')[path[0]]) + Number(cellsOf(c, 'end')[last])
    let isAllowed = Boolean(cellsOf(c, 'allowedStart')[path[0]] && cellsOf(c, 'allowedEnd')[last])
    path.forEach((state, t) => {
      const cell = (t * states + state) * count + b
      const step = path[t - 1] * states + state
      score += Number(cellsOf(c, 'logits')[cell]) + (t > 0 ? Number(cellsOf(c, 'transitions')[step]) : 0)
      isAllowed &&= Boolean(
        cellsOf(c, 'allowed')[cell] && (t === 0 || cellsOf(c, 'allowedTransitions')[step]),
      )
    })
    yield { path, weight: Math.exp(score), isAllowed }
  }
}

/** The loss and its gradients by enumeration: expected counts over all paths less those over the allowed ones. */
function byEnumeration(c: PartialCase): Record<string, Float64Array> {
  const { states, batch } = c
  const count = batch.lengths.length
  const results = {
    loss: new Float64Array(1),
    'd:logits': new Float64Array(batch.time * states * count),
    'd:transitions': new Float64Array(states * states),
    'd:start': new Float64Array(states),
    'd:end': new Float64Array(states),
  }
  batch.lengths.forEach((_, b) => {
    const paths = [...pathsOf(c, b)]
    const allowed = paths.filter(({ isAllowed }) => isAllowed)
    const sum = (some: typeof paths) => some.reduce((all, { weight }) => all + weight, 0)
    results.loss[0] += SCALE * Math.log(sum(paths) / sum(allowed))
    for (const [some, sign] of [[paths, SCALE] as const, [allowed, -SCALE] as const])
      for (const { path, weight } of some) {
        const part = (sign * weight) / sum(some)
        path.forEach((state, t) => {
          results['d:logits'][(t * states + state) * count + b] += part
          if (t > 0) results['d:transitions'][path[t - 1] * states + state] += part
        })
        results['d:start'][path[0]] += part
        results['d:end'][path[path.length - 1]] += part
      }
  })
  return results
}

function compareCells(c: LayerCase, expected: Record<string, Float64Array>): number {
  const graph = graphOf(c)
  const answer = runReference(graph, feedsOf(c, graph))
  let cells = 0
  for (const [name, values] of Object.entries(expected))
    values.forEach((value, i) => {
      const found = Number(answer[name].data[i])
      assert.ok(Math.abs(found - value) < 1e-9, `${c.name}, ${name}[${i}]: ${found}, ${value}`)
      cells++
    })
  return cells
}

const shapes = fc.record({
  seed: fc.nat(),
  states: fc.integer({ min: 1, max: 4 }),
  lengths: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }),
  padding: fc.integer({ min: 0, max: 2 }),
  share: fc.constantFrom(0, 0.3, 0.7, 1),
})

test("the partial CRF's loss and gradients equal sums over all paths and over the allowed ones", () => {
  const count = { cases: 0, cells: 0 }
  fc.assert(
    fc.property(shapes, ({ seed, states, lengths, padding, share }) => {
      const time = Math.max(2, ...lengths) + padding
      const c = crfCase(Random.fromSeed(seed), states, { time, lengths }, share)
      count.cells += compareCells(c, byEnumeration(c))
      count.cases++
    }),
    { numRuns: 200 },
  )
  assert.equal(count.cases, 200)
  assert.ok(count.cells > 5000)
})

const BATCHES: readonly Batch[] = [
  { time: 5, lengths: [5, 3, 1, 4] },
  { time: 2, lengths: [1] },
  { time: 2, lengths: [2, 2, 2] },
]

test("the partial CRF's gradients equal finite differences, on every runtime", async () => {
  const source = Random.fromSeed(1)
  const count = { cases: 0, slopes: 0, tensors: 0 }
  for (const states of [2, 4])
    for (const batch of BATCHES)
      for (const share of [0, 0.5]) {
        const c = crfCase(source, states, batch, share)
        count.slopes += compareFiniteDifferences(c)
        count.tensors += await compareTwins(c, c.layer)
        count.cases++
      }
  assert.deepEqual(count, { cases: 12, slopes: 48, tensors: 12 * 4 * 6 })
})

function softmaxCase(source: Random, classes: number, batch: Batch, focalGamma: number): LayerCase {
  const { time, lengths } = batch
  const count = lengths.length
  const allowed = new Uint8Array(time * classes * count).fill(1)
  const weight = new Float32Array(time * count)
  lengths.forEach((length, b) => {
    for (let t = 0; t < length; t++) {
      weight[t * count + b] = Math.fround(0.5 + source.float())
      const right = source.below(classes)
      for (let k = 0; k < classes; k++)
        allowed[(t * classes + k) * count + b] = Number(k === right || source.float() < 0.4)
    }
  })
  return {
    name: `partial softmax of ${classes} classes, lengths ${lengths}, gamma ${focalGamma}`,
    inputs: {
      logits: random(source, ['time', classes, 'batch'], batch),
      allowed: given(['time', classes, 'batch'], bool([time, classes, count], allowed)),
      weight: given(['time', 1, 'batch'], { type: 'float32', shape: [time, 1, count], data: weight }),
      scale: given([], { type: 'float32', shape: [], data: Float32Array.of(SCALE) }),
    },
    wrt: ['logits'],
    layer: (g, v) => partialSoftmaxLoss(g, v.logits, v.allowed, v.weight, v.scale, { focalGamma }),
  }
}

/** The softmax loss by its formula, step by step. */
function softmaxByHand(c: LayerCase, classes: number, { time, lengths }: Batch, gamma: number): Float64Array {
  const count = lengths.length
  let loss = 0
  for (let t = 0; t < time; t++)
    for (let b = 0; b < count; b++) {
      const cells = Array.from({ length: classes }, (_, k) => (t * classes + k) * count + b)
      const weights = cells.map(cell => Math.exp(Number(cellsOf(c, 'logits')[cell])))
      const sum = weights.reduce((x, y) => x + y)
      const kept = cells.reduce((x, cell, k) => x + (cellsOf(c, 'allowed')[cell] ? weights[k] : 0), 0)
      const missing = Math.max(1 - kept / sum, 1e-6) ** gamma
      loss -= SCALE * Number(cellsOf(c, 'weight')[t * count + b]) * missing * Math.log(kept / sum)
    }
  return Float64Array.of(loss)
}

test('the partial softmax loss equals its formula, and its gradients finite differences', async () => {
  const source = Random.fromSeed(2)
  const count = { cases: 0, cells: 0, slopes: 0, tensors: 0 }
  for (const classes of [1, 2, 5])
    for (const batch of BATCHES)
      for (const gamma of [0, 2]) {
        const c = softmaxCase(source, classes, batch, gamma)
        count.cells += compareCells(c, { loss: softmaxByHand(c, classes, batch, gamma) })
        if (classes > 1) count.slopes += compareFiniteDifferences(c)
        count.tensors += await compareTwins(c, c.layer)
        count.cases++
      }
  assert.deepEqual(count, { cases: 18, cells: 18, slopes: 12, tensors: 18 * 4 * 3 })
})
