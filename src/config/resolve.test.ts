import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from './errors.js'
import { PRESETS } from './presets.js'
import { type ConfigSources, resolveConfig } from './resolve.js'

const messageOf = (sources: ConfigSources): string => {
  try {
    resolveConfig(sources)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  assert.fail('the configuration was accepted')
}

test('every preset is a valid configuration', () => {
  for (const { name } of PRESETS) assert.ok(resolveConfig({ preset: name }).training.epochs > 0, name)
  assert.ok(PRESETS.length >= 3)
})

test('overrides beat the file, the file beats the preset, the preset beats the defaults', () => {
  const file = { preset: 'bilstm-classic', training: { epochs: 7, seed: 3 } }
  const config = resolveConfig({ file, overrides: [{ path: 'training.seed', text: '9' }] })
  assert.equal(config.training.seed, 9)
  assert.equal(config.training.epochs, 7)
  assert.equal(config.training.batchSize, 32)
  assert.equal(config.training.optimizer.kind, 'adam')
  assert.ok(Object.isFrozen(config.training))
})

test('an override keeps text where text belongs, and reads numbers, null and lists', () => {
  const { corpus, training, input } = resolveConfig({
    overrides: [
      { path: 'corpus.train', text: 'data/2024.conll' },
      { path: 'training.patience', text: 'null' },
      { path: 'input.affixes.lengths', text: '[1,2]' },
    ],
  })
  assert.equal(corpus.train, 'data/2024.conll')
  assert.equal(training.patience, null)
  assert.deepEqual(input.affixes.lengths, [1, 2])
})

test('class weights by tag may be given one by one', () => {
  const config = resolveConfig({ file: { decoder: { kind: 'softmax', classWeights: { O: 0.5 } } } })
  assert.deepEqual(config.decoder.classWeights, { O: 0.5 })
})

test('each fault names its path, what was expected and found, and the nearest known key', () => {
  const cases: [ConfigSources, RegExp][] = [
    [
      { file: { training: { epoch: 3 } } },
      /^training\.epoch: .*unknown key; did you mean training\.epochs\?$/,
    ],
    [{ file: { trainig: {} } }, /^trainig: .*did you mean training\?$/],
    [{ file: { training: { epochs: 'many' } } }, /^training\.epochs: expected a number, got "many"$/],
    [{ file: { training: { learningRate: 0 } } }, /^training\.learningRate: expected more than 0, got 0$/],
    [
      { overrides: [{ path: 'encoder.0.hidden', text: '1000000000' }] },
      /^encoder\.0\.hidden: expected at most 65536, got 1000000000$/,
    ],
    [
      { file: { input: { shape: { dim: 65_537 } } } },
      /^input\.shape\.dim: expected at most 65536, got 65537$/,
    ],
    [
      { file: { input: { charLstm: { hidden: -1 } } } },
      /^input\.charLstm\.hidden: expected at least 0, got -1$/,
    ],
    [
      { file: { encoder: [{ kind: 'cnn', dilations: [1, 5000] }] } },
      /^encoder\.0\.dilations\.1: expected at most 4096, got 5000$/,
    ],
    [{ file: { decoder: 3 } }, /^decoder: expected an object, got 3$/],
    [{ file: { encoder: { hidden: 3 } } }, /^encoder: expected a list, got \{"hidden":3\}$/],
    [{ file: { encoder: [] } }, /^encoder: expected a list that is not empty, got \[\]$/],
    [
      { file: { encoder: [{ kind: 'rnn' }] } },
      /^encoder\.0\.kind: expected one of lstm, bilstm, .*, got "rnn"$/,
    ],
    [
      { file: { encoder: [{ kind: 'gru', hiden: 3 }] } },
      /^encoder\.0\.hiden: .*did you mean encoder\.0\.hidden\?$/,
    ],
    [{ overrides: [{ path: 'encoder.1.hidden', text: '3' }] }, /^encoder\.1\.hidden: .*unknown key/],
    [{ file: [] }, /^config: expected a JSON object, got \[\]$/],
    [{ preset: 'bilstm-crff' }, /did you mean bilstm-crf\?$/],
    [
      { overrides: [{ path: 'encoder.hidden', text: '3' }] },
      /^encoder\.hidden: .*did you mean encoder\.0\.hidden\?$/,
    ],
    [
      { preset: 'char-lstm', file: { input: { words: { normalize: 'tweets' } } } },
      /^input\.words\.normalize: expected none where input\.unit is "character".*, got "tweets"/,
    ],
    [
      { file: { input: { affixes: { dim: 8, lengths: [] } } } },
      /^input\.affixes\.lengths: expected a length or more where .*, got \[\]/,
    ],
    [{ overrides: [{ path: 'training', text: '3' }] }, /^--training: expected one of its parts/],
    [
      { overrides: [{ path: 'constructor.name', text: '3' }] },
      /^constructor\.name: expected a known setting/,
    ],
  ]
  for (const [sources, pattern] of cases) assert.match(messageOf(sources), pattern)
})

test('a fault in a file names the file and the line, one in an override does not', () => {
  const fileName = 'nerite.config.json'
  const cases: [unknown, readonly (readonly [string, string])[], RegExp][] = [
    [
      { training: { seed: 1, epochs: 'many' } },
      [],
      /^nerite\.config\.json:4: training\.epochs: expected a number/,
    ],
    [
      { trainig: {} },
      [['training.epochs', '3']],
      /^nerite\.config\.json:2: trainig: .*did you mean training\?$/,
    ],
    [{ encoder: [{ kind: 'lstm' }, {}] }, [], /^nerite\.config\.json:6: encoder\.1\.?\w*: expected /],
    [
      { encoder: [{ hidden: 3.5 }] },
      [['encoder.0.kind', 'gru']],
      /^nerite\.config\.json:4: encoder\.0\.hidden: /,
    ],
    [
      { preset: 'bilstm-crff' },
      [],
      /^nerite\.config\.json:2: preset: expected one of .*did you mean bilstm-crf\?$/,
    ],
    [{ preset: 3 }, [], /^nerite\.config\.json:2: preset: expected one of /],
    [[], [], /^nerite\.config\.json: expected a JSON object, got \[\]$/],
    // Of two settings that clash the message is about the one that the file has not.
    [{ input: { unit: 'character' } }, [], /^nerite\.config\.json: decoder\.kind: expected softmax/],
    [{ input: { unit: 'character' } }, [['decoder.kind', 'crf']], /^decoder\.kind: expected softmax/],
    [
      { training: { epochs: 2 } },
      [['training.epochs', 'many']],
      /^training\.epochs: expected a number, got "many"$/,
    ],
    [{ training: { epochs: 2 } }, [['training.epoch', '3']], /^training\.epoch: expected a known setting/],
    [{ training: { epochs: 2 } }, [['input.characters.dim', '-1']], /^input\.characters\.dim: expected /],
  ]
  for (const [file, overrides, pattern] of cases) {
    const named = overrides.map(([path, text]) => ({ path, text }))
    const fileText = JSON.stringify(file, null, 2)
    assert.match(messageOf({ file, fileName, fileText, overrides: named }), pattern)
    // Without the text there is no line.
    const withoutLine = new RegExp(pattern.source.replace(/json:\d/, 'json'))
    assert.match(messageOf({ file, fileName, overrides: named }), withoutLine)
  }
  const good = { file: { training: { epochs: 'many' } }, preset: 'no-such', fileName }
  assert.match(messageOf(good), /^preset: expected one of /)
})

test('blocks of an encoder have the defaults of their kind, and settings by place', () => {
  const { encoder } = resolveConfig({
    file: {
      encoder: [
        { kind: 'gru', hidden: 50 },
        { kind: 'bilstm', layers: 2 },
      ],
    },
    overrides: [
      { path: 'encoder.1.hidden', text: '30' },
      { path: 'encoder.0.kind', text: 'lstm' },
    ],
  })
  assert.deepEqual(encoder, [
    { kind: 'lstm', hidden: 50, layers: 1, dropout: 0.5, variational: false },
    { kind: 'bilstm', hidden: 30, layers: 2, dropout: 0.5, variational: false },
  ])
  assert.equal(resolveConfig({}).encoder.length, 1)
})

test('a block behind the last is added by its kind, one further off is no setting', () => {
  const kind = { path: 'encoder.1.kind', text: 'gru' }
  const { encoder } = resolveConfig({ overrides: [kind, { path: 'encoder.1.hidden', text: '7' }] })
  assert.deepEqual(
    encoder.map(({ kind }) => kind),
    ['bilstm', 'gru'],
  )
  assert.ok(encoder[1].kind === 'gru' && encoder[1].hidden === 7)
  assert.equal(resolveConfig({}).encoder.length, 1)
  for (const path of ['encoder.2.kind', 'encoder.1.hidden'])
    assert.match(
      messageOf({ overrides: [{ path, text: 'gru' }] }),
      new RegExp(`^${path}: expected a known setting`),
    )
  assert.match(
    messageOf({ overrides: [{ path: 'encoder.1.kind', text: 'x' }] }),
    /^encoder\.1.*: expected one of /,
  )
})

test('what only a softmax heeds is refused beside a CRF, not ignored', () => {
  const settings = { classWeights: 'balanced', focalGamma: 2, labelSmoothing: 0.1 } as const
  const message = messageOf({ file: { decoder: { kind: 'crf', ...settings } } })
  assert.equal(message.split('\n').length, 3)
  for (const [name, value] of Object.entries(settings)) {
    const fault = `decoder.${name}: expected .* beside decoder.kind "crf", .*, got ${JSON.stringify(value)}; leave`
    assert.match(message, new RegExp(`^${fault}`, 'm'))
  }
  const { decoder } = resolveConfig({ file: { decoder: { kind: 'softmax', ...settings } } })
  assert.equal(decoder.labelSmoothing, 0.1)
  assert.match(
    messageOf({ file: { decoder: { kind: 'softmax', labelSmoothing: 1 } } }),
    /^decoder\.labelSmoothing: expected less than 1, got 1$/,
  )
})

test('training settings that others leave without effect are refused', () => {
  const message = messageOf({
    file: {
      training: {
        schedule: { kind: 'one-cycle', warmupSteps: 500 },
        optimizer: { kind: 'sgd', nesterov: true },
      },
    },
  })
  assert.match(
    message,
    /^training\.schedule\.warmupSteps: expected 0 beside .*"one-cycle", .*, got 500; leave it out/m,
  )
  assert.match(
    message,
    /^training\.optimizer\.nesterov: expected false where .*momentum is 0: .*, got true; /m,
  )
  for (const kind of ['adam', 'rmsprop'] as const)
    assert.match(
      messageOf({ file: { training: { optimizer: { kind, nesterov: true, momentum: 0.9 } } } }),
      /^training\.optimizer\.nesterov: expected false beside .*: only "sgd" looks ahead, got true; /,
    )
  const { training } = resolveConfig({
    file: {
      training: {
        schedule: { kind: 'linear-warmup', warmupSteps: 500 },
        optimizer: { kind: 'sgd', nesterov: true, momentum: 0.9 },
      },
    },
  })
  assert.equal(training.schedule.warmupSteps, 500)
})

test('all faults are reported at once', () => {
  const message = messageOf({ file: { training: { epochs: -1, seed: 0.5 }, decoder: { kind: 'x' } } })
  assert.equal(message.split('\n').length, 3)
})
