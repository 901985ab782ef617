import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatMessage, formatNote } from '../../base/fault.js'
import { resolveConfig } from '../../config/resolve.js'
import type { PartialConfig } from '../../config/schema.js'
import { SENTENCES, someVectors } from '../../model/inputs/testing/sample.js'
import { tinyConfig } from '../testing/tiny-run.js'
import type { LabeledCorpus, TrainingCorpus } from './corpora.js'
import { type PreparedTraining, prepareTraining } from './prepare.js'

const ofLengths = (...lengths: readonly number[]): LabeledCorpus => ({
  path: 'train.conll',
  scheme: 'BIO',
  sentences: lengths.map(length => ({
    tokens: Array.from({ length }, (_, t) => `w${t % 7}`),
    tags: Array.from({ length }, (_, t) => (t === 0 ? 'B-PER' : 'O')),
    lines: Array.from({ length }, (_, t) => t + 1),
  })),
})

/** The notes of one kind, as text. */
const notesOf = (code: string, { notes }: PreparedTraining) =>
  notes.filter(note => note.code === code).map(note => formatNote(note))

const longSentences = (train: LabeledCorpus, encoder: PartialConfig['encoder']) =>
  notesOf('long-sentences', prepareTraining({ config: tinyConfig({ encoder }), train, dev: null }))

test('a note counts the sentences that tagging would read through windows', () => {
  const learned = { kind: 'transformer', positions: { kind: 'learned', maxTime: 8 } } as const
  const [message, ...more] = longSentences(ofLengths(3, 9, 8, 30), [{ kind: 'bilstm' }, learned])
  assert.deepEqual(more, [])
  assert.match(message, /^train\.conll: 2 sentences of more than 8 words \(the longest has 30\)/)
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
    /after the 8 learned positions shares the last one: raise encoder\.N\.positions\.maxTime, or split them$/,
  )
  const [other] = longSentences(ofLengths(2049), [{ kind: 'attention' }])
  assert.match(other, /may take a lot of memory: split them if there is too little$/)
})

test('the schedule plateau has no effect without a development corpus', () => {
  const codesOf = (schedule: 'plateau' | 'constant', dev: LabeledCorpus | null) => {
    const config = tinyConfig({ training: { schedule } })
    return notesOf('setting-without-effect', prepareTraining({ config, train: ofLengths(3, 4), dev }))
  }
  const [plateau, ...none] = codesOf('plateau', null)
  assert.match(plateau, /"plateau" has no effect/)
  assert.deepEqual(none, [])
  assert.deepEqual(codesOf('plateau', ofLengths(3)), [])
  assert.deepEqual(codesOf('constant', null), [])
})

test('a vocabulary without words has a note', () => {
  const codes = (minCount: number) => {
    const config = tinyConfig({ input: { words: { minCount } } })
    return notesOf('no-words', prepareTraining({ config, train: ofLengths(3, 4), dev: null }))
  }
  const [told, ...more] = codes(3)
  assert.match(told, /^train\.conll: no word occurs 3 times \(input\.words\.minCount\): /)
  assert.deepEqual(more, [])
  assert.deepEqual(codes(2), [])
})

test('neighbors that IO cannot separate are learned as one entity, with a note', () => {
  const tags = ['B-PER', 'B-PER', 'I-PER', 'B-LOC', 'O', 'B-PER']
  const sentence = { tokens: tags.map((_, t) => `w${t}`), tags, lines: [1] }
  const train: LabeledCorpus = { path: 'train.conll', scheme: 'BIO', sentences: [sentence, sentence] }
  const prepared = (scheme: 'IO' | 'IOB1') =>
    prepareTraining({ config: tinyConfig({ tags: { scheme } }), train, dev: train })
  const { vocabularies, sentences, notes } = prepared('IO')
  assert.deepEqual(
    Array.from(sentences[0].tags, tag => vocabularies.tags[tag]),
    ['I-PER', 'I-PER', 'I-PER', 'I-LOC', 'O', 'I-PER'],
  )
  const [merged, ...more] = notes.filter(({ code }) => code === 'merged-entities')
  assert.deepEqual([merged.where, more], ['train.conll', []])
  assert.match(formatMessage(merged.message), /^2 entities .* tags\.scheme IO cannot separate them$/)
  assert.deepEqual(notesOf('merged-entities', prepared('IOB1')), [])
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

test('types and maps of a training corpus that name nothing are told', () => {
  const codesOf = (...train: readonly TrainingCorpus[]) =>
    prepareTraining({ config: tinyConfig({}), train, dev: null }).notes.map(({ code, where }) => [
      code,
      where,
    ])
  const corpus = (path: string, own: Partial<TrainingCorpus>): TrainingCorpus => ({
    ...ofLengths(3, 4),
    path,
    ...own,
  })
  // No corpus has an entity of the type, neither by its own name nor through a map.
  assert.deepEqual(codesOf(corpus('a', { types: ['PER', 'PERR'] })), [['types-without-examples', 'a']])
  // What this corpus lacks may be in another one.
  assert.deepEqual(
    codesOf(
      corpus('a', { types: ['PER', 'LOC'] }),
      corpus('b', { types: ['PER', 'LOC'], map: { PER: ['LOC'] } }),
    ),
    [],
  )
  assert.deepEqual(codesOf(corpus('a', { map: { PERR: ['PER'] } })), [['map-without-effect', 'a']])
  assert.deepEqual(codesOf(corpus('a', { map: { PER: ['NAME'] } })), [])
})

test('a type that a corpus has but that its types leave out is named', () => {
  const train: readonly TrainingCorpus[] = [{ ...ofLengths(3, 4), types: ['LOC'] }]
  const prepared = prepareTraining({ config: tinyConfig({}), train, dev: null })
  const [message, ...more] = notesOf('types-not-marked', prepared)
  assert.deepEqual(more, [])
  assert.match(message, /entities of the type PER\b/)
})
