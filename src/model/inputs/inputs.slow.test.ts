import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInputError } from '../../base/errors.js'
import type { InputConfig, PartialConfig } from '../../config/schema.js'
import { createOptimizer, optimizerSlots } from '../../engine/optim/optimizer.js'
import { webInNode } from '../../engine/runtime/node/choose-runtime.js'
import { referenceRuntime } from '../../engine/runtime/reference/reference.js'
import { LISTS, SENTENCES, someRuns, someVectors, WORD_CLASSES } from './testing/sample.js'
import { difference, InputSubject, type SubjectOptions } from './testing/subject.js'

type Settings = NonNullable<PartialConfig['input']>

interface Case {
  readonly name: string
  readonly input: Settings
  readonly options?: SubjectOptions
  /** The parameters that there must be, and no others. */
  readonly parameters: readonly string[]
}

const VECTORS = { vectors: someVectors(4) }
const RUNS = { vectors: { ...someVectors(4), subwords: someRuns(4) } }
const COLUMN: Settings = { columns: [{ column: 'pos', dim: 3 }] }
const NAMES: Settings = {
  gazetteers: [
    { file: 'cities.txt', dim: 2, ignoreCase: true },
    { file: 'names.txt', dim: 3, ignoreCase: false },
  ],
}
const CLASSES: Settings = { classes: [{ file: 'brown.paths', dim: 2, lengths: [2, 20] }] }
const CLASS_PARAMETERS = ['input.class.brown.2', 'input.class.brown.20']
const FIXED = { file: 'memory', fineTune: false } as const
const CNN: Settings = { charCnn: { dim: 3, filters: 4 } }
const LSTM: Settings = { charLstm: { dim: 3, hidden: 4 } }
const CNN_PARAMETERS = ['input.characters', 'input.characterFilters', 'input.characterBias']
const LSTM_PARAMETERS = ['input.characterStates.characters', 'input.characterStates.weight']
const everything: Settings = {
  ...{ ...COLUMN, ...NAMES, ...CLASSES, ...CNN, ...LSTM },
  ...{ shape: { dim: 2 }, casing: { dim: 2 }, affixes: { dim: 2, lengths: [1, 3] } },
}
const everyParameter = [
  ...['input.words', 'input.shape', 'input.casing'],
  ...['input.prefix1', 'input.suffix1', 'input.prefix3', 'input.suffix3'],
  ...['input.column.pos', 'input.gazetteer.cities', 'input.gazetteer.names'],
  ...CLASS_PARAMETERS,
  ...CNN_PARAMETERS,
  ...LSTM_PARAMETERS,
]

const CASES: readonly Case[] = [
  { name: 'words', input: {}, parameters: ['input.words'] },
  {
    name: 'fine-tuned vectors',
    input: { words: { normalize: 'tweets' } },
    options: VECTORS,
    parameters: ['input.words'],
  },
  {
    name: 'fixed vectors beside shape',
    input: { words: { vectors: FIXED }, shape: { dim: 2 } },
    options: VECTORS,
    parameters: ['input.words', 'input.shape'],
  },
  {
    name: 'fine-tuned vectors and runs of characters',
    input: { words: { vectors: { file: 'memory' } } },
    options: RUNS,
    parameters: ['input.words'],
  },
  {
    name: 'fixed vectors and runs of characters',
    input: { words: { vectors: FIXED } },
    options: RUNS,
    parameters: ['input.words'],
  },
  { name: 'casing', input: { casing: { dim: 3 } }, parameters: ['input.words', 'input.casing'] },
  {
    name: 'affixes',
    input: { affixes: { dim: 2, lengths: [1] } },
    parameters: ['input.words', 'input.prefix1', 'input.suffix1'],
  },
  { name: 'a column', input: COLUMN, parameters: ['input.words', 'input.column.pos'] },
  {
    name: 'gazetteers',
    input: NAMES,
    options: { gazetteers: LISTS },
    parameters: ['input.words', 'input.gazetteer.cities', 'input.gazetteer.names'],
  },
  {
    name: 'word classes',
    input: CLASSES,
    options: { classes: WORD_CLASSES },
    parameters: ['input.words', ...CLASS_PARAMETERS],
  },
  { name: 'characters by a CNN', input: CNN, parameters: ['input.words', ...CNN_PARAMETERS] },
  { name: 'characters by a BiLSTM', input: LSTM, parameters: ['input.words', ...LSTM_PARAMETERS] },
  {
    name: 'everything at once',
    input: everything,
    options: { ...VECTORS, gazetteers: LISTS, classes: WORD_CLASSES },
    parameters: everyParameter,
  },
  ...(['character', 'piece'] as const).map(unit => ({
    name: `everything at once, the unit is a ${unit}`,
    input: { ...everything, unit },
    options: { gazetteers: LISTS, classes: WORD_CLASSES },
    parameters: everyParameter,
  })),
  {
    name: 'everything at once with dropout',
    input: everything,
    options: { ...VECTORS, gazetteers: LISTS, classes: WORD_CLASSES, dropout: { units: 0.3, features: 0.4 } },
    parameters: everyParameter,
  },
]

/** The first half of the corpus, and a sentence of words that the vocabularies lack. */
const BATCH = [
  ...SENTENCES.slice(0, 5),
  { tokens: ['Paris', 'unheard-of', '1999', ''], columns: { pos: ['N', 'Q', 'D', 'N'] } },
  { tokens: ['harbors', 'Paris', 'anchored', 'Anchor'], columns: { pos: ['N', 'N', 'V', 'N'] } },
]

test('every input of the configuration is in a case', () => {
  const ofConfig = Object.keys(new InputSubject({}).config) as (keyof InputConfig)[]
  const names = ofConfig.filter(name => !['unit', 'pieces', 'dropout'].includes(name))
  assert.deepEqual(names.sort(), ['words', ...Object.keys(everything)].sort())
  assert.equal(names.length, 9)
  assert.equal(CASES.length, 16)
})

for (const { name, input, options, parameters } of CASES) {
  const subject = new InputSubject(input, options)

  test(`${name}: has its parameters and its width`, () => {
    assert.deepEqual(
      subject.store.parameters.map(parameter => parameter.name),
      parameters,
    )
  })

  if (!options?.dropout)
    test(`${name}: training and the shipped graph see the same, whatever the padding`, async () => {
      const { features, gradients } = await subject.train(BATCH)
      assert.ok(difference(features, await subject.infer(BATCH)) < 1e-6)
      const padded = await subject.train(BATCH, 3)
      assert.deepEqual(padded.features, features)
      assert.deepEqual(padded.gradients, gradients)
      for (const [i, sentence] of BATCH.entries()) {
        const alone = await subject.train([sentence])
        assert.ok(difference(alone.features, [features[i]]) < 1e-6, `sentence ${i}`)
      }
    })

  test(`${name}: gradients agree with finite differences`, async () => {
    const { step, release } = await subject.open()
    const { gradients } = await step(BATCH)
    let checked = 0
    for (const { name: own, value, shape, sparseRows } of subject.store.parameters) {
      const gradient = gradients.get(own) ?? assert.fail(own)
      assert.equal(gradient.length, value.length)
      assert.ok(
        gradient.some(d => Math.abs(d) > 1e-3),
        `${own} has a gradient`,
      )
      for (const i of someOf(gradient, parameters.length > 5 ? 12 : 48)) {
        // The row of padding must stay zero; a table with dense gradients never looks it up.
        if (i < shape[1] && (sparseRows || gradient[i] === 0)) {
          assert.equal(gradient[i], 0, `${own}[${i}]`)
          continue
        }
        const original = value[i]
        const slopeOver = async (change: number) => {
          value[i] = original + change
          const up = { x: value[i], loss: (await step(BATCH)).loss }
          value[i] = original - change
          const { loss } = await step(BATCH)
          const slope = (up.loss - loss) / (up.x - value[i])
          value[i] = original
          return slope
        }
        const isClose = (slope: number, bound: number) =>
          Math.abs(slope - gradient[i]) < bound * (1 + Math.abs(slope))
        // A maximum may change its place within the larger step.
        assert.ok(
          isClose(await slopeOver(2e-3), 5e-3) || isClose(await slopeOver(2e-4), 2e-2),
          `${own}[${i}]: ${gradient[i]}`,
        )
        checked++
      }
    }
    assert.ok(checked >= 7 * parameters.length, `${checked} numbers`)
    await release()
  })

  test(`${name}: vocabularies are the same after a round trip through JSON, and a missing one is refused`, async () => {
    const stored = subject.stored()
    assert.deepEqual(await subject.infer(BATCH, { inputs: stored }), await subject.infer(BATCH))
    const names = Object.keys(subject.vocabularies.inputs)
    assert.ok(names.length > 0)
    for (const missing of names)
      assert.throws(
        () => subject.stored(json => delete (json.inputs as Record<string, unknown>)[missing]),
        error => isInputError(error) && error.message.includes(`vocab.json: inputs.${missing}`),
      )
  })
}

/** The places of about `count` numbers: the largest, and others spread between them; all of a short list. */
function someOf(gradient: Float32Array, count: number): readonly number[] {
  const all = [...gradient.keys()]
  if (all.length <= count) return all
  const largest = [...all].sort((a, b) => Math.abs(gradient[b]) - Math.abs(gradient[a])).slice(0, count / 2)
  return [...new Set([...largest, ...all.filter(i => i % Math.ceil((2 * all.length) / count) === 0)])]
}

test('every runtime gives a word its fixed vector or its runs, and its character features', async () => {
  const subject = new InputSubject({ words: { vectors: FIXED }, ...CNN, ...LSTM }, RUNS)
  const expected = await subject.infer(BATCH)
  let compared = 0
  for (const runtime of [webInNode(), referenceRuntime()]) {
    assert.ok(difference(await subject.infer(BATCH, { runtime }), expected) < 1e-5)
    const training = new InputSubject({ words: { vectors: FIXED }, ...CNN, ...LSTM }, { ...RUNS, runtime })
    assert.ok(difference((await training.train(BATCH)).features, expected) < 1e-5)
    compared++
  }
  assert.equal(compared, 2)
})

test('the row of padding, which stands in for words with fixed vectors, is not trained', async () => {
  for (const words of [{ vectors: FIXED }, { vectors: 'memory', minCount: 3 }]) {
    const subject = new InputSubject(
      { words, shape: { dim: 2 } },
      { ...VECTORS, slots: optimizerSlots({ kind: 'adam' }) },
    )
    const { value, shape } = subject.store.get('input.words')
    const before = value.slice()
    const optimizer = createOptimizer(subject.store, { kind: 'adam' })
    for (let update = 0; update < 3; update++)
      optimizer.step(0.01, (await subject.train(BATCH)).rowGradients, { clipNorm: 1 })
    assert.deepEqual([...value.subarray(0, shape[1])], Array(shape[1]).fill(0))
    assert.notDeepEqual(value, before)
  }
})

test('word dropout hides words only, the same words from all that can be hidden', async () => {
  const inputs: Settings = { shape: { dim: 2 } }
  const plain = new InputSubject(inputs)
  const hiding = new InputSubject(inputs, { dropout: { units: 0.5, features: 0 } })
  const [{ features: seen }, { features: hidden }] = [await plain.train(BATCH), await hiding.train(BATCH)]
  const unknown = plain.store.get('input.words').value.subarray(4, 8)
  const counts = { hidden: 0, seen: 0 }
  seen.forEach((own, s) => {
    for (let at = 0; at < own.length; at += 6) {
      assert.deepEqual(hidden[s].subarray(at + 4, at + 6), own.subarray(at + 4, at + 6))
      const word = hidden[s].subarray(at, at + 4)
      if (word.every((x, d) => x === unknown[d])) counts.hidden++
      else {
        assert.deepEqual(word, own.subarray(at, at + 4))
        counts.seen++
      }
    }
  })
  assert.equal(
    counts.hidden + counts.seen,
    BATCH.reduce((sum, { tokens }) => sum + tokens.length, 0),
  )
  assert.ok(counts.hidden > 8 && counts.seen > 8, JSON.stringify(counts))
})
