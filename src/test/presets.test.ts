import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Random } from '../base/random.js'
import type { EncoderBlockConfig } from '../config/encoder-blocks.js'
import { PRESET_NAMES, PRESETS } from '../config/presets.js'
import { resolveConfig } from '../config/resolve.js'
import type { Config } from '../config/schema.js'
import { loadCorpus } from '../corpus/node/read-corpus.js'
import { scoreTags } from '../evaluate/score-tags.js'
import { predictCorpus } from '../predict/evaluate-tagger.js'
import { loadTaggerFrom } from '../predict/load-tagger-from.js'
import { nodeRuntime } from '../runtime/node/ort-node.js'
import type { TrainEvent } from '../train/events.js'
import { type LabelledCorpus, prepareTraining } from '../train/prepare.js'
import { trainInMemory } from '../train/train-in-memory.js'
import { createRun } from '../train/training-run.js'
import { TrainingStep } from '../train/training-step.js'

const sample = async (name: string, size: number): Promise<LabelledCorpus> => {
  const path = new URL(`../../samples/${name}.markup`, import.meta.url).pathname
  const { scheme, sentences } = await loadCorpus(path)
  return { path: name, scheme: scheme.scheme, sentences: sentences.slice(0, size) }
}

/** The preset with everything that makes it large made small; nothing else about it changes. */
function small(name: string): Config {
  const config = structuredClone(resolveConfig({ preset: name })) as {
    -readonly [K in keyof Config]: Config[K]
  }
  const { input, training } = config
  return resolveConfig({
    file: {
      ...config,
      input: {
        ...input,
        words: { ...input.words, dim: 8 },
        charCnn: { ...input.charCnn, filters: Math.min(input.charCnn.filters, 6) },
      },
      encoder: config.encoder.map(smallBlock),
      training: {
        ...training,
        epochs: 2,
        batchSize: Math.min(8, training.batchSize),
        learningRate: Math.min(training.learningRate, 0.01),
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

for (const name of PRESET_NAMES)
  test(`${name}: every parameter gets a gradient; what was saved tags as what was trained`, async () => {
    const config = small(name)
    const train = await sample('train', 40)
    const dev = await sample('dev', 40)
    const runtime = nodeRuntime()
    const prepared = prepareTraining({ config, train, dev })
    const { store, tagWeights } = createRun(config, prepared)
    const { definition, forms, sentences } = prepared
    const step = await TrainingStep.create(definition, store, forms, runtime, { threads: 1, tagWeights })
    const { loss, rowGradients } = await step.run(sentences.slice(0, 8), Random.fromSeed(1))
    await step.release()
    assert.ok(Number.isFinite(loss) && loss > 0)
    let checked = 0
    for (const { name: parameter, trainable, slots } of store.parameters) {
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
    const gold: (readonly string[])[] = []
    const predicted: (readonly string[])[] = []
    for await (const pair of predictCorpus(tagger, dev.sentences, dev.scheme)) {
      gold.push(pair.gold)
      predicted.push(pair.predicted)
    }
    const { exact } = scoreTags(gold, predicted, { mode: 'conlleval', scheme: dev.scheme })
    assert.ok(Math.abs((exact.micro.f1 ?? 0) - (done.best.f1 ?? 0)) < 1e-12)
    assert.equal(gold.length, 40)
  })

test('the presets are those of the documentation, each with its classic form', () => {
  assert.equal(PRESETS.length, 22)
  assert.equal(new Set(PRESET_NAMES).size, 22)
  const own = PRESET_NAMES.filter(name => !name.endsWith('-classic'))
  assert.equal(own.length, 11)
  for (const name of own) assert.ok(PRESET_NAMES.includes(`${name}-classic`), name)
})
