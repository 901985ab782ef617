/** A training run taken step by step, so that what it saves can be compared with the numbers it holds in memory. */
import assert from 'node:assert/strict'
import { Random } from '../../base/random.js'
import type { Config } from '../../config/schema.js'
import { createChain } from '../../decode/chain.js'
import { forwardBackward } from '../../decode/marginals.js'
import type { ParameterStore } from '../../engine/optim/parameter-store.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import type { SentenceInput } from '../../model/inputs/sentence.js'
import { PARAMETER, type TaggerDefinition } from '../../model/tagger-definition.js'
import { SentenceTagger } from '../../recognize/sentence-tagger.js'
import { type Checkpoints, trainLoop } from '../../train/loop/loop.js'
import type { PreparedTraining } from '../../train/prepare/prepare.js'
import type { TaggedSentence } from '../../train/step/gold-tensors.js'
import { TrainingStep } from '../../train/step/training-step.js'
import { createRun, devEvaluator } from '../../train/training-run.js'

/** Trains as every run does. @returns the best parameters, as they are in memory */
export async function trainedStore(
  config: Config,
  prepared: PreparedTraining,
  runtime: Runtime,
): Promise<ParameterStore> {
  const { definition, unitTable, sentences, sampler } = prepared
  const { store, tagWeights, ...updates } = createRun(config, prepared)
  const step = await TrainingStep.create(definition, store, unitTable, runtime, { threads: 1, tagWeights })
  let best: readonly Float32Array[] | undefined
  const checkpoints: Checkpoints = {
    save: async () => {},
    saveBest: async () => {
      best = store.parameters.map(({ value }) => value.slice())
    },
    restoreBest: async () => {
      store.parameters.forEach(({ value }, i) => {
        value.set(best?.[i] ?? assert.fail('there is no best'))
      })
    },
  }
  const evaluate = devEvaluator(config, prepared, store, runtime)
  const setup = { ...updates, sentences, sampler, step, checkpoints, evaluate }
  let events = 0
  for await (const _ of trainLoop({ ...setup, config: config.training, isStopRequested: () => false }))
    events++
  assert.ok(events > 0)
  await step.release()
  return store
}

/** The probability of each tag at each token by the numbers in memory, through vocabularies that were never saved. */
export async function probabilitiesInMemory(
  { definition, vocabularies }: PreparedTraining,
  store: ParameterStore,
  sentences: readonly SentenceInput[],
  runtime: Runtime,
): Promise<Float64Array[]> {
  const value = (name: string) => store.get(name).value
  const tagger = await SentenceTagger.create({ definition, vocabularies }, value, runtime)
  const probabilities = await tagger.tagProbabilities(sentences)
  await tagger.release()
  return probabilities
}

/** The loss that a training step without any dropout has. */
export async function trainingLoss(
  { definition, unitTable }: PreparedTraining,
  store: ParameterStore,
  batch: readonly TaggedSentence[],
  runtime: Runtime,
): Promise<number> {
  const tagWeights = new Float32Array(definition.tags.length).fill(1)
  const step = await TrainingStep.create(withoutDropout(definition), store, unitTable, runtime, {
    threads: 1,
    tagWeights,
  })
  const { loss } = await step.run(batch, Random.fromSeed(1))
  await step.release()
  return loss
}

function withoutDropout(definition: TaggerDefinition): TaggerDefinition {
  const { input, encoder, ...rest } = definition.config
  const config = {
    ...rest,
    input: { ...input, dropout: 0, words: { ...input.words, dropout: 0 } },
    encoder: encoder.map(block => ({ ...block, dropout: 0 })),
  }
  return { ...definition, config }
}

/**
 * The same loss from what was saved: −log p of the gold tags under the shipped graph's logits, the mean over sentences
 * of a CRF, else over labels.
 * @param value a saved parameter by name
 */
export async function shippedLoss(
  prepared: PreparedTraining,
  model: Uint8Array,
  value: (name: string) => Float32Array,
  batch: readonly TaggedSentence[],
  runtime: Runtime,
): Promise<number> {
  const tags = prepared.definition.tags.length
  const tagger = await SentenceTagger.create(prepared, value, runtime, { model })
  const logits = (await tagger.unitLogits(batch)).map(found => found.logits)
  await tagger.release()
  const isCrf = prepared.definition.config.decoder.kind === 'crf'
  const scores = {
    transitions: isCrf ? value(PARAMETER.transitions) : new Float32Array(tags * tags),
    start: isCrf ? value(PARAMETER.start) : new Float32Array(tags),
    end: isCrf ? value(PARAMETER.end) : new Float32Array(tags),
  }
  const chain = createChain(tags, scores)
  let sum = 0
  let labels = 0
  batch.forEach(({ tags: gold }, i) => {
    assert.equal(logits[i].length, gold.length * tags)
    let score = scores.start[gold[0]] + scores.end[gold[gold.length - 1]]
    gold.forEach((tag, t) => {
      score += logits[i][t * tags + tag]
      if (t > 0) score += scores.transitions[gold[t - 1] * tags + tag]
    })
    sum += forwardBackward(logits[i], gold.length, chain).logPartition - score
    labels += gold.length
  })
  return sum / (isCrf ? batch.length : labels)
}
