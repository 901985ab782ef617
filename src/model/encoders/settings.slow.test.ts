import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EncoderBlockConfig, EncoderKind } from '../../config/encoder-blocks.js'
import { ENCODER_BLOCK_DEFAULTS } from '../../config/testing/block-defaults.js'
import { nodeRuntime } from '../../engine/runtime/node/ort-node.js'
import { batchOf, difference, INPUTS, Subject } from './testing/subject.js'

/**
 * What a setting's values do to parameters that are the same by name:
 * - `output`: each value gives other states than each other
 * - `training`: only in training, where states and gradients differ
 * - `nothing`: states and gradients are the same
 */
type Effect = 'output' | 'training' | 'nothing'

/** Values of one setting beside others, which stand in `BASE` where they aren't said. */
type Row<Kind extends EncoderKind, Setting extends keyof EncoderBlockConfig<Kind>> = readonly [
  Effect,
  readonly EncoderBlockConfig<Kind>[Setting][],
  Partial<EncoderBlockConfig<Kind>>?,
]
type Rows<Kind extends EncoderKind> = {
  readonly [Setting in Exclude<keyof EncoderBlockConfig<Kind>, 'kind'>]: readonly Row<Kind, Setting>[]
}

const RECURRENT: Rows<'lstm' & EncoderKind> = {
  hidden: [['output', [2, 3]]],
  layers: [['output', [1, 2, 3]]],
  dropout: [['training', [0, 0.3, 0.6]]],
  variational: [
    ['training', [false, true], { dropout: 0.5 }],
    ['nothing', [false, true]],
  ],
}

const bahdanau = (dim: number) => ({ kind: 'bahdanau', dim }) as const
const multiHead = (heads: number, dim: number) => ({ kind: 'multi-head', heads, dim }) as const
const learned = (maxTime: number) => ({ kind: 'learned', maxTime }) as const
const NONE = { kind: 'none' } as const
const SINUSOIDAL = { kind: 'sinusoidal' } as const
const ROTARY = { kind: 'rotary' } as const

const SETTINGS: { readonly [Kind in EncoderKind]: Rows<Kind> } = {
  lstm: RECURRENT,
  bilstm: RECURRENT as unknown as Rows<'bilstm'>,
  gru: RECURRENT as unknown as Rows<'gru'>,
  bigru: RECURRENT as unknown as Rows<'bigru'>,
  cnn: {
    filters: [['output', [4, 5]]],
    width: [['output', [1, 2, 3, 5]]],
    layers: [['output', [1, 2, 3]]],
    dilations: [
      ['output', [[1], [2], [1, 2], [2, 1], [1, 3]]],
      ['nothing', [[1], [1, 1], [1, 1, 7]]],
    ],
    residual: [
      ['output', [true, false]],
      // Where nothing is as wide as what it reads
      ['nothing', [true, false], { filters: 4, layers: 1 }],
    ],
    dropout: [['training', [0, 0.3, 0.6]]],
  },
  attention: {
    score: [
      ['output', [{ kind: 'dot' }, { kind: 'scaled-dot' }, bahdanau(8), multiHead(2, 8)]],
      ['output', [multiHead(1, 8), multiHead(2, 8), multiHead(4, 8)]],
      ['output', [multiHead(2, 4), multiHead(2, 8)]],
      ['output', [bahdanau(4), bahdanau(8)]],
    ],
    combine: [['output', ['residual', 'concatenate', 'replace']]],
    positions: [
      ['output', [NONE, SINUSOIDAL, learned(30), ROTARY], { score: multiHead(2, 8) }],
      ['output', [NONE, SINUSOIDAL, learned(30)], { score: { kind: 'dot' } }],
      ['output', [NONE, SINUSOIDAL, learned(30)], { score: { kind: 'scaled-dot' } }],
      ['output', [NONE, SINUSOIDAL, learned(30)], { score: bahdanau(8) }],
      ['output', [learned(3), learned(4), learned(30)]],
      ['nothing', [learned(27), learned(30)]],
    ],
    dropout: [['training', [0, 0.3, 0.6]]],
  },
  transformer: {
    width: [['output', [4, 8]]],
    layers: [['output', [1, 2]]],
    heads: [['output', [1, 2, 4]]],
    feedForward: [['output', [5, 6]]],
    activation: [['output', ['relu', 'gelu']]],
    norm: [['output', ['pre', 'post']]],
    positions: [
      ['output', [NONE, SINUSOIDAL, learned(30), ROTARY]],
      ['output', [learned(3), learned(4), learned(30)]],
      ['nothing', [learned(27), learned(30)]],
    ],
    dropout: [['training', [0, 0.3, 0.6]]],
  },
  reformer: {
    width: [['output', [4, 8]]],
    layers: [['output', [1, 2]]],
    heads: [['output', [1, 2, 4]]],
    feedForward: [['output', [5, 6]]],
    feedForwardChunk: [['nothing', [1, 3, 7, 1024]]],
    chunk: [
      ['output', [4, 5, 8, 64]],
      ['nothing', [27, 64]],
    ],
    buckets: [
      ['output', [2, 4, 8]],
      ['nothing', [2, 8], { chunk: 64 }],
    ],
    rounds: [
      ['output', [1, 2, 3]],
      ['nothing', [1, 3], { chunk: 64 }],
    ],
    lookBack: [
      ['output', [0, 1, 2]],
      ['nothing', [0, 2], { chunk: 64 }],
    ],
    lookAhead: [
      ['output', [0, 1, 2]],
      ['nothing', [0, 2], { chunk: 64 }],
    ],
    positions: [['output', [ROTARY, NONE]]],
    attentionWeights: [['nothing', [false, true]]],
    dropout: [['training', [0, 0.3, 0.6]]],
  },
}

/** Small sizes, and nothing in training that tagging doesn't have. */
const BASE: { readonly [Kind in EncoderKind]: Partial<EncoderBlockConfig<Kind>> } = {
  lstm: { hidden: 3, dropout: 0 },
  bilstm: { hidden: 3, dropout: 0 },
  gru: { hidden: 3, dropout: 0 },
  bigru: { hidden: 3, dropout: 0 },
  cnn: { filters: INPUTS, layers: 2, dropout: 0 },
  attention: { dropout: 0 },
  transformer: { width: 8, heads: 2, feedForward: 6, dropout: 0 },
  reformer: { width: 8, heads: 2, feedForward: 5, layers: 2, chunk: 4, dropout: 0 },
}

const BATCH = batchOf([27, 3, 14], 21)

const subjectOf = <Kind extends EncoderKind>(kind: Kind, ...parts: readonly object[]) => {
  const settings = Object.assign({}, ENCODER_BLOCK_DEFAULTS[kind], BASE[kind], ...parts) as EncoderBlockConfig
  return new Subject([settings], nodeRuntime(), { valuesByName: true })
}

/** Whether a row's hashes see more than one chunk: training draws other rotations than those that are shipped. */
const isHashed = (kind: EncoderKind, settings: object) =>
  kind === 'reformer' && ({ chunk: 4, ...settings } as { readonly chunk: number }).chunk < 27

for (const kind of Object.keys(SETTINGS) as EncoderKind[])
  test(`${kind}: each setting does what it says to the same parameters`, async () => {
    let rows = 0
    let compared = 0
    const table: Readonly<Record<string, readonly (readonly [Effect, readonly unknown[], object?])[]>> =
      SETTINGS[kind]
    for (const [setting, cases] of Object.entries(table))
      for (const [effect, values, beside = {}] of cases) {
        const inferred: Float32Array[][] = []
        const trained: Awaited<ReturnType<Subject['train']>>[] = []
        for (const value of values) {
          const settings = { ...beside, [setting]: value }
          const subject = subjectOf(kind, settings)
          inferred.push(await subject.infer(BATCH))
          const isComparable = !isHashed(kind, settings)
          if (effect === 'output' && !isComparable) continue
          trained.push(await subject.train(BATCH))
          const hasDropout = effect === 'training' && trained.length > (setting === 'dropout' ? 1 : 0)
          if (!hasDropout && isComparable)
            assert.ok(difference(inferred.at(-1) ?? [], trained.at(-1)?.states ?? []) < 1e-5)
        }
        for (let a = 0; a < values.length; a++)
          for (let b = 0; b < a; b++) {
            const at = `${kind}.${setting} ${JSON.stringify(values[a])} and ${JSON.stringify(values[b])}, ${JSON.stringify(beside)}`
            const gap = distance(inferred[a], inferred[b])
            if (effect === 'output') assert.ok(gap > 1e-3, `${at}: off by ${gap} only`)
            else assert.ok(gap < 2e-6, `${at}: off by ${gap}`)
            if (effect === 'nothing') assert.ok(distance(trained[a].dX, trained[b].dX) < 2e-5, at)
            if (effect === 'training') {
              assert.ok(distance(trained[a].states, trained[b].states) > 1e-2, at)
              assert.ok(distance(trained[a].dX, trained[b].dX) > 1e-3, at)
            }
            compared++
          }
        rows++
      }
    const { kind: _kind, ...settings } = ENCODER_BLOCK_DEFAULTS[kind]
    assert.deepEqual(Object.keys(table).sort(), Object.keys(settings).sort(), 'no setting is left out')
    assert.ok(compared >= rows && rows > Object.keys(settings).length)
  })

/** The largest difference; without bound where there are other features. */
function distance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  return a.some((own, i) => own.length !== b[i].length) ? Number.POSITIVE_INFINITY : difference(a, b)
}

test('what attention takes is added, set beside the states, or stands alone', async () => {
  const states = async (combine: string) => subjectOf('attention', { combine }).infer(BATCH)
  const [sum, beside, alone] = [
    await states('residual'),
    await states('concatenate'),
    await states('replace'),
  ]
  let cells = 0
  BATCH.sentences.forEach((sentence, s) => {
    sentence.forEach((token, t) => {
      token.forEach((x, d) => {
        const taken = alone[s][t * INPUTS + d]
        assert.equal(beside[s][t * 2 * INPUTS + d], x)
        assert.equal(beside[s][t * 2 * INPUTS + INPUTS + d], taken)
        assert.ok(Math.abs(sum[s][t * INPUTS + d] - (x + taken)) < 1e-6)
        cells++
      })
    })
  })
  assert.equal(cells, (27 + 3 + 14) * INPUTS)
})

test('variational dropout leaves out the same units at all tokens of a sentence, plain dropout others at each', async () => {
  let sentences = 0
  for (const kind of ['lstm', 'bilstm', 'gru', 'bigru'] as const)
    for (const variational of [false, true]) {
      const subject = subjectOf(kind, { dropout: 0.5, variational })
      const { states } = await subject.train(BATCH)
      for (const own of states) {
        const patterns = new Set<string>()
        for (let at = 0; at < own.length; at += subject.width)
          patterns.add(
            own.subarray(at, at + subject.width).reduce((text, v) => text + (v === 0 ? '0' : '1'), ''),
          )
        if (variational) assert.equal(patterns.size, 1)
        else if (own.length > 10 * subject.width) assert.ok(patterns.size > 1)
        sentences++
      }
    }
  assert.equal(sentences, 4 * 2 * 3)
})

test('a Reformer offers the weights of its layers where it is asked to', async () => {
  for (const [attentionWeights, names] of [
    [false, []],
    [true, ['encoder.0.0', 'encoder.0.1']],
  ] as const) {
    const subject = subjectOf('reformer', { attentionWeights })
    await subject.infer(BATCH)
    assert.deepEqual(subject.attentions, names)
  }
})
