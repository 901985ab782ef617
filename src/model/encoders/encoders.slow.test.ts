import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncoderBlockConfig, EncoderKind } from '../../config/encoder-blocks.js'
import { ENCODER_BLOCK_DEFAULTS } from '../../config/testing/block-defaults.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { referenceRuntime } from '../../engine/runtime/reference/reference.js'
import { type Batch, batchOf, difference, INPUTS, Subject } from './testing/subject.js'

/** Encoders that are put through everything below, by the kind they are about; none may be missing. */
const CASES: { readonly [Kind in EncoderKind]: readonly Partial<EncoderBlockConfig<Kind>>[] } = {
  lstm: [{ hidden: 3 }, { hidden: 2, layers: 3 }],
  bilstm: [{ hidden: 3 }, { hidden: 2, layers: 2 }],
  gru: [{ hidden: 3 }, { hidden: 2, layers: 2 }],
  bigru: [{ hidden: 3 }, { hidden: 2, layers: 2 }],
  cnn: [
    { filters: 4, layers: 1, residual: false },
    { filters: 3, layers: 4, dilations: [1, 2], width: 2 },
    { filters: 5, layers: 2, dilations: [1, 3] },
  ],
  attention: [
    { score: { kind: 'dot' }, combine: 'replace', positions: { kind: 'sinusoidal' } },
    { score: { kind: 'scaled-dot' }, combine: 'concatenate', positions: { kind: 'learned', maxTime: 20 } },
    { score: { kind: 'bahdanau', dim: 4 } },
    { score: { kind: 'multi-head', heads: 2, dim: 8 }, positions: { kind: 'rotary' } },
    { score: { kind: 'multi-head', heads: 3, dim: 3 }, combine: 'concatenate' },
    { score: { kind: 'multi-head', heads: 2, dim: 4 }, positions: { kind: 'sinusoidal' } },
    {
      score: { kind: 'multi-head', heads: 2, dim: 6 },
      positions: { kind: 'learned', maxTime: 9 },
      combine: 'replace',
    },
  ],
  transformer: [
    { width: 8, heads: 2, feedForward: 6 },
    {
      width: 5,
      heads: 1,
      feedForward: 7,
      layers: 1,
      positions: { kind: 'sinusoidal' },
      norm: 'post',
      activation: 'relu',
    },
    {
      width: 6,
      heads: 3,
      feedForward: 4,
      layers: 3,
      positions: { kind: 'learned', maxTime: 4 },
      norm: 'post',
    },
    { width: 4, heads: 2, feedForward: 4, positions: { kind: 'none' }, activation: 'relu' },
  ],
  reformer: [
    { width: 8, heads: 2, feedForward: 5, feedForwardChunk: 4, chunk: 16 },
    { width: 6, heads: 2, layers: 1, positions: { kind: 'none' }, chunk: 11, attentionWeights: true },
  ],
}
const NUMBER_OF_CASES = 24
// Recurrent 25, cnn 14, attention 22, transformer 107, reformer 30
const NUMBER_OF_PARAMETERS = 198

const encoders: [string, readonly EncoderBlockConfig[]][] = Object.entries(CASES).flatMap(([kind, cases]) =>
  cases.map((settings, i): [string, EncoderBlockConfig[]] => {
    const defaults = ENCODER_BLOCK_DEFAULTS[kind as EncoderKind]
    return [`${kind} ${i}`, [{ ...defaults, ...settings, dropout: 0 } as EncoderBlockConfig]]
  }),
)

const LENGTHS = [7, 1, 4, 11, 2]
const RUNTIMES = { node: nodeRuntime, reference: referenceRuntime } as const

for (const [name, settings] of encoders)
  test(`${name}: training and inference agree, padding changes nothing, every parameter gets a gradient`, async () => {
    const batch = batchOf(LENGTHS, 11)
    const states: Float32Array[][] = []
    for (const create of Object.values(RUNTIMES)) {
      const subject = new Subject(settings, create())
      const inferred = await subject.infer(batch)
      const trained = await subject.train(batch)
      assert.ok(difference(inferred, trained.states) < 1e-5)
      states.push(inferred)
      const wide = await subject.train({ ...batch, time: batch.time + 3 })
      assert.ok(difference(trained.states, wide.states) < 1e-5)
      assert.ok(difference(trained.dX, wide.dX) < 1e-5)
      let zeros = 0
      wide.wholeDX.forEach((value, at) => {
        const t = Math.floor(at / (INPUTS * LENGTHS.length))
        if (t < LENGTHS[at % LENGTHS.length]) return
        assert.equal(Math.abs(value), 0)
        zeros++
      })
      assert.equal(zeros, (14 * LENGTHS.length - LENGTHS.reduce((a, b) => a + b)) * INPUTS)
      const sums = new Map<string, Float32Array>()
      for (const [b, sentence] of batch.sentences.entries()) {
        const alone: Batch = { sentences: [sentence], time: Math.max(2, sentence.length) }
        const apart = await subject.train(alone)
        assert.ok(difference([inferred[b]], apart.states) < 1e-5)
        assert.ok(difference([inferred[b]], await subject.infer(alone)) < 1e-5)
        assert.ok(difference([trained.dX[b]], apart.dX) < 1e-4)
        for (const [parameter, values] of apart.gradients) {
          const sum = sums.get(parameter) ?? new Float32Array(values.length)
          sums.set(
            parameter,
            sum.map((value, i) => value + values[i]),
          )
        }
      }
      for (const [parameter, gradient] of trained.gradients) {
        assert.ok(gradient.every(Number.isFinite), parameter)
        assert.ok(
          gradient.some(value => Math.abs(value) > 1e-6),
          `${parameter} gets no gradient`,
        )
        assert.ok(difference([gradient], [sums.get(parameter) ?? new Float32Array(0)]) < 2e-4, parameter)
      }
    }
    assert.ok(difference(states[0], states[1]) < 1e-5)
  })

test('every kind of block has its cases', () => {
  assert.deepEqual(Object.keys(CASES), Object.keys(ENCODER_BLOCK_DEFAULTS))
  assert.equal(encoders.length, NUMBER_OF_CASES)
})

test('with dropout, every parameter gets a gradient, and none comes back from padding', async () => {
  let parameters = 0
  for (const [name, [settings]] of encoders) {
    const subject = new Subject([{ ...settings, dropout: 0.25 }], nodeRuntime())
    const { gradients, wholeDX } = await subject.train(batchOf(LENGTHS, 8, 14))
    for (const [parameter, gradient] of gradients) {
      assert.ok(gradient.every(Number.isFinite), `${name}: ${parameter}`)
      assert.ok(
        gradient.some(value => value !== 0),
        `${name}: ${parameter} gets no gradient`,
      )
      parameters++
    }
    wholeDX.forEach((value, at) => {
      const t = Math.floor(at / (INPUTS * LENGTHS.length))
      if (t >= LENGTHS[at % LENGTHS.length]) assert.equal(Math.abs(value), 0, name)
    })
  }
  assert.equal(parameters, NUMBER_OF_PARAMETERS)
})

test('blocks stand one on another', async () => {
  const stack = [
    { ...ENCODER_BLOCK_DEFAULTS.gru, hidden: 4, dropout: 0 },
    { ...ENCODER_BLOCK_DEFAULTS.bilstm, hidden: 3, dropout: 0 },
  ]
  const subject = new Subject(stack, nodeRuntime())
  assert.equal(subject.width, 6)
  const batch = batchOf(LENGTHS, 3)
  assert.ok(difference(await subject.infer(batch), (await subject.train(batch)).states) < 1e-5)
})

test('attention is joined with the states: added, beside them, or in their place', async () => {
  const batch = batchOf([4, 2], 5)
  const infer = (combine: 'residual' | 'concatenate' | 'replace') =>
    new Subject(
      [{ ...ENCODER_BLOCK_DEFAULTS.attention, score: { kind: 'dot' }, combine }],
      nodeRuntime(),
    ).infer(batch)
  const [added, beside, alone] = await Promise.all(
    (['residual', 'concatenate', 'replace'] as const).map(infer),
  )
  let compared = 0
  for (const [b, sentence] of batch.sentences.entries()) {
    const states = Float32Array.from(sentence.flatMap(features => [...features]))
    const sum = alone[b].map((taken, i) => taken + states[i])
    const pairs = sentence.flatMap((features, t) => [
      ...features,
      ...alone[b].subarray(t * INPUTS, (t + 1) * INPUTS),
    ])
    assert.ok(difference([added[b], beside[b]], [sum, Float32Array.from(pairs)]) < 1e-6)
    compared += sum.length + pairs.length
  }
  assert.equal(compared, 6 * (INPUTS + 2 * INPUTS))
})
