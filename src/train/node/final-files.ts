import { indexOfLargest } from '../../base/index-of-largest.js'
import type { Config } from '../../config/schema.js'
import { cutLabeled, cutSentences } from '../../corpus/cut-sentences.js'
import { joinFound, sayIn } from '../../corpus/found-entities.js'
import { Decoder } from '../../decode/decoder.js'
import type { ParameterStore } from '../../engine/optim/parameter-store.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import { scoreTags } from '../../evaluate/score-tags.js'
import type { Scores } from '../../evaluate/scores.js'
import { EmissionNetwork } from '../../model/emission-network.js'
import { tagsOfUnits } from '../../model/inputs/units.js'
import { taggingWindow } from '../../model/tagger-definition.js'
import type { DoneEvent } from '../loop/events.js'
import { type LossShare, lossShares } from '../loss-shares.js'
import { modelCard } from '../model-card.js'
import { rewriteTags } from '../prepare/gold-tags.js'
import type { LabeledCorpus, LoadedCorpora, PreparedTraining } from '../prepare/prepare.js'

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

/** What `metrics.json` holds. */
export interface RunMetrics {
  readonly best: {
    readonly epoch: number | null
    readonly reason: DoneEvent['reason']
    readonly seconds: number
  }
  readonly dev: Scores | null
  readonly test: Scores | null
  /** Where class weights or focal loss are on: how they moved the loss between tags, on the development set. */
  readonly lossShares: readonly LossShare[] | null
}

/** Scores the finished model on the development and test corpora, and writes the model card. */
export async function finalFiles(input: FinalInput): Promise<Record<'metrics.json' | 'README.md', string>> {
  const { config, prepared, corpora, store, runtime, model, done } = input
  const { tags, scheme } = prepared.vocabularies
  const { threads } = config.training
  const network = await EmissionNetwork.create(model, prepared.forms, tags.length, runtime, {
    threads,
    window: taggingWindow(prepared.definition),
  })
  try {
    const decoder = new Decoder(tags, scheme, config.decoder, name => store.get(name).value)
    const metrics: RunMetrics = {
      best: { epoch: done.bestEpoch, reason: done.reason, seconds: done.seconds },
      dev: corpora.dev && (await score(network, decoder, corpora.dev)),
      test: corpora.test && (await score(network, decoder, corpora.test)),
      lossShares:
        corpora.dev && isReweighted(config) ? await shares(input, network, decoder, corpora.dev) : null,
    }
    return {
      'metrics.json': `${JSON.stringify(metrics, null, 2)}\n`,
      'README.md': modelCard({ config, prepared, corpora, metrics, parameters: store.trainableCount }),
    }
  } finally {
    await network.release()
  }
}

function isReweighted({ decoder }: Config): boolean {
  return decoder.kind === 'softmax' && (decoder.classWeights !== 'none' || decoder.focalGamma > 0)
}

/** Exact scores by conlleval's rules, in the corpus's own scheme. */
async function score(network: EmissionNetwork, decoder: Decoder, corpus: LabeledCorpus): Promise<Scores> {
  const { parts, gather } = cutSentences(corpus.sentences)
  const emissions = await network.emissions(parts)
  const found = parts.map(({ tokens }, i) => decoder.find(emissions[i], tokens.length))
  const predicted = gather(found).map(own => sayIn(corpus.scheme, joinFound(own)).tags)
  return scoreTags(
    corpus.sentences.map(({ tags }) => tags),
    predicted,
    { mode: 'conlleval', scheme: corpus.scheme },
  )
}

async function shares(
  { config, prepared, weights }: FinalInput,
  network: EmissionNetwork,
  decoder: Decoder,
  dev: LabeledCorpus,
): Promise<LossShare[]> {
  const { tags, scheme } = prepared.vocabularies
  const ids = new Map(tags.map((tag, id) => [tag, id]))
  const sentences = cutLabeled(dev.sentences)
  const rewritten = rewriteTags(sentences, dev.scheme, scheme).tags
  // A type that training lacks has no place in the loss.
  const known = sentences.map((_, i) => i).filter(i => rewritten[i].every(tag => ids.has(tag)))
  const isOfCharacters = config.input.unit === 'character'
  const found = isOfCharacters ? await network.unitsOf(known.map(i => sentences[i])) : undefined
  const emissions =
    found?.map(({ logits }) => logits) ?? (await network.emissions(known.map(i => sentences[i])))
  const gold = known.map((i, at) => (found ? tagsOfUnits(rewritten[i], found[at].units) : rewritten[i]))
  return lossShares(
    {
      unit: isOfCharacters ? 'character' : 'token',
      tags,
      weights,
      focalGamma: config.decoder.focalGamma,
      labelSmoothing: config.decoder.labelSmoothing,
      gold: gold.map(own => Int32Array.from(own, tag => ids.get(tag) ?? 0)),
      emissions,
    },
    // A character's label is decided by itself, a token's along the chain.
    found ? { tagIds: (logits, length) => likeliest(logits, length, tags.length) } : decoder,
  )
}

/** The tag with the highest logit of each unit. */
function likeliest(logits: Float32Array, length: number, tags: number): Int32Array {
  return Int32Array.from({ length }, (_, at) => indexOfLargest(logits, at * tags, tags))
}
