import { indexOfLargest } from '../../base/index-of-largest.js'
import type { Config } from '../../config/schema.js'
import { cutLabeled } from '../../corpus/cut-sentences.js'
import type { Sentence } from '../../corpus/sentence.js'
import type { ParameterStore } from '../../engine/optim/parameter-store.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { type LossShare, lossShares } from '../../evaluate/loss-shares.js'
import { scorePairs } from '../../evaluate/score-tags.js'
import type { Scores } from '../../evaluate/scores.js'
import { tagsOfUnits } from '../../model/inputs/units.js'
import { predictCorpus } from '../../recognize/predict-corpus.js'
import { SentenceTagger } from '../../recognize/sentence-tagger.js'
import type { DoneEvent } from '../../run/events.js'
import type { RunMetrics } from '../../run/metrics.js'
import { modelCard } from '../model-card.js'
import { rewriteTags } from '../prepare/gold-tags.js'
import type { LabeledCorpus, LoadedCorpora, PreparedTraining } from '../prepare/prepare.js'
import { targetWeights } from '../step/target-weights.js'

export interface FinalInput {
  readonly config: Config
  readonly prepared: PreparedTraining
  readonly corpora: LoadedCorpora
  readonly store: ParameterStore
  readonly runtime: Runtime
  /** The shipped graph's bytes. */
  readonly model: Uint8Array
  readonly done: DoneEvent
  /** Weight of each gold tag in the loss. */
  readonly weights: Float32Array
}

/** Scores the finished model on the development and test corpora, and writes the model card. */
export async function finalFiles(
  input: FinalInput,
): Promise<{ readonly metrics: RunMetrics; readonly card: string }> {
  const { config, prepared, corpora, store, runtime, model, done } = input
  const { threads } = config.training
  const value = (name: string) => store.get(name).value
  const tagger = await SentenceTagger.create(prepared, value, runtime, { threads, model })
  try {
    const metrics: RunMetrics = {
      best: { epoch: done.bestEpoch, reason: done.reason, seconds: done.seconds },
      dev: corpora.dev && (await score(tagger, corpora.dev)),
      test: corpora.test && (await score(tagger, corpora.test)),
      lossShares: corpora.dev && isReweighted(config) ? await shares(input, tagger, corpora.dev) : null,
    }
    return {
      metrics,
      card: modelCard({ config, prepared, corpora, metrics, parameters: store.trainableCount }),
    }
  } finally {
    await tagger.release()
  }
}

function isReweighted({ decoder }: Config): boolean {
  return decoder.kind === 'softmax' && (decoder.classWeights !== 'none' || decoder.focalGamma > 0)
}

/** Exact scores by conlleval's rules, in the corpus's own scheme. */
function score(tagger: SentenceTagger, { sentences, scheme }: LabeledCorpus): Promise<Scores> {
  const withoutScores = { tagTokens: (parts: readonly Sentence[]) => tagger.find(parts) }
  return scorePairs(predictCorpus(withoutScores, sentences, scheme), { mode: 'conlleval', scheme })
}

async function shares(
  { config, prepared, weights }: FinalInput,
  tagger: SentenceTagger,
  dev: LabeledCorpus,
): Promise<LossShare[]> {
  const { tags, scheme } = prepared.vocabularies
  const { decoder } = config
  const { focalGamma, labelSmoothing } =
    decoder.kind === 'softmax' ? decoder : { focalGamma: 0, labelSmoothing: 0 }
  const ids = new Map(tags.map((tag, id) => [tag, id]))
  const idsOf = (own: readonly string[]) => Int32Array.from(own, tag => ids.get(tag) ?? 0)
  const sentences = cutLabeled(dev.sentences)
  const rewritten = rewriteTags(sentences, dev.scheme, scheme).tags
  // A type that training lacks has no place in the loss.
  const known = sentences.map((_, i) => i).filter(i => rewritten[i].every(tag => ids.has(tag)))
  const inputs = known.map(i => sentences[i])
  const gold = known.map(i => rewritten[i])
  const targets = targetWeights(weights, labelSmoothing)
  const unit = config.input.unit.kind === 'character' ? 'character' : 'token'
  if (unit === 'character') {
    // Each character's label is decided by itself.
    const found = await tagger.unitLogits(inputs)
    return lossShares(
      { unit, tags, weights, targets, focalGamma },
      found.map(({ logits, units }, i) => ({
        gold: idsOf(units ? tagsOfUnits(gold[i], units) : gold[i]),
        predicted: likeliest(logits, tags.length),
        logits,
      })),
    )
  }
  const found = await tagger.find(inputs)
  return lossShares(
    { unit, tags, weights, targets, focalGamma },
    found.map(({ tags: predicted, emissions }, i) => ({
      gold: idsOf(gold[i]),
      predicted: idsOf(predicted),
      logits: emissions,
    })),
  )
}

/** The tag with the highest logit of each unit. */
function likeliest(logits: Float32Array, tags: number): Int32Array {
  return Int32Array.from({ length: logits.length / tags }, (_, at) => indexOfLargest(logits, at * tags, tags))
}
