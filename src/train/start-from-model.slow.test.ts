import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../base/errors.js'
import type { PartialConfig } from '../config/schema.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { LISTS, SENTENCES, someRuns, someVectors, WORD_CLASSES } from '../model/inputs/testing/sample.js'
import { PARAMETER } from '../model/tagger-definition.js'
import type { TrainedModel } from '../model/trained-model.js'
import { SentenceTagger } from '../recognize/sentence-tagger.js'
import { readTrainedModel } from '../run/read-trained-model.js'
import type { TrainingCorpus } from './prepare/corpora.js'
import { recallTypes } from './prepare/recall.js'
import { baseModel, FURTHER, smallConfig } from './testing/base-model.js'
import { type TrainInMemoryOptions, trainInMemory } from './train-in-memory.js'
import { Training } from './training.js'

type Settings = NonNullable<PartialConfig['input']>

const runtime = nodeRuntime()
const OWN: TrainingCorpus = { path: 'own', scheme: 'BIO', sentences: SENTENCES }
const NEW: TrainingCorpus = { path: 'new', scheme: 'BIO', sentences: FURTHER }

async function started(
  base: TrainedModel,
  train: TrainingCorpus | TrainingCorpus[],
  from = { keepTypes: false },
) {
  const config = smallConfig({ from: { model: 'base', ...from } }, base)
  const recalled = await recallTypes(config, [train].flat(), base, runtime)
  return Training.prepare({ config, train, dev: null, base, recalled, runtime })
}

/** Probabilities of a training's tags as it stands, or of the model's, on all sentences there are. */
async function probabilities(of: Training | TrainedModel): Promise<Float64Array[]> {
  const tagger =
    of instanceof Training
      ? await of.createTagger()
      : await SentenceTagger.create(of, of.parameter, runtime, { threads: 1, model: of.model })
  try {
    return await tagger.tagProbabilities([...SENTENCES, ...FURTHER])
  } finally {
    await tagger.release()
  }
}

interface Case {
  readonly name: string
  readonly input: Settings
  readonly more?: Pick<TrainInMemoryOptions, 'vectors' | 'gazetteers' | 'classes'>
  /** The tables that the further sentences make longer. */
  readonly longer: readonly string[]
}

const VECTORS = { vectors: someVectors(4) }
const EVERYTHING: Settings = {
  shape: { dim: 2 },
  casing: { dim: 2 },
  affixes: { dim: 2, lengths: [1, 3] },
  columns: [{ column: 'pos', dim: 3 }],
  gazetteers: [
    { file: 'cities.txt', dim: 2, ignoreCase: true },
    { file: 'names.txt', dim: 3, ignoreCase: false },
  ],
  classes: [{ file: 'brown.paths', dim: 2, lengths: [2, 20] }],
  charCnn: { dim: 3, filters: 4 },
  charLstm: { dim: 3, hidden: 4 },
}
const SPELLED = ['input.shape', 'input.prefix1', 'input.prefix3', 'input.suffix1', 'input.suffix3']
const LONGER = [
  ...['input.words', ...SPELLED, 'input.column.pos'],
  ...['input.characters', 'input.characterStates.characters'],
]

const CASES: readonly Case[] = [
  { name: 'words', input: {}, longer: ['input.words'] },
  {
    name: 'words by other forms',
    input: { words: { fallback: true, digitsToZero: true } },
    longer: ['input.words'],
  },
  { name: 'words of a fine-tuned table', input: {}, more: VECTORS, longer: ['input.words'] },
  {
    name: 'words of a fixed table',
    input: { words: { vectors: { file: 'memory', fineTune: false } } },
    more: VECTORS,
    longer: ['input.words'],
  },
  {
    name: 'every input',
    input: EVERYTHING,
    more: { ...VECTORS, gazetteers: LISTS, classes: WORD_CLASSES },
    longer: ['input.casing', ...LONGER],
  },
  {
    name: 'every input of pieces',
    input: { ...EVERYTHING, unit: { kind: 'piece', size: 30 } },
    more: { gazetteers: LISTS, classes: WORD_CLASSES },
    longer: LONGER,
  },
  {
    name: 'every input of characters',
    input: { ...EVERYTHING, unit: 'character' },
    more: { gazetteers: LISTS, classes: WORD_CLASSES },
    longer: LONGER,
  },
]

for (const { name, input, more, longer } of CASES)
  test(`${name}: new rows change no text before the first update, and the model's rows stay as they are`, async () => {
    const decoder = input.unit === 'character' ? 'softmax' : 'crf'
    const base = await baseModel({ input, decoder }, more)
    const untyped = FURTHER.map(own => ({ ...own, tags: own.tags.map(tag => tag.replace('PRODUCT', 'LOC')) }))
    const training = await started(base, { ...NEW, sentences: untyped })
    const { parameters } = training.parameters
    const found: string[] = []
    let compared = 0
    for (const parameter of parameters) {
      const before = base.parameter(parameter.name)
      if (parameter.value.length > before.length) found.push(parameter.name)
      assert.deepEqual(parameter.value.subarray(0, before.length), before, parameter.name)
      compared++
    }
    assert.equal(compared, parameters.length)
    assert.deepEqual(found.sort(), [...longer].sort())
    assert.deepEqual(await probabilities(training), await probabilities(base))
  })

test('new words that were made of their runs start from them, and the runs stay', async () => {
  const vectors = { ...someVectors(4), subwords: someRuns(4) }
  const base = await baseModel({ input: { words: { vectors: { file: 'memory' } } } }, { vectors })
  const sentences = FURTHER.map((own, i) => ({
    ...own,
    tokens: own.tokens.map((token, t) => (i === 0 && t === 0 ? 'harbors' : token)),
    tags: own.tags.map(tag => tag.replace('PRODUCT', 'LOC')),
  }))
  const training = await started(base, { ...NEW, sentences })
  const { vocabularies } = training
  assert.deepEqual(vocabularies.inputs.words.subwords, base.vocabularies.inputs.words.subwords)
  assert.equal(base.vocabularies.inputs.words.trained.has('harbors'), false)
  assert.equal(vocabularies.inputs.words.trained.has('harbors'), true)
  const texts = [{ tokens: ['harbors', 'is', 'anchored'] }]
  const taggers = [
    await training.createTagger(),
    await SentenceTagger.create(base, base.parameter, runtime, { threads: 1, model: base.model }),
  ]
  const [[own], [before]] = [
    await taggers[0].tagProbabilities(texts),
    await taggers[1].tagProbabilities(texts),
  ]
  for (const tagger of taggers) await tagger.release()
  assert.ok(own.length > 0 && own.length === before.length)
  own.forEach((p, i) => void assert.ok(Math.abs(p - before[i]) < 1e-6))
})

test('new words of a fine-tuned table start from their vectors, and leave the fixed table', async () => {
  const base = await baseModel({}, VECTORS)
  const training = await started(base, NEW)
  const { trained, fixed } = training.prepared.vocabularies.inputs.words
  const former = base.vocabularies.inputs.words
  assert.ok(former.fixed?.has('unheard-of') && !fixed?.has('unheard-of') && fixed?.has('paris'))
  assert.equal(fixed?.known, (former.fixed?.known ?? 0) - 1)
  const row = (word: string) =>
    Array.from(
      training
        .value('input.words')
        .subarray(trained.id(word) * 4)
        .slice(0, 4),
    )
  const { rows, matrix } = VECTORS.vectors
  const at = rows.get('unheard-of') ?? assert.fail()
  for (const [d, value] of row('unheard-of').entries())
    assert.ok(Math.abs(value - matrix[at * 4 + d]) < 0.02, 'but for rounding to one byte')
  // LONDON was read as the vector of "london", and things as an unknown word.
  assert.notDeepEqual(row('LONDON'), row('things'))
  assert.deepEqual(row('things'), Array.from(training.value('input.words').subarray(4, 8)))
})

test('with its own corpus and no new word, a tagger starts as exactly the model', async () => {
  let cases = 0
  for (const keepTypes of [false, true])
    for (const decoder of ['crf', 'softmax'] as const) {
      const base = await baseModel(
        { decoder, input: EVERYTHING },
        { gazetteers: LISTS, classes: WORD_CLASSES },
      )
      const training = await started(base, OWN, { keepTypes })
      for (const { name, value } of training.parameters.parameters)
        assert.deepEqual(value, base.parameter(name), name)
      assert.deepEqual(await probabilities(training), await probabilities(base))
      cases++
    }
  assert.equal(cases, 4)
})

/** The scores of all tag sequences of a CRF over some tags, by enumeration. */
function pathScores(value: (name: string) => Float32Array, tags: readonly string[], of: readonly string[]) {
  const scores = new Map<string, number>()
  const id = (tag: string) => tags.indexOf(tag)
  const emissions = (t: number, tag: string) =>
    [0.3, -0.2, 0.5].reduce(
      (sum, x, d) => sum + x * (t + 1) * value(PARAMETER.outputWeight)[id(tag) * 6 + d],
      0,
    ) + value(PARAMETER.outputBias)[id(tag)]
  for (const a of of)
    for (const b of of)
      for (const c of of) {
        const step = (from: string, to: string) =>
          value(PARAMETER.transitions)[id(from) * tags.length + id(to)]
        const ends = value(PARAMETER.start)[id(a)] + value(PARAMETER.end)[id(c)]
        const own = [a, b, c].reduce((sum, tag, t) => sum + emissions(t, tag), 0)
        scores.set([a, b, c].join(' '), ends + own + step(a, b) + step(b, c))
      }
  return scores
}

test('types are kept, dropped, added and renamed: every path over old tags keeps its score', async () => {
  const base = await baseModel({})
  const oldTags = base.vocabularies.tags
  assert.deepEqual(base.vocabularies.types, ['LOC', 'PER'])
  const cases = [
    { train: NEW, keepTypes: false, types: ['LOC', 'PER', 'PRODUCT'] },
    { train: { ...NEW, map: { LOC: ['PLACE'] } }, keepTypes: false, types: ['PER', 'PLACE', 'PRODUCT'] },
    { train: { ...NEW, map: { PRODUCT: ['PER'], LOC: [] } }, keepTypes: false, types: ['PER'] },
    {
      train: { ...NEW, map: { LOC: ['PLACE'] } },
      keepTypes: true,
      types: ['LOC', 'PER', 'PLACE', 'PRODUCT'],
    },
    {
      train: { ...NEW, map: { PER: [], LOC: ['O'] }, types: ['PRODUCT'] },
      keepTypes: true,
      types: ['LOC', 'PER', 'PRODUCT'],
    },
  ]
  for (const { train, keepTypes, types } of cases) {
    const training = await started(base, train, { keepTypes })
    const { tags, types: found } = training.prepared.vocabularies
    assert.deepEqual(found, types)
    const shared = tags.filter(tag => oldTags.includes(tag))
    assert.equal(shared.length, 1 + 2 * types.filter(type => ['LOC', 'PER'].includes(type)).length)
    const before = pathScores(base.parameter, oldTags, shared)
    const now = pathScores(training.value, tags, shared)
    assert.equal(before.size, shared.length ** 3)
    assert.deepEqual(now, before)
    // Tokens of a new type were O to the model.
    for (const [id, tag] of tags.entries()) {
      if (oldTags.includes(tag)) continue
      const rows = [0, id].map(row => training.value(PARAMETER.outputWeight).slice(row * 6, (row + 1) * 6))
      const [outside, own] = [0, id].map(row => training.value(PARAMETER.outputBias)[row])
      assert.deepEqual(rows[1], rows[0])
      assert.equal(own, Math.fround(outside - 3))
    }
    const codes = training.prepared.notes.map(({ code }) => code)
    assert.equal(
      codes.includes('types-dropped'),
      types.filter(type => type === 'LOC' || type === 'PER').length < 2,
    )
  }
  assert.equal(cases.length, 5)
})

test('another unit, another network and another model are refused by name', async () => {
  const base = await baseModel({ input: { shape: { dim: 2 } } })
  const cases: readonly (readonly [PartialConfig, readonly string[]])[] = [
    [{ input: { unit: 'piece' } }, ['input.unit.kind']],
    [{ input: { words: { dim: 5 }, shape: null } }, ['input.words.dim', 'input.shape']],
    [{ tags: { scheme: 'IOBES' }, decoder: 'softmax' }, ['tags.scheme', 'decoder.kind']],
    [{ encoder: [{ kind: 'bilstm', hidden: 4 }] }, ['encoder.0.hidden']],
    [{ encoder: [{ kind: 'bilstm', hidden: 3 }, { kind: 'gru' }] }, ['encoder']],
    [{ text: { segmentation: 'words' } }, ['text.segmentation']],
  ]
  for (const [file, paths] of cases)
    assert.throws(
      () => smallConfig(file, base),
      (error: unknown) => {
        assert.ok(isInputError(error))
        const found = error.faults.map(({ where }) =>
          typeof where === 'object' && 'setting' in where ? where.setting : '',
        )
        assert.deepEqual(found, paths)
        return true
      },
    )
  assert.equal(cases.length, 6)
  // How a network is trained is the user's.
  const free = smallConfig(
    {
      input: { dropout: 0.1, words: { dropout: 0.2 } },
      encoder: [{ kind: 'bilstm', hidden: 3, dropout: 0 }],
    },
    base,
  )
  assert.equal(free.input.dropout, 0.1)
  const refused = (config: ReturnType<typeof smallConfig>, model?: TrainedModel) =>
    assert.throws(
      () => Training.prepare({ config, train: NEW, dev: null, base: model, runtime }),
      (error: unknown) => isInputError(error) && error.code === 'train/from',
    )
  refused(smallConfig({ from: 'base' }, base))
  refused(smallConfig({ from: { model: 'base', sha256: '0'.repeat(64) } }, base), base)
  refused(smallConfig({ input: { words: { dim: 5 } } }), base)
  const config = smallConfig({}, base)
  for (const more of [VECTORS, { gazetteers: LISTS }, { classes: WORD_CLASSES }])
    await assert.rejects(
      trainInMemory({ config, base, train: NEW, runtime, ...more }).next(),
      (error: unknown) => isInputError(error) && error.code === 'train/from',
    )
})

test('a type that the model has under another name is a warning, unless it is mapped', async () => {
  const base = await baseModel({})
  const renamed = FURTHER.map(sentence => ({
    ...sentence,
    tags: sentence.tags.map(tag => tag.replace('-PER', '-Person')),
  }))
  for (const keepTypes of [false, true]) {
    const named = async (train: TrainingCorpus) => {
      const { prepared } = await started(base, train, { keepTypes })
      return prepared.notes.filter(({ code }) => code === 'types-named-otherwise').map(({ where }) => where)
    }
    assert.deepEqual(await named({ ...NEW, sentences: renamed }), ['new'])
    assert.deepEqual(await named({ ...NEW, sentences: renamed, map: { Person: ['PER'] } }), [])
    assert.deepEqual(await named(NEW), [])
  }
})

test('what is no trained model, and what is no source of one, is refused by name', async () => {
  const base = await baseModel({})
  const config = smallConfig({}, base)
  const read = readTrainedModel as unknown as (source: unknown) => Promise<unknown>
  const code = (wanted: string) => (error: unknown) => isInputError(error) && error.code === wanted
  for (const other of [null, 'en', {}, { read: async () => undefined }])
    await assert.rejects(
      trainInMemory({ config, base: other as never, train: NEW, runtime }).next(),
      code('train/from'),
    )
  for (const other of [undefined, null, 'en', {}, { read: 5 }])
    await assert.rejects(read(other), code('predict/argument'))
})
