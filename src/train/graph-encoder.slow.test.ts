import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import { resolveConfig } from '../config/resolve.js'
import type { PartialConfig } from '../config/schema.js'
import { parseSafetensors } from '../engine/optim/safetensors.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { SENTENCES } from '../model/inputs/testing/sample.js'
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

/** A folder with an ONNX file in place of `model.safetensors`. */
function graphFolder(at: string, file: string, more: object = {}): string {
  const family = file.split('-')[0]
  const from = `oracles/encoders/${family === 'albert' ? 'bert' : family}`
  mkdirSync(join(at, 'onnx'), { recursive: true })
  copyFileSync(`${from}/tokenizer.json`, join(at, 'tokenizer.json'))
  const config = JSON.parse(readFileSync(`${from}/config.json`, 'utf8'))
  writeFileSync(join(at, 'config.json'), JSON.stringify({ ...config, model_type: family, ...more }))
  copyFileSync(`oracles/onnx-encoders/${file}.onnx`, join(at, 'onnx/model.onnx'))
  return at
}

function configOf(folder: string, pretrained: object = {}, more: PartialConfig = {}) {
  return resolveConfig({
    preset: 'encoder-softmax',
    file: {
      ...more,
      pretrained: { folder, learningRate: 0.003, ...pretrained },
      training: { epochs: 3, batchSize: 4, learningRate: 0.01, threads: 1, ...more.training },
    },
  })
}

const VARIANTS: readonly (readonly [file: string, pretrained: object, more: PartialConfig])[] = [
  ['bert-17-script', {}, {}],
  ['bert-18-dynamo', { frozen: 1, pooling: 'last' }, { decoder: 'crf' }],
  ['albert-18-dynamo', { pooling: 'mean' }, {}],
  ['roberta-14-script', { dropout: 0 }, {}],
  ['modernbert-18-dynamo', { frozen: 2 }, {}],
  ['distilbert-17-script', { frozen: 'all' }, {}],
  [
    'roberta-18-dynamo',
    {},
    { input: { charCnn: { dim: 4, filters: 5 }, dropout: 0.2 }, encoder: [{ kind: 'bilstm', hidden: 5 }] },
  ],
]

test('trained, saved and loaded: the same probabilities, and the loss falls', async () => {
  const folder = temporaryFolder()
  let numbers = 0
  try {
    for (const [i, [file, pretrained, more]] of VARIANTS.entries()) {
      const own = graphFolder(join(folder.path, String(i)), file)
      const config = configOf(own, pretrained, more)
      const encoder = await readEncoderFolder(own)
      assert.equal(encoder.architecture.family, 'onnx')
      assert.equal(encoder.file, 'onnx/model.onnx')
      const input = { config, train: CORPUS, dev: CORPUS, pretrained: encoder }
      const run = trainInMemory({ ...input, runtime })
      const losses: number[] = []
      let next = await run.next()
      while (!next.done) {
        if (next.value.kind === 'epoch') losses.push(next.value.loss)
        next = await run.next()
      }
      assert.ok((losses.at(-1) ?? 9) < losses[0], `${file}: ${losses}`)
      const files = next.value
      await using tagger = await loadTaggerFrom(
        { read: async name => files.get(name) },
        { runtime, threads: 1 },
      )
      const second = await trained({ ...input, runtime })
      const { tensors } = parseSafetensors(files.get('model.safetensors') ?? assert.fail(), file)
      for (const { name, shape, value } of second.parameters.parameters)
        assert.deepEqual(tensors.get(name), { dtype: 'F32', shape, data: value.slice() }, name)
      const wanted = await probabilitiesInMemory(second, SENTENCES, runtime)
      const found = await tagger.tagProbabilities(SENTENCES)
      found.forEach((row, s) => {
        row.forEach((probability, k) => {
          assert.ok(Math.abs(probability - wanted[s][k]) < 1e-6, `${file}: sentence ${s}`)
          numbers++
        })
      })
    }
  } finally {
    folder.remove()
  }
  assert.ok(numbers > VARIANTS.length * 300, String(numbers))
})

test('a graph gives the loss that the encoder built from layers gives', async () => {
  const folder = temporaryFolder()
  const quiet = { input: { dropout: 0, words: { dropout: 0 } } }
  let compared = 0
  try {
    for (const family of ['bert', 'roberta', 'distilbert', 'modernbert']) {
      const own = graphFolder(join(folder.path, family), `${family}-17-script`)
      const losses: number[] = []
      let weight: Float32Array | undefined
      for (const path of [own, `oracles/encoders/${family}`]) {
        const config = configOf(path, { dropout: 0 }, quiet)
        const pretrained = await readEncoderFolder(path)
        const training = Training.prepare({ config, train: CORPUS, dev: null, pretrained, runtime })
        // Both score the states alike.
        const output = training.parameters.get('decoder.weight').value
        if (weight) output.set(weight)
        else weight = output.slice()
        const step = await training.createStep()
        losses.push((await step.run(training.prepared.sentences, Random.fromSeed(1))).loss)
        await step.release()
      }
      assert.ok(Math.abs(losses[0] - losses[1]) < 1e-5 * losses[1], `${family}: ${losses}`)
      compared++
    }
  } finally {
    folder.remove()
  }
  assert.equal(compared, 4)
})

test('which file is read: weights of a known family, unless the settings name the graph', async () => {
  const folder = temporaryFolder()
  try {
    const own = graphFolder(join(folder.path, 'both'), 'bert-17-script')
    copyFileSync('oracles/encoders/bert/model.safetensors', join(own, 'model.safetensors'))
    assert.equal((await readEncoderFolder(own)).file, 'model.safetensors')
    assert.equal((await readEncoderFolder(own, 'onnx')).file, 'onnx/model.onnx')
    writeFileSync(
      join(own, 'config.json'),
      JSON.stringify({
        ...JSON.parse(readFileSync(join(own, 'config.json'), 'utf8')),
        model_type: 'nomic_bert',
      }),
    )
    assert.equal((await readEncoderFolder(own)).file, 'onnx/model.onnx')
    await assert.rejects(readEncoderFolder(own, 'safetensors'), { code: 'model/file', message: /nomic_bert/ })
    rmSync(join(own, 'config.json'))
    assert.equal((await readEncoderFolder(own)).architecture.positions, 72)
  } finally {
    folder.remove()
  }
})

test('a run folder has the graph, loads alone, and one that was stopped and resumed has the same bytes', async () => {
  const folder = temporaryFolder()
  try {
    const encoder = graphFolder(join(folder.path, 'encoder'), 'bert-18-dynamo')
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
    rmSync(encoder, { recursive: true })
    await using tagger = await loadTagger(whole)
    const text = 'Ada Lovelace wrote to Zürich.'
    for (const { start, end } of await tagger.tag(text)) assert.ok(start < end && end <= text.length)
    const readme = readFileSync(join(whole, 'README.md'), 'utf8')
    assert.match(readme, /the graph of its ONNX file, 2 layers of 16 features/)
    const notes = readFileSync(join(whole, 'log.jsonl'), 'utf8')
    assert.match(notes, /encoder-graph/)
  } finally {
    folder.remove()
  }
})
