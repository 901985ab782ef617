import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRESET_NAMES } from '../../config/presets.js'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { SENTENCES, someVectors } from '../../model/inputs/testing/sample.js'
import { tinyConfig } from '../testing/tiny-run.js'
import { idleSettings } from './idle-settings.js'
import { type LabeledCorpus, prepareTraining } from './prepare.js'

const ofLengths = (...lengths: readonly number[]): LabeledCorpus => ({
  path: 'train.conll',
  scheme: 'BIO',
  sentences: lengths.map(length => ({
    tokens: Array.from({ length }, (_, t) => `w${t % 7}`),
    tags: Array.from({ length }, (_, t) => (t === 0 ? 'B-PER' : 'O')),
    lines: Array.from({ length }, (_, t) => t + 1),
  })),
})

const longSentences = (train: LabeledCorpus, encoder: PartialConfig['encoder']) =>
  prepareTraining({ config: tinyConfig({ encoder }), train, dev: null })
    .warnings.filter(({ code }) => code === 'long-sentences')
    .map(({ message }) => message)

test('sentences that tagging would read through windows are told of', () => {
  const learned = { kind: 'transformer', positions: 'learned', maxTime: 8 } as const
  const [message, ...more] = longSentences(ofLengths(3, 9, 8, 30), [{ kind: 'bilstm' }, learned])
  assert.deepEqual(more, [])
  assert.match(message, /^train\.conll has 2 sentences of more than 8 words \(the longest has 30\)/)
  assert.deepEqual(longSentences(ofLengths(3, 8), [learned]), [])
  assert.deepEqual(longSentences(ofLengths(5000), [{ kind: 'bilstm' }, { kind: 'cnn' }]), [])
  assert.equal(longSentences(ofLengths(2049, 2048), [{ kind: 'attention' }]).length, 1)
  assert.equal(longSentences(ofLengths(2049, 16_384), [{ kind: 'reformer' }]).length, 0)
})

test('learned positions that end before a training sentence does are named as the reason', () => {
  const learned = { kind: 'transformer', positions: 'learned', maxTime: 8 } as const
  const [message] = longSentences(ofLengths(3, 30), [learned])
  assert.match(
    message,
    /behind its 8 learned positions shares the last: raise encoder\.N\.maxTime, or split them$/,
  )
  const [other] = longSentences(ofLengths(2049), [{ kind: 'attention' }])
  assert.match(other, /may take much memory: split them where it is short$/)
})

test('settings that change nothing in this run are told of', () => {
  const codesOf = (
    training: PartialConfig['training'],
    dev: LabeledCorpus | null,
    input: PartialConfig['input'] = {},
  ) =>
    prepareTraining({ config: tinyConfig({ training, input }), train: ofLengths(3, 4), dev })
      .warnings.filter(({ code }) => code === 'setting-without-effect')
      .map(({ message }) => message)
  const [plateau, ...none] = codesOf({ schedule: { kind: 'plateau' } }, null)
  assert.match(plateau, /"plateau" .* there is none: it stays as it is$/)
  assert.deepEqual(none, [])
  assert.deepEqual(codesOf({ schedule: { kind: 'plateau' } }, ofLengths(3)), [])
  const [adamw] = codesOf({ optimizer: { kind: 'adamw' } }, null)
  assert.match(adamw, /"adamw" with a weightDecay of 0 is "adam"/)
  assert.deepEqual(codesOf({ optimizer: { kind: 'adamw', weightDecay: 0.01 } }, null), [])
  const [momentum] = codesOf({ optimizer: { momentum: 0.9 } }, null)
  assert.match(momentum, /momentum \(0\.9\) is of "sgd" and "rmsprop": what "adam" has of it is beta1$/)
  for (const kind of ['sgd', 'rmsprop'] as const)
    assert.deepEqual(codesOf({ optimizer: { kind, momentum: 0.9 } }, null), [])
  const [fixed] = codesOf({}, null, { words: { fineTune: false } })
  assert.match(fixed, /fineTune false .* there are none: all words are trained$/)
  assert.deepEqual(codesOf({}, null, { words: { fineTune: false, vectors: 'glove.txt' } }), [])
})

test('settings that need another one to have an effect are told of, defaults are not', () => {
  const cases: readonly (readonly [PartialConfig, string])[] = [
    [
      { input: { pieces: { size: 500 } } },
      'input.pieces.size (500) has no effect without input.unit "piece"',
    ],
    [
      { input: { words: { vectorLimit: null } } },
      'input.words.vectorLimit (null) has no effect without input.words.vectors',
    ],
    [
      { input: { affixes: { lengths: [4] } } },
      'input.affixes.lengths ([4]) has no effect without input.affixes.dim above 0',
    ],
    [
      { training: { schedule: { kind: 'constant', decay: 0.3 } } },
      'training.schedule.decay (0.3) has no effect without training.schedule.kind "inverse-time" or "exponential"',
    ],
    [
      { training: { optimizer: { kind: 'sgd', epsilon: 0.1 } } },
      'training.optimizer.epsilon (0.1) has no effect without training.optimizer.kind "adam", "adamw" or "rmsprop"',
    ],
    [
      { training: { averaging: { decay: 0.9 } } },
      'training.averaging.decay (0.9) has no effect without training.averaging.kind "ema"',
    ],
    [
      { training: { sampling: { kind: 'undersample', maxRepeat: 9 } } },
      'training.sampling.maxRepeat (9) has no effect without training.sampling.kind "oversample"',
    ],
    [
      { encoder: [{ kind: 'attention', score: 'dot', heads: 2 }] },
      'encoder.0.heads (2) has no effect without encoder.0.score "multi-head"',
    ],
    [
      { encoder: [{ kind: 'bilstm' }, { kind: 'transformer', maxTime: 9 }] },
      'encoder.1.maxTime (9) has no effect without encoder.1.positions "learned"',
    ],
  ]
  const idleIn = (file: PartialConfig) =>
    idleSettings(resolveConfig({ file }), null).map(({ message }) => message)
  for (const [file, told] of cases) assert.deepEqual(idleIn(file), [told])
  assert.deepEqual(
    idleIn({ encoder: [{ kind: 'attention', score: 'bahdanau', dim: 9, positions: 'learned', maxTime: 9 }] }),
    [],
  )
  assert.deepEqual(idleIn({ training: { sampling: { kind: 'oversample', maxRepeat: 9 } } }), [])
  assert.equal(cases.length, 9)
})

test('a vocabulary without a word is told of', () => {
  const codes = (minCount: number) =>
    prepareTraining({
      config: tinyConfig({ input: { words: { minCount } } }),
      train: ofLengths(3, 4),
      dev: null,
    })
      .warnings.filter(({ code }) => code === 'no-words')
      .map(({ message }) => message)
  const [told, ...more] = codes(3)
  assert.match(told, /^input\.words\.minCount 3 leaves no word of train\.conll: /)
  assert.deepEqual(more, [])
  assert.deepEqual(codes(2), [])
})

test('no preset sets what has no effect in it', () => {
  const idle = PRESET_NAMES.flatMap(preset => idleSettings(resolveConfig({ preset }), null))
  assert.deepEqual(idle, [])
  assert.equal(PRESET_NAMES.length, 22)
})

test('neighbors that IO cannot part are learned as one entity, and told of', () => {
  const tags = ['B-PER', 'B-PER', 'I-PER', 'B-LOC', 'O', 'B-PER']
  const sentence = { tokens: tags.map((_, t) => `w${t}`), tags, lines: [1] }
  const train: LabeledCorpus = { path: 'train.conll', scheme: 'BIO', sentences: [sentence, sentence] }
  const prepared = (scheme: 'IO' | 'IOB1') =>
    prepareTraining({ config: tinyConfig({ tags: { scheme } }), train, dev: train })
  const { vocabularies, sentences, warnings } = prepared('IO')
  assert.deepEqual(
    Array.from(sentences[0].tags, tag => vocabularies.tags[tag]),
    ['I-PER', 'I-PER', 'I-PER', 'I-LOC', 'O', 'I-PER'],
  )
  const told = warnings.filter(({ code }) => code === 'merged-entities').map(({ message }) => message)
  assert.deepEqual(told, [
    'train.conll: 2 entities follow another of the same type at once, and are learned as one with it: tags.scheme IO ' +
      'cannot part them',
  ])
  assert.ok(prepared('IOB1').warnings.every(({ code }) => code !== 'merged-entities'))
})

test('the coverage of vectors counts the words of the training data, by type and by token', () => {
  const config = resolveConfig({ file: { input: { words: { dim: 4, normalize: 'tweets' } } } })
  const train = { path: 'train', scheme: 'BIO', sentences: SENTENCES } as const
  const { coverage, tokens } = prepareTraining({ config, train, dev: null, vectors: someVectors(4) })
  const { words, exact, lower, digits, missing, tokens: all } = coverage ?? assert.fail('there are vectors')
  assert.deepEqual([exact, lower, digits, words - missing], [2, 4, 2, 8])
  assert.equal(all.words, tokens)
  assert.equal(all.exact + all.lower + all.digits + all.missing, tokens)
})
