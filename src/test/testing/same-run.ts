/** A second training run of the same seed, so that what is saved can be compared with numbers in memory. */
import assert from 'node:assert/strict'
import { Random } from '../../base/random.js'
import { createChain } from '../../decode/chain.js'
import { forwardBackward } from '../../decode/marginals.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import type { SentenceInput } from '../../model/inputs/sentence.js'
import { PARAMETER, type TaggerDefinition } from '../../model/tagger-definition.js'
import { SentenceTagger } from '../../recognize/sentence-tagger.js'
import { MemoryStore } from '../../run/memory-store.js'
import type { PreparedTraining } from '../../train/prepare/prepare.js'
import type { TaggedSentence } from '../../train/step/gold-tensors.js'
import { Training, type TrainingInput } from '../../train/training.js'

/** Trains as every run does. @returns the run with its best parameters in memory */
export async function trained(input: TrainingInput): Promise<Training> {
  const training = Training.prepare(input)
  const store = new MemoryStore({ config: input.config, vocabularies: training.prepared.vocabularies })
  let events = 0
  for await (const _ of training.run(store)) events++
  assert.ok(events > 0)
  return training
}

/** The probability of each tag at each token, from parameters and vocabularies in memory that were never saved. */
export async function probabilitiesInMemory(
  { prepared: { definition, vocabularies }, value }: Training,
  sentences: readonly SentenceInput[],
  runtime: Runtime,
): Promise<Float64Array[]> {
  const tagger = await SentenceTagger.create({ definition, vocabularies }, value, runtime)
  const probabilities = await tagger.tagProbabilities(sentences)
  await tagger.release()
  return probabilities
}

/** The loss of a training step without dropout. */
export async function trainingLoss(training: Training, batch: readonly TaggedSentence[]): Promise<number> {
  const step = await training.createStep(withoutDropout(training.prepared.definition))
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
