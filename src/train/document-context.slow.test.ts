import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { collect } from '../base/collect.js'
import { resolveConfig } from '../config/resolve.js'
import { withSurroundings } from '../corpus/surroundings.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { SENTENCES } from '../model/inputs/testing/sample.js'
import { loadTaggerFrom } from '../recognize/load-recognizer.js'
import { predictCorpus, SENTENCES_AT_ONCE } from '../recognize/predict-corpus.js'
import { readEncoderFolder } from '../run/node/read-encoder-folder.js'
import { probabilitiesInMemory, trained } from '../test/testing/same-run.js'
import { modelBytes, temporaryFolder, tinyConfig, trainHere } from './testing/tiny-run.js'
import { trainInMemory } from './train-in-memory.js'
import { Training } from './training.js'

const runtime = nodeRuntime()
const DOCUMENTS = SENTENCES.map((sentence, i) => ({ ...sentence, document: i >> 1 }))
const CORPUS = { path: 'own', scheme: 'BIO', sentences: DOCUMENTS } as const

const configOf = (name: string, context: number) =>
  resolveConfig({
    preset: 'encoder-crf-document',
    file: {
      pretrained: { folder: `oracles/encoders/${name}`, learningRate: 0.01, context },
      training: { epochs: 2, batchSize: 3, threads: 1 },
    },
  })

async function taggerOf(name: string, context: number) {
  const pretrained = await readEncoderFolder(`oracles/encoders/${name}`)
  const input = { config: configOf(name, context), train: CORPUS, dev: CORPUS, pretrained, runtime }
  const run = trainInMemory(input)
  let next = await run.next()
  while (!next.done) next = await run.next()
  const files = next.value
  const tagger = await loadTaggerFrom({ read: async file => files.get(file) }, { runtime, threads: 1 })
  return { tagger, input }
}

const FAMILIES = ['bert', 'roberta', 'distilbert', 'deberta-v3', 'modernbert']

test('trained, saved and loaded, a tagger with context agrees, and batches and padding change nothing', async () => {
  let numbers = 0
  for (const name of FAMILIES) {
    const { tagger, input } = await taggerOf(name, 5)
    try {
      assert.equal(tagger.info.context, 5)
      const sentences = withSurroundings(DOCUMENTS, 5)
      const wanted = await probabilitiesInMemory(await trained(input), sentences, runtime)
      const together = await tagger.tagProbabilities(sentences)
      const bare = await tagger.tagProbabilities(DOCUMENTS)
      let most = 0
      for (const [i, own] of together.entries()) {
        const [alone] = await tagger.tagProbabilities([sentences[i]])
        own.forEach((probability, k) => {
          assert.ok(Math.abs(probability - wanted[i][k]) < 1e-5, `${name}: sentence ${i}`)
          assert.ok(Math.abs(probability - alone[k]) < 1e-5, `${name}: sentence ${i} alone`)
          most = Math.max(most, Math.abs(probability - bare[i][k]))
          numbers++
        })
      }
      assert.ok(most > 1e-4, `${name} reads what is around: ${most}`)
    } finally {
      await tagger.release()
    }
  }
  assert.ok(numbers > FAMILIES.length * 300, String(numbers))
})

test('a corpus, its parts and a text are read with the same context', async () => {
  const { tagger } = await taggerOf('bert', 6)
  try {
    const sentences = withSurroundings(DOCUMENTS, 6)
    const direct = await tagger.tagTokens(sentences)
    const streamed = await collect(predictCorpus(tagger, DOCUMENTS, 'BIO'))
    assert.deepEqual(
      streamed.map(({ spans }) => spans),
      direct.map(({ spans }) => spans),
    )
    // Neighbors in different batches are still neighbors.
    const many = Array.from({ length: SENTENCES_AT_ONCE + 7 }, (_, i) => ({
      ...DOCUMENTS[i % 4],
      document: 0,
    }))
    const pairs = await collect(predictCorpus(tagger, many, 'BIO'))
    const around = withSurroundings(many, 6).slice(SENTENCES_AT_ONCE - 3, SENTENCES_AT_ONCE + 3)
    const found = await tagger.tagTokens(around)
    assert.deepEqual(
      pairs
        .slice(SENTENCES_AT_ONCE - 3, SENTENCES_AT_ONCE + 3)
        .map(({ spans }) => spans.map(({ start }) => start)),
      found.map(({ spans }) => spans.map(({ start }) => start)),
    )
    const text = 'Ada Lovelace wrote it. Charles paid in London.'
    const [annotated] = await collect(tagger.annotate([text]))
    const tokens = annotated.sentences.map(own => own.tokens.map(token => token.text))
    assert.equal(tokens.length, 2)
    const own = withSurroundings(
      tokens.map(each => ({ tokens: each, tags: [], lines: [], document: 0 })),
      6,
    )
    const scores = (all: readonly { readonly spans: readonly { readonly score: number }[] }[]) =>
      all.flatMap(({ spans }) => spans.map(({ score }) => score.toFixed(6)))
    assert.deepEqual(
      annotated.entities.map(({ score }) => score.toFixed(6)),
      scores(await tagger.tagTokens(own)),
    )
  } finally {
    await tagger.release()
  }
})

test('a run with context that was stopped and resumed has the same bytes', async () => {
  const folder = temporaryFolder()
  try {
    const { corpus } = tinyConfig()
    const config = resolveConfig({
      preset: 'encoder-crf-document',
      file: {
        corpus: { train: corpus.train, dev: corpus.dev },
        pretrained: { folder: 'oracles/encoders/bert', frozen: 1, learningRate: 0.001, context: 7 },
        training: { epochs: 2, batchSize: 16, threads: 1 },
      },
    })
    const [whole, parts] = ['whole', 'parts'].map(name => join(folder.path, name))
    await trainHere({ config, out: whole })
    await trainHere({ config, out: parts }, 4)
    await trainHere({ config, out: parts, resume: true })
    assert.ok(modelBytes(whole).equals(modelBytes(parts)))
  } finally {
    folder.remove()
  }
})

test('a corpus that marks no documents is named', async () => {
  const { input } = await taggerOf('bert', 4)
  const notes = (sentences: typeof SENTENCES) => {
    const { prepared } = Training.prepare({ ...input, train: { ...CORPUS, sentences }, dev: null })
    return prepared.notes.filter(({ code }) => code === 'no-documents').length
  }
  assert.deepEqual([notes(SENTENCES), notes(DOCUMENTS)], [1, 0])
})

test('surroundings that are none are refused', async () => {
  const { tagger } = await taggerOf('bert', 4)
  try {
    for (const around of ['x', { before: [] }, { before: [1], after: [] }])
      await assert.rejects(tagger.tagTokens([{ tokens: ['Ada'], around: around as never }]), {
        code: 'predict/argument',
      })
  } finally {
    await tagger.release()
  }
})
