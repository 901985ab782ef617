import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatPlace } from '../base/fault.js'
import { ENCODER_PRESETS } from './encoder-presets.js'
import { ConfigError } from './errors.js'
import { PRESETS } from './presets.js'
import { parseConfig, resolveAnyConfig, type UncheckedSources } from './resolve.js'
import type { Preset } from './schema.js'
import { faultsOf, overrides, placesOf } from './testing/faults-of.js'
import { NETWORK_PRESETS } from './testing/network-presets.js'

test('every preset is a valid configuration', () => {
  for (const { name } of NETWORK_PRESETS)
    assert.ok(parseConfig({ preset: name }).training.large.learningRate > 0, name)
  assert.equal(NETWORK_PRESETS.length, 22)
  for (const { name } of ENCODER_PRESETS) {
    assert.deepEqual(placesOf({ preset: name }), ['pretrained.folder'], name)
    const file = { pretrained: { folder: 'encoders/small' } }
    assert.equal(parseConfig({ preset: name, file }).pretrained?.learningRate, 1e-4)
    assert.equal(parseConfig({ preset: name, file: { pretrained: 'a' } }).pretrained?.folder, 'a')
  }
  assert.equal(ENCODER_PRESETS.length, 3)
  const isNetwork = (preset: Preset) => [...NETWORK_PRESETS, ...ENCODER_PRESETS].includes(preset)
  const others = PRESETS.filter(preset => !isNetwork(preset))
  for (const { name } of others) {
    const file = name === 'bootstrap' ? { bootstrap: { seeds: 'seeds.txt' } } : {}
    assert.notEqual(resolveAnyConfig({ preset: name, file }).recognizer, 'neural')
    assert.deepEqual(placesOf({ preset: name, file }), ['recognizer'], 'parseConfig is for networks')
  }
  assert.ok(others.length > 0)
  assert.deepEqual(placesOf({ preset: 'bootstrap' }), ['bootstrap.seeds'])
})

test('a setting of another kind of recognizer is refused by name', () => {
  const refused = (file: object) => {
    try {
      resolveAnyConfig({ file })
    } catch (error) {
      assert.ok(error instanceof ConfigError)
      return error.faults.map(({ where }) => formatPlace(where))
    }
    return []
  }
  assert.deepEqual(refused({ recognizer: 'hmm', input: { words: { dim: 5 } } }), ['input'])
  assert.deepEqual(refused({ hmm: { suffixLength: 3 } }), ['hmm'])
  assert.deepEqual(refused({ recognizer: 'hmmm' }), ['recognizer'])
  assert.deepEqual(refused({ recognizer: 'hmm', hmm: { sufixLength: 3 } }), ['hmm.sufixLength'])
  assert.deepEqual(refused({ recognizer: 'hmm', hmm: { suffixLength: 3 } }), [])
})

test('overrides beat the file, the file beats the preset, the preset beats the defaults', () => {
  const file = { preset: 'bilstm-classic', training: { epochs: 7, seed: 3 } }
  const config = parseConfig({ file, overrides: overrides('training.seed', '9') })
  assert.equal(config.training.seed, 9)
  assert.equal(config.training.epochs, 7)
  assert.equal(config.training.batchSize, 32)
  assert.equal(config.training.optimizer.kind, 'adam')
  assert.ok(Object.isFrozen(config.training))
})

test('a size of 0 says how the part is turned off', () => {
  const cases = [
    ['input.charCnn.dim', 'input.charCnn: null'],
    ['input.charLstm.hidden', 'input.charLstm: null'],
    ['input.affixes.dim', 'input.affixes: null'],
    ['input.words.dim', ''],
    ['encoder.0.hidden', ''],
  ]
  for (const [path, off] of cases) {
    const [{ where, remedy }] = faultsOf({ overrides: overrides(path, '0') })
    assert.equal(where, path)
    assert.ok(off === '' ? remedy === '' : remedy.endsWith(off), remedy)
  }
  assert.equal(cases.length, 5)
})

test('only a near name is suggested', () => {
  const remedies = ['foo', 'x', 'BOI', 'IOBSE', 'bilu'].map(
    name => faultsOf({ overrides: overrides('tags.scheme', name) })[0].remedy,
  )
  assert.deepEqual(
    remedies.map(remedy => remedy.replace(/did you mean (.*)\?/, '$1')),
    ['', '', 'BIO', 'IOBES', 'BILOU'],
  )
})

test('each fault names its setting, what it got, and the nearest known one', () => {
  const cases: readonly (readonly [UncheckedSources, where: string, got: string, remedy?: string])[] = [
    [{ file: { training: { epoch: 3 } } }, 'training.epoch', 'an unknown key', 'training.epochs'],
    [{ file: { trainig: {} } }, 'trainig', 'an unknown key', 'training'],
    [{ file: { training: { epochs: 'many' } } }, 'training.epochs', '"many"'],
    [{ file: { training: { epochs: 0 } } }, 'training.epochs', '0'],
    [{ file: { training: { batchSize: 'Auto' } } }, 'training.batchSize', '"Auto"'],
    [{ file: { training: { batchSize: null } } }, 'training.batchSize', 'null'],
    [{ file: { training: { maxSteps: 'auto' } } }, 'training.maxSteps', '"auto"'],
    [{ file: { training: { large: { epochs: 'auto' } } } }, 'training.large.epochs', '"auto"'],
    [{ file: { training: { learningRate: 'fast' } } }, 'training.learningRate', '"fast"'],
    [{ file: { training: { clipNorm: 'auto' } } }, 'training.clipNorm', '"auto"'],
    [{ overrides: overrides('training.epochs', '1.5') }, 'training.epochs', '1.5'],
    [{ file: { training: { learningRate: 0 } } }, 'training.learningRate', '0'],
    [{ overrides: overrides('encoder.0.hidden', '1000000000') }, 'encoder.0.hidden', '1000000000'],
    [{ file: { input: { shape: { dim: 65_537 } } } }, 'input.shape.dim', '65537'],
    [{ file: { input: { charLstm: { hidden: -1 } } } }, 'input.charLstm.hidden', '-1'],
    [{ file: { encoder: [{ kind: 'cnn', dilations: [1, 5000] }] } }, 'encoder.0.dilations.1', '5000'],
    [{ file: { decoder: 'sotfmax' } }, 'decoder.kind', '"sotfmax"', 'softmax'],
    [{ file: { decoder: 3 } }, 'decoder', '3'],
    [{ file: { decoder: [] } }, 'decoder', '[]'],
    [{ file: { training: [3] } }, 'training', '[3]'],
    [{ file: { encoder: { hidden: 3 } } }, 'encoder', '{"hidden":3}'],
    [{ file: { encoder: [] } }, 'encoder', '[]'],
    [{ file: { encoder: [{}] } }, 'encoder.0.kind', 'nothing'],
    [{ file: { encoder: [{ kind: 'rnn' }] } }, 'encoder.0.kind', '"rnn"'],
    [{ file: { encoder: ['rnn'] } }, 'encoder.0.kind', '"rnn"'],
    [
      { file: { encoder: [{ kind: 'gru', hiden: 3 }] } },
      'encoder.0.hiden',
      'an unknown key',
      'encoder.0.hidden',
    ],
    [{ file: { input: { columns: [{ dim: 3 }] } } }, 'input.columns.0.column', 'nothing'],
    [{ file: { input: { affixes: { lengths: [] } } } }, 'input.affixes.lengths', '[]'],
    [{ file: { input: { words: { vectors: { limit: 3 } } } } }, 'input.words.vectors.file', 'nothing'],
    [{ file: { decoder: { kind: 'softmax', labelSmoothing: 1 } } }, 'decoder.labelSmoothing', '1'],
    [{ file: [] }, 'config', '[]'],
    [{ preset: 'bilstm-crff' }, 'preset', '"bilstm-crff"', 'bilstm-crf'],
    [
      { overrides: overrides('encoder.1.hidden', '3') },
      'encoder.1.hidden',
      'an unknown key',
      'encoder.0.hidden',
    ],
    [{ overrides: overrides('encoder.hidden', '3') }, 'encoder.hidden', 'an unknown key', 'encoder.0.hidden'],
    [{ overrides: overrides('training', '3') }, 'training', '"3"', 'training.epochs'],
    [{ overrides: overrides('constructor.name', '3') }, 'constructor.name', 'an unknown key'],
  ]
  for (const [sources, where, got, remedy] of cases) {
    const [fault, ...more] = faultsOf(sources)
    assert.deepEqual([fault.where, fault.got], [where, got])
    assert.deepEqual(more, [], where)
    if (remedy !== undefined) assert.match(fault.remedy, new RegExp(`\\b${remedy.replaceAll('.', '\\.')}\\b`))
  }
})

test('all faults are reported at once', () => {
  const file = { training: { epochs: -1, seed: 0.5, epoch: 1, sed: 1 }, decoder: { kind: 'x' }, more: 1 }
  const given = { file, overrides: overrides('input.wrods.dim', '3') }
  assert.deepEqual([...placesOf(given)].sort(), [
    'decoder.kind',
    'input.wrods.dim',
    'more',
    'training.epoch',
    'training.epochs',
    'training.sed',
    'training.seed',
  ])
})

test('a fault in a file names the file and the line, one in an override does not', () => {
  const fileName = 'nerite.config.json'
  const cases: readonly (readonly [unknown, readonly string[], string])[] = [
    [{ training: { seed: 1, epochs: 'many' } }, [], 'nerite.config.json:4: training.epochs'],
    [{ trainig: {} }, ['training.epochs', '3'], 'nerite.config.json:2: trainig'],
    [{ encoder: [{ kind: 'lstm' }, {}] }, [], 'nerite.config.json:6: encoder.1.kind'],
    [{ encoder: [{ hidden: 3.5 }] }, ['encoder.0.kind', 'gru'], 'nerite.config.json:4: encoder.0.hidden'],
    [{ preset: 'bilstm-crff' }, [], 'nerite.config.json:2: preset'],
    [{ preset: 3 }, [], 'nerite.config.json:2: preset'],
    [[], [], 'nerite.config.json'],
    // Text that stands for a section has the line of the section.
    [{ decoder: 'crff' }, ['training.epochs', '3'], 'nerite.config.json:2: decoder.kind'],
    // Of two settings that clash, the fault is about the one that the file lacks.
    [{ input: { unit: 'character' } }, [], 'nerite.config.json: decoder.kind'],
    [{ input: { unit: 'character' } }, ['decoder.kind', 'crf'], 'decoder.kind'],
    [{ training: { epochs: 2 } }, ['training.epochs', 'many'], 'training.epochs'],
    [{ training: { epochs: 2 } }, ['training.epoch', '3'], 'training.epoch'],
    [{ training: { epochs: 2 } }, ['input.characters.dim', '-1'], 'input.characters.dim'],
  ]
  for (const [file, parts, place] of cases) {
    const sources = { file, fileName, overrides: overrides(...parts) }
    assert.deepEqual(placesOf({ ...sources, fileText: JSON.stringify(file, null, 2) }), [place])
    // Without the text there is no line.
    assert.deepEqual(placesOf(sources), [place.replace(/json:\d/, 'json')])
  }
  const good = { file: { training: { epochs: 'many' } }, preset: 'no-such', fileName }
  assert.deepEqual(placesOf(good), ['preset'])
})

test('settings of different sections that do not go together are refused', () => {
  const dims = { dim: 60_000 }
  const cases: readonly (readonly [object, readonly string[]])[] = [
    [
      { input: { unit: 'character', words: { normalize: 'tweets', vectors: 'glove.txt' } } },
      ['decoder.kind', 'input.words.normalize', 'input.words.vectors'],
    ],
    [{ input: { unit: 'piece', words: { vectors: 'glove.txt' } } }, ['input.words.vectors']],
    [{ input: { columns: [{ column: 2 }, { column: 'column2' }] } }, ['input.columns']],
    [{ input: { words: dims, shape: dims } }, ['input']],
    [{ encoder: Array.from({ length: 5 }, () => ({ kind: 'gru', layers: 64 })) }, ['encoder']],
  ]
  for (const [file, places] of cases) assert.deepEqual(placesOf({ file }), places)
  const { input } = parseConfig({ file: { input: { unit: 'piece', words: { normalize: 'tweets' } } } })
  assert.deepEqual(input.unit, { kind: 'piece', size: 8000 })
})

test('lists have a greatest length', () => {
  const many = (length: number, item: (i: number) => unknown) => Array.from({ length }, (_, i) => item(i))
  const cases: readonly (readonly [
    string,
    number,
    (list: readonly unknown[]) => object,
    (i: number) => unknown,
  ])[] = [
    ['encoder', 32, encoder => ({ encoder }), () => 'gru'],
    ['encoder.0.dilations', 64, dilations => ({ encoder: [{ kind: 'cnn', dilations }] }), () => 1],
    ['input.columns', 32, columns => ({ input: { columns } }), i => `c${i}`],
    ['input.gazetteers', 64, gazetteers => ({ input: { gazetteers } }), i => `${i}.txt`],
    ['input.affixes.lengths', 8, lengths => ({ input: { affixes: { lengths } } }), i => i + 1],
    [
      'decoder.classWeights',
      10_000,
      weights => ({
        decoder: { kind: 'softmax', classWeights: Object.fromEntries(weights as [string, number][]) },
      }),
      i => [`T${i}`, 1],
    ],
  ]
  for (const [path, most, fileWith, item] of cases) {
    assert.ok(parseConfig({ file: fileWith(many(most, item)) }))
    // A length above 8 is too long by itself.
    assert.ok(
      placesOf({ file: fileWith(many(most + 1, item)) }).some(place => place.startsWith(path)),
      path,
    )
  }
  assert.deepEqual(placesOf({ file: { input: { affixes: { lengths: [2, 2] } } } }), ['input.affixes.lengths'])
})

test('blocks of an encoder have the defaults of their kind, and settings by place', () => {
  const { encoder } = parseConfig({
    file: {
      encoder: [
        { kind: 'gru', hidden: 50 },
        { kind: 'bilstm', layers: 2 },
      ],
    },
    overrides: overrides('encoder.1.hidden', '30', 'encoder.0.kind', 'lstm'),
  })
  assert.deepEqual(encoder, [
    { kind: 'lstm', hidden: 50, layers: 1, dropout: 0.5, variational: false },
    { kind: 'bilstm', hidden: 30, layers: 2, dropout: 0.5, variational: false },
  ])
  assert.equal(parseConfig({}).encoder.length, 1)
})

test('the next block is added by its kind, one further off is not a setting', () => {
  const added = (path: string) =>
    parseConfig({ overrides: overrides(path, 'gru', 'encoder.1.hidden', '7') }).encoder
  for (const path of ['encoder.1.kind', 'encoder.1']) {
    const [first, second] = added(path)
    assert.deepEqual([first.kind, second.kind], ['bilstm', 'gru'])
    assert.ok(second.kind === 'gru' && second.hidden === 7)
  }
  assert.equal(parseConfig({}).encoder.length, 1)
  for (const path of ['encoder.2.kind', 'encoder.1.hidden'])
    assert.deepEqual(placesOf({ overrides: overrides(path, 'gru') }), [path])
  assert.deepEqual(placesOf({ overrides: overrides('encoder.1.kind', 'x') }), ['encoder.1.kind'])
})

test('the checks of blocks name the setting that is wrong', () => {
  const CHECKS: readonly (readonly [object, string, RegExp])[] = [
    [
      { kind: 'attention', score: { kind: 'multi-head', dim: 10 } },
      'score.dim',
      /^a multiple of 8, the number of heads$/,
    ],
    [
      { kind: 'attention', score: { kind: 'multi-head', dim: 24 }, positions: 'rotary' },
      'score.dim',
      /^a multiple of 16, twice the number of heads, for rotary positions$/,
    ],
    [{ kind: 'attention', score: 'dot', positions: 'rotary' }, 'positions.kind', /multi-head/],
    [{ kind: 'transformer', width: 20 }, 'width', /^a multiple of 8,/],
    [{ kind: 'transformer', width: 18, positions: 'none' }, 'width', /^a multiple of 4,/],
    [{ kind: 'reformer', width: 20 }, 'width', /^a multiple of 8,/],
    [{ kind: 'reformer', width: 18, positions: 'none' }, 'width', /^a multiple of 4,/],
    [{ kind: 'reformer', buckets: 3 }, 'buckets', /^a multiple of 2$/],
  ]
  for (const [block, path, expected] of CHECKS) {
    const [fault, ...more] = faultsOf({ file: { encoder: [block] } })
    assert.equal(fault.where, `encoder.0.${path}`)
    assert.match(fault.expected, expected)
    assert.deepEqual(more, [])
  }
  assert.equal(CHECKS.length, 8)
  const [ofDefault] = faultsOf({ file: { encoder: [{ kind: 'transformer', heads: 3 }] } })
  assert.deepEqual([ofDefault.where, ofDefault.got], ['encoder.0.width', '128'])
})
