/**
 * Learning without forgetting (Li & Hoiem 2016): where the types of a trained model are kept and new sentences do not
 * mark them, the model itself says what it finds there. What it is not sure of stays open, as in all text that is labeled
 * in part.
 */
import type { Config } from '../../config/schema.js'
import type { Sentence } from '../../corpus/sentence.js'
import { withSurroundings } from '../../corpus/surroundings.js'
import type { ScoredSpan } from '../../decode/decoder.js'
import type { Runtime } from '../../engine/runtime/runtime.js'
import type { TrainedModel } from '../../model/trained-model.js'
import { SENTENCES_AT_ONCE } from '../../recognize/predict-corpus.js'
import { SentenceTagger } from '../../recognize/sentence-tagger.js'
import { encodeSpans } from '../../tags/encode-spans.js'
import { parseTag, type Scheme } from '../../tags/scheme.js'
import { expressibleSpans } from '../../tags/tagging.js'
import { imagesOf, type LabelMeaning, type RecalledTags } from './allowed-tags.js'
import type { TrainingCorpus } from './corpora.js'
import { type Recalled, readLabels } from './labels.js'
import { keptTypes } from './start.js'

/** From this probability on, the model is sure: that an entity is one, or that a token belongs to none. */
const SURE = 0.5

/**
 * What the model that training starts from says about the types that it keeps, in sentences that do not mark them.
 * @returns `undefined` where no types are kept
 */
export async function recallTypes(
  config: Config,
  train: readonly TrainingCorpus[],
  base: TrainedModel,
  runtime: Runtime,
): Promise<Recalled | undefined> {
  const kept = keptTypes(config, base)
  if (!kept) return undefined
  const { scheme } = base.vocabularies
  const reach = base.config.pretrained?.context ?? 0
  const around = train.map(corpus => ({ ...corpus, sentences: withSurroundings(corpus.sentences, reach) }))
  const { corpora } = readLabels(around, scheme, kept)
  const { threads } = config.training
  const tagger = await SentenceTagger.create(base, base.parameter, runtime, { threads, model: base.model })
  try {
    const recalled: (RecalledTags | undefined)[][] = []
    for (const { parts, gold, meaning } of corpora) {
      const own = parts.map(({ annotated }) => openTypes(kept, meaning, annotated))
      const found: (RecalledTags | undefined)[] = parts.map(() => undefined)
      const asked = parts.map((_, i) => i).filter(i => own[i].size > 0)
      for (let at = 0; at < asked.length; at += SENTENCES_AT_ONCE) {
        const some = asked.slice(at, at + SENTENCES_AT_ONCE)
        const tagged = await readWith(
          tagger,
          some.map(i => parts[i]),
        )
        some.forEach((i, n) => {
          const tags = sureTags(tagged[n], {
            gold: gold.tags[i],
            types: own[i],
            modelTags: base.definition.tags,
            scheme,
          })
          found[i] = { types: own[i], tags }
        })
      }
      recalled.push(found)
    }
    return recalled
  } finally {
    await tagger.release()
  }
}

/** The kept types that a sentence does not mark throughout. */
function openTypes(
  kept: readonly string[],
  meaning: LabelMeaning,
  annotated: Sentence['annotated'],
): ReadonlySet<string> {
  const certain = annotated?.types && new Set(annotated.types.flatMap(type => imagesOf(type, meaning)))
  return new Set(kept.filter(type => !(meaning.types.has(type) && (certain?.has(type) ?? true))))
}

interface ReadSentence {
  readonly spans: readonly ScoredSpan[]
  /** `[tokens, tags]` */
  readonly probabilities: Float64Array
}

async function readWith(tagger: SentenceTagger, sentences: readonly Sentence[]): Promise<ReadSentence[]> {
  const decoded = await tagger.tagTokens(sentences)
  const probabilities = await tagger.tagProbabilities(sentences)
  return decoded.map(({ spans }, i) => ({ spans, probabilities: probabilities[i] }))
}

/** The tag of each token that the model is sure of, in the model's scheme. */
function sureTags(
  { spans, probabilities }: ReadSentence,
  {
    gold,
    types,
    modelTags,
    scheme,
  }: {
    readonly gold: readonly string[]
    readonly types: ReadonlySet<string>
    readonly modelTags: readonly string[]
    readonly scheme: Scheme
  },
): (string | undefined)[] {
  const isOpen = modelTags.map(tag => types.has(parseTag(tag).type))
  const sure = spans.filter(
    ({ start, end, type, score }) =>
      types.has(type) && score >= SURE && gold.slice(start, end).every(tag => tag === 'O'),
  )
  const written = encodeSpans(expressibleSpans(sure, scheme), gold.length, scheme)
  return written.map((tag, token) => {
    if (tag !== 'O') return tag
    let probability = 0
    isOpen.forEach((open, id) => {
      if (open) probability += probabilities[token * modelTags.length + id]
    })
    return probability <= 1 - SURE ? 'O' : undefined
  })
}
