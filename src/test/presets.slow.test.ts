import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import type { EncoderBlockConfig } from '../config/encoder-blocks.js'
import { parseConfig } from '../config/resolve.js'
import type { Config } from '../config/schema.js'
import { NETWORK_PRESETS } from '../config/testing/network-presets.js'
import { loadCorpus } from '../corpus/node/read-corpus.js'
import { parseSafetensors } from '../engine/optim/safetensors.js'
import { nodeRuntime } from '../engine/runtime/node/ort-node.js'
import { loadTaggerFrom } from '../recognize/load-recognizer.js'
import type { TrainEvent } from '../run/events.js'
import type { LabeledCorpus } from '../train/prepare/corpora.js'
import { trainInMemory } from '../train/train-in-memory.js'
import { Training } from '../train/training.js'
import { probabilitiesInMemory, shippedLoss, trained, trainingLoss } from './testing/same-run.js'

const sample = async (name: string, size: number): Promise<LabeledCorpus> => {
  const path = new URL(`../../samples/${name}.markup`, import.meta.url).pathname
  const { scheme, sentences } = await loadCorpus(path)
  return { path: name, scheme: scheme.scheme, sentences: sentences.slice(0, size) }
}

/** The preset with small sizes; nothing else changes. */
function small(name: string): Config {
  const config = structuredClone(parseConfig({ preset: name })) as {
    -readonly [K in keyof Config]: Config[K]
  }
  const { input, training } = config
  return parseConfig({
    file: {
      ...config,
      input: {
        ...input,
        words: { ...input.words, dim: 8 },
        charCnn: input.charCnn && { ...input.charCnn, filters: Math.min(input.charCnn.filters, 6) },
      },
      encoder: config.encoder.map(smallBlock),
      training: {
        ...training,
        epochs: 2,
        batchSize: training.batchSize === 'auto' ? 8 : Math.min(8, training.batchSize),
        learningRate: training.learningRate === 'auto' ? 0.01 : Math.min(training.learningRate, 0.01),
        threads: 1,
      },
    },
  })
}

const SMALLER: Readonly<Record<string, number>> = {
  hidden: 6,
  filters: 8,
  dim: 8,
  width: 8,
  feedForward: 12,
  heads: 2,
}

function smallBlock(block: EncoderBlockConfig): EncoderBlockConfig {
  const sizes = Object.entries(block).map(([key, value]) => [
    key,
    typeof value === 'number' && key in SMALLER && !(block.kind === 'cnn' && key === 'width')
      ? Math.min(value, SMALLER[key])
      : value,
  ])
  return Object.fromEntries(sizes) as EncoderBlockConfig
}

for (const { name } of NETWORK_PRESETS)
  test(`${name}: every parameter gets a gradient; the saved model tags like the trained one`, async () => {
    const config = small(name)
    const train = await sample('train', 40)
    const dev = await sample('dev', 40)
    const runtime = nodeRuntime()
    const training = Training.prepare({ config, train, dev, runtime })
    const step = await training.createStep()
    const { loss, rowGradients } = await step.run(training.prepared.sentences.slice(0, 8), Random.fromSeed(1))
    await step.release()
    assert.ok(Number.isFinite(loss) && loss > 0)
    let checked = 0
    for (const { name: parameter, trainable, slots } of training.parameters.parameters) {
      if (!trainable) continue
      const gradient = slots.gradient ?? rowGradients.find(rows => rows.name === parameter)?.gradient
      assert.ok(
        gradient?.some(value => value !== 0),
        `${parameter} gets no gradient`,
      )
      checked++
    }
    assert.ok(checked >= 4)

    const events: TrainEvent[] = []
    const run = trainInMemory({ config, train, dev, runtime })
    let next = await run.next()
    for (; !next.done; next = await run.next()) events.push(next.value)
    const files = next.value
    const done = events.at(-1)
    assert.ok(done?.kind === 'done' && done.best)
    await using tagger = await loadTaggerFrom(
      { read: async file => files.get(file) },
      { runtime, threads: 1 },
    )
    // Equal to the numbers that a second run with the same seed has in memory
    const second = await trained({ config, train, dev, runtime })
    const memory = second.parameters
    const { tensors } = parseSafetensors(files.get('model.safetensors') ?? assert.fail('no model'), name)
    assert.deepEqual(
      [...tensors.keys()].sort(),
      memory.parameters.map(parameter => parameter.name).sort(),
      'every parameter is saved, and nothing else',
    )
    for (const { name: parameter, shape, value } of memory.parameters)
      assert.deepEqual(tensors.get(parameter), { dtype: 'F32', shape, data: value.slice() }, parameter)
    // The loaded tagger's probabilities are those of the numbers in memory
    const wanted = await probabilitiesInMemory(second, dev.sentences, runtime)
    const found = await tagger.tagProbabilities(dev.sentences)
    assert.deepEqual(tagger.info.tags, training.prepared.definition.tags)
    let probabilities = 0
    found.forEach((own, i) => {
      assert.equal(own.length, dev.sentences[i].tokens.length * training.prepared.definition.tags.length)
      own.forEach((probability, k) => {
        assert.ok(Math.abs(probability - wanted[i][k]) < 1e-6, `sentence ${i}: ${probability}`)
        probabilities++
      })
    })
    assert.ok(probabilities > 40 * training.prepared.definition.tags.length)
    // The shipped graph has the same loss as the training graph
    const { prepared } = training
    const batch = prepared.sentences.slice(0, 8)
    const saved = (parameter: string) => {
      const data = tensors.get(parameter)?.data
      return data instanceof Float32Array ? data : assert.fail(parameter)
    }
    const shipped = await shippedLoss(
      prepared,
      files.get('model.onnx') ?? assert.fail('no graph'),
      saved,
      batch,
      runtime,
    )
    const own = await trainingLoss(second, batch)
    assert.ok(Math.abs(shipped - own) < 1e-4 * Math.max(1, own), `${shipped}, trained ${own}`)
  })

test('the presets are those of the documentation, each with its classic form', () => {
  const names = NETWORK_PRESETS.map(({ name }) => name)
  assert.equal(new Set(names).size, 22)
  const own = names.filter(name => !name.endsWith('-classic'))
  assert.equal(own.length, 11)
  for (const name of own) assert.ok((names as readonly string[]).includes(`${name}-classic`), name)
})
