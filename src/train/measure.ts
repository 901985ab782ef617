import { indexOfLargest } from '../base/index-of-largest.js'
import type { Config } from '../config/schema.js'
import { cutLabeled } from '../corpus/cut-sentences.js'
import type { Sentence } from '../corpus/sentence.js'
import { type LossShare, lossShares } from '../evaluate/loss-shares.js'
import { scorePairs } from '../evaluate/score-tags.js'
import type { Scores } from '../evaluate/scores.js'
import { tagsOfUnits } from '../model/inputs/units.js'
import { predictCorpus } from '../recognize/predict-corpus.js'
import type { SentenceTagger } from '../recognize/sentence-tagger.js'
import type { DoneEvent } from '../run/events.js'
import type { RunMetrics } from '../run/metrics.js'
import { type Tagging, withoutTypes } from '../tags/tagging.js'
import type { Corpora, LabeledCorpus } from './prepare/corpora.js'
import { rewriteTags } from './prepare/gold-tags.js'
import type { PreparedTraining } from './prepare/prepare.js'
import { unscoredTypes } from './prepare/start.js'
import { targetWeights } from './step/target-weights.js'

export interface MeasureInput {
  readonly config: Config
  readonly prepared: PreparedTraining
  readonly corpora: Pick<Corpora, 'dev' | 'test'>
  readonly done: DoneEvent
  /** Weight of each gold tag in the loss. */
  readonly tagWeights: Float32Array
}

/** Scores the finished model on the development and test corpora. */
export async function measure(tagger: SentenceTagger, input: MeasureInput): Promise<RunMetrics> {
  const { corpora, done, prepared } = input
  const { dev, test } = corpora
  const scored = (corpus: LabeledCorpus | null) =>
    corpus &&
    scoreCorpus(
      tagger,
      corpus,
      unscoredTypes(prepared.keptTypes, rewriteTags(corpus.sentences, corpus.scheme, 'BIO')),
    )
  return {
    best: { epoch: done.bestEpoch, reason: done.reason, seconds: done.seconds },
    dev: await scored(dev),
    test: await scored(test),
    lossShares: dev && (await shares(tagger, dev, input)),
  }
}

/** Exact scores by conlleval's rules, in the corpus's own scheme. */
export function scoreCorpus(
  tagger: { find(sentences: readonly Sentence[]): Promise<readonly Tagging[]> },
  { sentences, scheme }: LabeledCorpus,
  unscored?: ReadonlySet<string>,
): Promise<Scores> {
  const withoutScores = {
    tagTokens: async (parts: readonly Sentence[]) => withoutTypes(await tagger.find(parts), unscored),
  }
  return scorePairs(predictCorpus(withoutScores, sentences, scheme), { mode: 'conlleval', scheme })
}

/** How class weights and focal loss move the loss between tags; `null` where neither is used. */
async function shares(
  tagger: SentenceTagger,
  dev: LabeledCorpus,
  { config: { input, decoder }, prepared, tagWeights: weights }: MeasureInput,
): Promise<LossShare[] | null> {
  if (decoder.kind !== 'softmax' || (decoder.classWeights === 'none' && decoder.focalGamma === 0)) return null
  const { tags, scheme } = prepared.vocabularies
  const ids = new Map(tags.map((tag, id) => [tag, id]))
  const idsOf = (own: readonly string[]) => Int32Array.from(own, tag => ids.get(tag) ?? 0)
  const sentences = cutLabeled(dev.sentences)
  const rewritten = rewriteTags(sentences, dev.scheme, scheme).tags
  // A type that training lacks has no place in the loss.
  const known = sentences.map((_, i) => i).filter(i => rewritten[i].every(tag => ids.has(tag)))
  const inputs = known.map(i => sentences[i])
  const gold = known.map(i => rewritten[i])
  const targets = targetWeights(weights, decoder.labelSmoothing)
  const { focalGamma } = decoder
  if (input.unit.kind === 'character') {
    // Each character's label is decided by itself.
    const found = await tagger.unitLogits(inputs)
    return lossShares(
      { unit: 'character', tags, weights, targets, focalGamma },
      found.map(({ logits, units }, i) => ({
        gold: idsOf(units ? tagsOfUnits(gold[i], units) : gold[i]),
        predicted: likeliest(logits, tags.length),
        logits,
      })),
    )
  }
  const found = await tagger.find(inputs)
  return lossShares(
    { unit: 'token', tags, weights, targets, focalGamma },
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
