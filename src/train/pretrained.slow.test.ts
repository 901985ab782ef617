import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { resolveConfig } from '../config/resolve.js'
import type { PartialConfig } from '../config/schema.js'
import { parseSafetensors } from '../engine/optim/safetensors.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { SENTENCES, someVectors } from '../model/inputs/testing/sample.js'
import { tokenScores } from '../model/inputs/units.js'
import { tokenizerOfEncoder } from '../model/pretrained/pretrained-model.js'
import { windowsOf } from '../model/windows.js'
import { loadTaggerFrom } from '../recognize/load-recognizer.js'
import { loadTagger } from '../recognize/node/load-tagger.js'
import { readEncoderFolder } from '../run/node/read-encoder-folder.js'
import { probabilitiesInMemory, trained } from '../test/testing/same-run.js'
import type { LabeledCorpus } from './prepare/corpora.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from './testing/tiny-run.js'
import { trainInMemory } from './train-in-memory.js'
import { Training } from './training.js'

const runtime = nodeRuntime()
const CORPUS: LabeledCorpus = { path: 'own', scheme: 'BIO', sentences: SENTENCES }
const FAMILIES = [
  ...['bert', 'minilm', 'distilbert', 'electra', 'roberta', 'xlm-roberta'],
  ...['deberta-v3', 'deberta-c2p', 'modernbert'],
]
const folderOf = (name: string) => `oracles/encoders/${name}`

type Settings = Omit<NonNullable<PartialConfig['pretrained']>, 'folder'>

function configOf(name: string, pretrained: object = {}, more: PartialConfig = {}) {
  return resolveConfig({
    preset: 'encoder-softmax',
    file: {
      ...more,
      pretrained: { folder: folderOf(name), learningRate: 0.003, ...(pretrained as Settings) },
      training: { epochs: 3, batchSize: 4, learningRate: 0.01, threads: 1, ...more.training },
    },
  })
}

const VARIANTS: readonly (readonly [family: string, pretrained: object, more: PartialConfig])[] = [
  ...FAMILIES.map(name => [name, {}, {}] as const),
  ['bert', { frozen: 1, pooling: 'last' }, { decoder: 'crf' }],
  ['modernbert', { frozen: 2, mixing: true }, {}],
  ['deberta-v3', { frozen: 1 }, {}],
  ['bert', { frozen: 'all' }, {}],
  ['electra', { frozen: 'all', pooling: 'last' }, { decoder: 'crf' }],
  ['roberta', { frozen: 'all', mixing: true, pooling: 'mean' }, {}],
  [
    'xlm-roberta',
    { pooling: 'mean', dropout: 0 },
    {
      input: { charCnn: { dim: 4, filters: 5 }, columns: [{ column: 'pos', dim: 3 }], dropout: 0.2 },
      encoder: [{ kind: 'bilstm', hidden: 5 }],
    },
  ],
]

test('trained, saved and loaded: the same probabilities, for every family and variant', async () => {
  let numbers = 0
  for (const [name, pretrained, more] of VARIANTS) {
    const config = configOf(name, pretrained, more)
    const input = { config, train: CORPUS, dev: CORPUS, pretrained: await readEncoderFolder(folderOf(name)) }
    const run = trainInMemory({ ...input, runtime })
    let next = await run.next()
    while (!next.done) next = await run.next()
    const files = next.value
    const options = { runtime, threads: 1 }
    await using tagger = await loadTaggerFrom({ read: async file => files.get(file) }, options)
    const second = await trained({ ...input, runtime })
    const { tensors } = parseSafetensors(files.get('model.safetensors') ?? assert.fail(), name)
    for (const { name: parameter, shape, value } of second.parameters.parameters)
      assert.deepEqual(tensors.get(parameter), { dtype: 'F32', shape, data: value.slice() }, parameter)
    const wanted = await probabilitiesInMemory(second, SENTENCES, runtime)
    const found = await tagger.tagProbabilities(SENTENCES)
    found.forEach((own, i) => {
      own.forEach((probability, k) => {
        assert.ok(Math.abs(probability - wanted[i][k]) < 1e-6, `${name}: sentence ${i}`)
        numbers++
      })
    })
  }
  assert.ok(numbers > VARIANTS.length * 300, String(numbers))
})

test('training has the loss that the graph for tagging has, and lowers it', async () => {
  for (const [name, pretrained, more] of VARIANTS.filter(([, , { decoder }]) => decoder === undefined)) {
    const quiet = { ...more, input: { ...more.input, dropout: 0, words: { dropout: 0 } } }
    const encoder = more.encoder ? [{ kind: 'bilstm' as const, hidden: 5, dropout: 0 }] : []
    const config = configOf(name, { ...pretrained, dropout: 0 }, { ...quiet, encoder })
    const own = await readEncoderFolder(folderOf(name))
    const training = Training.prepare({ config, train: CORPUS, dev: null, pretrained: own, runtime })
    const { prepared } = training
    const losses = [await lossOf(training), await lossOfTagger(training)]
    assert.ok(Math.abs(losses[0] - losses[1]) < 1e-4, `${name}: ${losses}`)
    const after = await trained({ config, train: CORPUS, dev: null, pretrained: own, runtime })
    assert.ok((await lossOf(after)) < 0.9 * losses[0], `${name} learns: ${await lossOf(after)}, ${losses[0]}`)
    assert.equal(prepared.sentences.length, SENTENCES.length)
  }
})

async function lossOf(training: Training): Promise<number> {
  const step = await training.createStep()
  const { loss } = await step.run(training.prepared.sentences, Random.fromSeed(1))
  await step.release()
  return loss
}

/** The mean of −log p of the gold tags. */
async function lossOfTagger(training: Training): Promise<number> {
  const { prepared } = training
  const tags = prepared.definition.tags.length
  await using tagger = await training.createTagger()
  const units = await tagger.unitLogits(prepared.sentences)
  const { pretrained } = prepared.definition.inputs
  let sum = 0
  let count = 0
  prepared.sentences.forEach((sentence, i) => {
    const how = { kind: 'piece', pooling: pretrained?.settings.pooling } as const
    const scores = tokenScores(units[i].logits, sentence, how, tags)
    sentence.tags.forEach((gold, t) => {
      const row = Array.from(scores.subarray(t * tags, (t + 1) * tags))
      sum += Math.log(row.reduce((all, score) => all + Math.exp(score), 0)) - row[gold]
      count++
    })
  })
  return sum / count
}

test('a run folder loads alone, and one that was stopped and resumed has the same bytes', async () => {
  const folder = temporaryFolder()
  try {
    const encoder = join(folder.path, 'encoder')
    cpSync(folderOf('bert'), encoder, { recursive: true })
    const { corpus } = tinyConfig()
    const config = resolveConfig({
      preset: 'encoder-crf',
      file: {
        corpus: { train: corpus.train, dev: corpus.dev },
        pretrained: { folder: encoder, frozen: 1, learningRate: 0.001 },
        training: { epochs: 2, batchSize: 16, threads: 1 },
      },
    })
    const [whole, parts] = ['whole', 'parts'].map(name => join(folder.path, name))
    await trainHere({ config, out: whole })
    await trainHere({ config, out: parts }, 4)
    await trainHere({ config, out: parts, resume: true })
    assert.ok(modelBytes(whole).equals(modelBytes(parts)))
    const before = modelBytes(whole)
    // Fixed layers are stored as they were.
    const { tensors } = parseSafetensors(before, 'model.safetensors')
    const weights = (await readEncoderFolder(encoder)).weights
    for (const name of ['pretrained.pieces', 'pretrained.layers.0.attention.qkv'])
      assert.deepEqual(tensors.get(name)?.data, weights.get(name), name)
    assert.notDeepEqual(
      tensors.get('pretrained.layers.1.attention.qkv')?.data,
      weights.get('pretrained.layers.1.attention.qkv'),
    )
    rmSync(encoder, { recursive: true })
    await using tagger = await loadTagger(whole)
    const text = 'Ada Lovelace wrote to Zürich.'
    for (const { start, end } of await tagger.tag(text)) assert.ok(start < end && end <= text.length)
    const card = readFileSync(join(whole, 'README.md'), 'utf8')
    assert.match(card, /## License\n\n.*\/encoder`/)
    assert.match(card, /pretrained .*\(bert, built from layers, 2 layers of 16 features/)
  } finally {
    folder.remove()
  }
})

test('a sentence longer than the encoder is read in parts in training and through windows in tagging', async () => {
  const long = { tokens: [] as string[], tags: [] as string[], lines: [] as number[] }
  for (let i = 0; i < 12; i++) {
    const { tokens, tags } = SENTENCES[i % 4]
    long.tokens.push(...tokens)
    long.tags.push(...tags)
  }
  long.lines = long.tokens.map((_, i) => i + 1)
  const train = { ...CORPUS, sentences: [...SENTENCES, long] }
  for (const name of ['bert', 'roberta']) {
    const pretrained = await readEncoderFolder(folderOf(name))
    const training = await trained({ config: configOf(name), train, dev: null, pretrained, runtime })
    const { sentences, notes } = training.prepared
    const longest = Math.max(...sentences.map(({ unitIds }) => unitIds.length))
    assert.ok(longest <= pretrained.architecture.positions - pretrained.architecture.firstPosition)
    const tokens = sentences.reduce((sum, own) => sum + own.tokens, 0)
    assert.equal(
      tokens,
      train.sentences.reduce((sum, own) => sum + own.tokens.length, 0),
    )
    assert.ok(sentences.length > train.sentences.length)
    assert.ok(notes.some(({ code }) => code === 'long-sentences'))
    await using tagger = await training.createTagger()
    const [found] = await tagger.tagTokens([long.tokens])
    assert.equal(found.tags.length, long.tokens.length)
    // Each piece has the logits that its window has as a sentence of its own, special pieces around it.
    const { unitTable } = training.prepared
    const encoded = unitTable.encode(long.tokens)
    const { prefix, suffix } = tokenizerOfEncoder(pretrained, name).around
    const room = pretrained.architecture.positions - pretrained.architecture.firstPosition - 2
    const [whole] = await tagger.unitLogits([encoded])
    const tags = training.prepared.definition.tags.length
    let pieces = 0
    for (const { start, end, skip, take } of windowsOf(encoded.unitIds.length - 2, room)) {
      const inner = encoded.unitIds.slice(1 + start, 1 + end)
      const unitIds = Int32Array.of(encoded.unitIds[0], ...inner, encoded.unitIds.at(-1) as number)
      const [own] = await tagger.unitLogits([{ unitIds, tokens: 1 }])
      for (let i = 0; i < take * tags; i++) {
        const expected = own.logits[(1 + skip) * tags + i]
        assert.ok(Math.abs(whole.logits[(1 + start + skip) * tags + i] - expected) < 1e-5, name)
      }
      pieces += take
    }
    assert.equal(pieces, encoded.unitIds.length - 2)
    assert.deepEqual([prefix.length, suffix.length], [1, 1])
  }
})

test('a token of more pieces than the encoder has positions is learned from those that fit', async () => {
  const token = 'Xqzjkv'.repeat(60)
  const tokens = ['Ada', token, 'wrote', 'London']
  const long = { tokens, tags: ['B-PER', 'I-PER', 'O', 'B-LOC'], lines: [1, 2, 3, 4] }
  const pretrained = await readEncoderFolder(folderOf('roberta'))
  const pieces = tokenizerOfEncoder(pretrained, 'roberta').encodeWord(token).map(String)
  assert.ok(pieces.length > 200)
  for (const pooling of ['first', 'last', 'mean'] as const) {
    const config = configOf('roberta', { pooling })
    const train = { ...CORPUS, sentences: [long] }
    const training = Training.prepare({ config, train, dev: null, pretrained, runtime })
    const { sentences } = training.prepared
    assert.deepEqual(
      sentences.map(own => own.tokens),
      [1, 1, 2],
    )
    const { units, unitIds } = sentences[1]
    assert.equal(unitIds.length, 70)
    assert.deepEqual([...(units?.starts ?? [])], [1])
    assert.deepEqual([...(units?.ends ?? [])], [69])
    const kept = pooling === 'last' ? pieces.slice(-68) : pieces.slice(0, 68)
    assert.deepEqual(units?.texts.slice(1, -1), kept)
    assert.ok(Number.isFinite(await lossOf(training)))
  }
})

test('word vectors beside an encoder are an input; words without vectors are none', async () => {
  const pretrained = await readEncoderFolder(folderOf('bert'))
  const widths = [true, false].map(hasVectors => {
    const input = { words: { dim: 6, ...(hasVectors && { vectors: { file: 'own' } }) } }
    const config = configOf('bert', {}, { input })
    const vectors = hasVectors ? { vectors: someVectors(6) } : {}
    const training = Training.prepare({ config, train: CORPUS, dev: null, pretrained, runtime, ...vectors })
    return training.prepared.definition.inputs.blocks.map(({ width }) => width)
  })
  assert.deepEqual(widths, [[16, 6], [16]])
})

test('more frozen layers than the encoder has are refused', async () => {
  const pretrained = await readEncoderFolder(folderOf('bert'))
  const prepare = (frozen: number) =>
    Training.prepare({ config: configOf('bert', { frozen }), train: CORPUS, dev: null, pretrained, runtime })
  assert.throws(() => prepare(3), { code: 'train/pretrained' })
  prepare(2)
})
