import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { SENTENCES, someVectors } from '../../model/inputs/testing/sample.js'
import { tinyConfig } from '../testing/tiny-run.js'
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
  const learned = { kind: 'transformer', positions: { kind: 'learned', maxTime: 8 } } as const
  const [message, ...more] = longSentences(ofLengths(3, 9, 8, 30), [{ kind: 'bilstm' }, learned])
  assert.deepEqual(more, [])
  assert.match(message, /^train\.conll has 2 sentences of more than 8 words \(the longest has 30\)/)
  assert.deepEqual(longSentences(ofLengths(3, 8), [learned]), [])
  assert.deepEqual(longSentences(ofLengths(5000), [{ kind: 'bilstm' }, { kind: 'cnn' }]), [])
  assert.equal(longSentences(ofLengths(2049, 2048), [{ kind: 'attention' }]).length, 1)
  assert.equal(longSentences(ofLengths(2049, 16_384), [{ kind: 'reformer' }]).length, 0)
})

test('learned positions that end before a training sentence does are named as the reason', () => {
  const learned = { kind: 'transformer', positions: { kind: 'learned', maxTime: 8 } } as const
  const [message] = longSentences(ofLengths(3, 30), [learned])
  assert.match(
    message,
    /behind its 8 learned positions shares the last: raise encoder\.N\.positions\.maxTime, or split them$/,
  )
  const [other] = longSentences(ofLengths(2049), [{ kind: 'attention' }])
  assert.match(other, /may take much memory: split them where it is short$/)
})

test('the schedule plateau has no effect without a development corpus', () => {
  const codesOf = (schedule: 'plateau' | 'constant', dev: LabeledCorpus | null) =>
    prepareTraining({ config: tinyConfig({ training: { schedule } }), train: ofLengths(3, 4), dev })
      .warnings.filter(({ code }) => code === 'setting-without-effect')
      .map(({ message }) => message)
  const [plateau, ...none] = codesOf('plateau', null)
  assert.match(plateau, /"plateau" has no effect/)
  assert.deepEqual(none, [])
  assert.deepEqual(codesOf('plateau', ofLengths(3)), [])
  assert.deepEqual(codesOf('constant', null), [])
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
