import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from './errors.js'
import { parseConfig } from './resolve.js'
import { ENCODER_BLOCK_DEFAULTS } from './testing/block-defaults.js'
import { faultsOf, overrides, placesOf } from './testing/faults-of.js'
import { NETWORK_PRESETS } from './testing/network-presets.js'

test('another kind of block has its own defaults and keeps what was set, wherever that was', () => {
  const first = (preset: string | undefined, ...parts: readonly string[]) =>
    parseConfig({ preset, overrides: overrides(...parts) }).encoder[0]
  const { transformer, cnn, gru } = ENCODER_BLOCK_DEFAULTS
  assert.deepEqual(first('bilstm-crf', 'encoder.0.kind', 'transformer'), transformer)
  assert.deepEqual(first('bilstm-crf', 'encoder.0.kind', 'cnn'), cnn)
  assert.deepEqual(first('bilstm-crf', 'encoder.0.kind', 'gru'), { ...gru, hidden: 150 })
  assert.deepEqual(first('bilstm-crf', 'encoder.0', 'gru'), { ...gru, hidden: 150 })
  assert.deepEqual(first(undefined, 'encoder.0.kind', 'transformer'), transformer)
  // Set by the preset, before the kind, and after it
  assert.deepEqual(first('transformer', 'encoder.0.layers', '5', 'encoder.0.kind', 'reformer'), {
    ...ENCODER_BLOCK_DEFAULTS.reformer,
    ...{ width: 192, heads: 6, feedForward: 384, layers: 5 },
  })
  assert.deepEqual(first(undefined, 'encoder.0.heads', '2', 'encoder.0.kind', 'transformer'), {
    ...transformer,
    heads: 2,
  })
  // The width of a filter is not the width of a layer.
  assert.deepEqual(first('cnn-crf-classic', 'encoder.0.kind', 'transformer'), {
    ...transformer,
    ...{ layers: 1, dropout: 0 },
  })
  const file = { encoder: [{ kind: 'bilstm', dropout: 0.1 }] }
  assert.deepEqual(parseConfig({ file, overrides: overrides('encoder.0.kind', 'cnn') }).encoder, [
    { ...cnn, dropout: 0.1 },
  ])
  assert.deepEqual(placesOf({ overrides: overrides('encoder.0.hidden', '9', 'encoder.0.kind', 'cnn') }), [
    'encoder.0.hidden',
  ])
})

test('every preset of a network accepts every kind of block, without its own defaults for that kind', () => {
  let tried = 0
  for (const { name, config } of NETWORK_PRESETS)
    for (const [kind, known] of Object.entries(ENCODER_BLOCK_DEFAULTS)) {
      const set: Readonly<Record<string, unknown>> = {
        ...(('encoder' in config && config.encoder?.[0]) as object),
      }
      if (kind === (set.kind ?? 'bilstm')) continue
      try {
        const [block] = parseConfig({ preset: name, overrides: overrides('encoder.0.kind', kind) }).encoder
        for (const [key, value] of Object.entries(block))
          if (key !== 'kind' && !Object.hasOwn(set, key))
            assert.deepEqual(value, known[key as keyof typeof known], `${name}, ${kind}, ${key}`)
      } catch (error) {
        // What was set may not fit: 50 features and 4 heads.
        assert.ok(error instanceof ConfigError, String(error))
        for (const { where } of error.faults) assert.match(JSON.stringify(where), /encoder\.0\.(width|dim)/)
      }
      tried++
    }
  assert.equal(tried, NETWORK_PRESETS.length * 7)
})

test('every variant drops the settings of its old kind, in a file and in an override', () => {
  const of = (file: object, ...parts: readonly string[]) =>
    parseConfig({ file, overrides: overrides(...parts) })
  const training = (settings: object) => ({ training: settings })
  const adam = training({ optimizer: { beta1: 0.8, weightDecay: 0.1 } })
  const both = { weightDecay: 0.1, rowUpdates: 'auto' }
  const sgd = { kind: 'sgd', momentum: 0, nesterov: false, ...both }
  assert.deepEqual(of(adam, 'training.optimizer.kind', 'sgd').training.optimizer, sgd)
  assert.deepEqual(of(adam, 'training.optimizer', 'sgd').training.optimizer, sgd)
  // Adam's weight decay is another thing than AdamW's, which is never 0.
  assert.equal(of(adam, 'training.optimizer.kind', 'adamw').training.optimizer.weightDecay, 0.01)
  const preset = { preset: 'char-cnn-bilstm-crf-classic' }
  const overPreset = (settings: object) => of({ ...preset, ...training(settings) }).training
  assert.deepEqual(overPreset({ optimizer: { kind: 'rmsprop' } }).optimizer, {
    ...{ kind: 'rmsprop', smoothing: 0.99, epsilon: 1e-8, momentum: 0.9 },
    ...{ weightDecay: 0, rowUpdates: 'dense' },
  })
  assert.deepEqual(overPreset({ optimizer: { nesterov: true } }).optimizer, {
    ...{ kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0, rowUpdates: 'dense' },
  })
  assert.deepEqual(overPreset({ schedule: 'constant' }).schedule, { kind: 'constant', warmupSteps: 0 })
  const plateau = training({ schedule: { kind: 'plateau', factor: 0.2, patience: 9 } })
  assert.deepEqual(of(plateau, 'training.schedule.kind', 'step').training.schedule, {
    ...{ kind: 'step', every: 1, factor: 0.2, warmupSteps: 0 },
  })
  assert.deepEqual(of(plateau, 'training.schedule.kind', 'one-cycle').training.schedule, {
    kind: 'one-cycle',
  })
  const rare = training({ sampling: { kind: 'oversample', maxRepeat: 2 } })
  assert.deepEqual(of(rare, 'training.sampling', 'undersample').training.sampling, {
    ...{ kind: 'undersample', keepEmpty: 0.5, thinAbove: null },
  })
  const ema = training({ averaging: { kind: 'ema', decay: 0.9 } })
  assert.deepEqual(of(ema, 'training.averaging.kind', 'swa').training.averaging, { kind: 'swa' })
  const softmax = { decoder: { kind: 'softmax', constrained: false, focalGamma: 2 } }
  assert.deepEqual(of(softmax, 'decoder.kind', 'crf').decoder, { kind: 'crf', constrained: false })
  const piece = { input: { unit: { kind: 'piece', size: 9 } } }
  assert.deepEqual(of(piece, 'input.unit', 'word').input.unit, { kind: 'word' })
  const heads = { encoder: [{ kind: 'attention', score: { kind: 'multi-head', heads: 2, dim: 6 } }] }
  const [block] = of(heads, 'encoder.0.score', 'bahdanau').encoder
  assert.ok(block.kind === 'attention')
  assert.deepEqual(block.score, { kind: 'bahdanau', dim: 6 })
})

test('a setting of another kind is refused with the kinds that have it', () => {
  const cases: readonly (readonly [object, string, string])[] = [
    [{ decoder: { kind: 'crf', classWeights: 'balanced' } }, 'decoder.classWeights', '"softmax"'],
    [{ decoder: { focalGamma: 2 } }, 'decoder.focalGamma', '"softmax"'],
    [{ training: { optimizer: { momentum: 0.9 } } }, 'training.optimizer.momentum', '"sgd" or "rmsprop"'],
    [
      { training: { optimizer: { kind: 'sgd', epsilon: 1 } } },
      'training.optimizer.epsilon',
      '"adam" or "adamw" or "rmsprop"',
    ],
    [
      { training: { schedule: { kind: 'constant', decay: 0.3 } } },
      'training.schedule.decay',
      '"inverse-time" or "exponential"',
    ],
    [{ training: { averaging: { decay: 0.9 } } }, 'training.averaging.decay', '"ema"'],
    [
      { training: { sampling: { kind: 'undersample', maxRepeat: 9 } } },
      'training.sampling.maxRepeat',
      '"oversample"',
    ],
    [{ input: { unit: { size: 500 } } }, 'input.unit.size', '"piece"'],
    [
      { encoder: [{ kind: 'attention', score: { kind: 'dot', heads: 2 } }] },
      'encoder.0.score.heads',
      '"multi-head"',
    ],
    [
      { encoder: [{ kind: 'transformer', positions: { kind: 'rotary', maxTime: 9 } }] },
      'encoder.0.positions.maxTime',
      '"learned"',
    ],
  ]
  for (const [file, where, kinds] of cases) {
    const [fault, ...more] = faultsOf({ file })
    assert.deepEqual([fault.where, fault.got, more.length], [where, `one of kind ${kinds}`, 0])
  }
  assert.deepEqual(placesOf({ overrides: overrides('decoder.classWeights.O', '2') }), [
    'decoder.classWeights.O',
  ])
  const warmed = (kind: string) => ({ file: { training: { schedule: { kind, warmupSteps: 500 } } } })
  assert.deepEqual(placesOf(warmed('one-cycle')), ['training.schedule.warmupSteps'])
  const { schedule } = parseConfig(warmed('linear-warmup')).training
  assert.deepEqual(schedule, { kind: 'linear-warmup', warmupSteps: 500, warmupShare: 0 })
})

test('nesterov needs a momentum, AdamW a weight decay', () => {
  const optimizer = (settings: object) => ({ file: { training: { optimizer: settings } } })
  assert.deepEqual(placesOf(optimizer({ kind: 'sgd', nesterov: true })), ['training.optimizer.nesterov'])
  assert.ok(parseConfig(optimizer({ kind: 'sgd', nesterov: true, momentum: 0.9 })))
  for (const kind of ['adam', 'rmsprop'])
    assert.deepEqual(placesOf(optimizer({ kind, nesterov: true })), ['training.optimizer.nesterov'])
  assert.deepEqual(placesOf(optimizer({ kind: 'adamw', weightDecay: 0 })), ['training.optimizer.weightDecay'])
})

test('parts that can be left out are turned on by any of their settings, and off by null', () => {
  const inputOf = (preset: string | undefined, ...parts: readonly string[]) =>
    parseConfig({ preset, overrides: overrides(...parts) }).input
  const off = parseConfig({}).input
  const { shape, casing, affixes, charCnn, charLstm, words } = off
  assert.deepEqual(
    [shape, casing, affixes, charCnn, charLstm, words.vectors],
    [null, null, null, null, null, null],
  )
  assert.deepEqual(inputOf(undefined, 'input.charCnn.filters', '50').charCnn, { dim: 30, filters: 50 })
  assert.deepEqual(inputOf(undefined, 'input.charLstm.dim', '9').charLstm, { dim: 9, hidden: 25 })
  assert.deepEqual(inputOf(undefined, 'input.affixes.lengths', '[1,4]').affixes, {
    dim: 20,
    lengths: [1, 4],
    below: null,
  })
  assert.deepEqual(inputOf(undefined, 'input.casing', '{}').casing, { dim: 5 })
  const small = { dim: 20, lengths: [2, 3], below: 1000 }
  const own = { ...off, shape: { dim: 20 }, affixes: small }
  assert.deepEqual(inputOf('bilstm-crf', 'input.charCnn', 'null'), own)
  assert.deepEqual(inputOf('bilstm-crf', 'input.charCnn', 'null', 'input.charCnn.dim', '3').charCnn, {
    ...{ dim: 3, filters: 30 },
  })
  const file = { preset: 'bilstm-crf', input: { charCnn: null, shape: { dim: 3 } } }
  assert.deepEqual(parseConfig({ file }).input, { ...own, shape: { dim: 3 } })
  const vectors = { file: 'glove.txt', limit: 400_000, fineTune: true, subwords: true }
  const named = overrides('input.words.vectors', 'glove.txt')
  assert.deepEqual(parseConfig({ overrides: named }).input.words.vectors, vectors)
  assert.deepEqual(
    parseConfig({ file: { input: { words: { vectors: 'glove.txt' } } } }),
    parseConfig({ overrides: named }),
  )
  const more = overrides('input.words.vectors.limit', 'null', 'input.words.vectors', 'glove.txt')
  assert.deepEqual(parseConfig({ overrides: more }).input.words.vectors, { ...vectors, limit: null })
  assert.deepEqual(placesOf({ overrides: overrides('input.words.vectors.fineTune', 'false') }), [
    'input.words.vectors.file',
  ])
})
