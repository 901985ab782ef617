import { IntList } from '../../base/int-list.js'
import { Decoder, type DecoderOptions } from '../../decode/decoder.js'
import type { TagLists } from '../../encode/tag-lists.js'
import type { Tagging } from '../../tags/tagging.js'
import type { FeatureSentence } from '../feature-model.js'
import type { FeatureIndex } from './feature-index.js'
import type { CollectedFeatures, CrfData } from './training-data.js'

/**
 * Sentences whose features were looked up once, to tag them again and again while weights are learned. They get the tags that
 * a `Crf` with the same weights gives them.
 */
export class KnownSentences {
  private readonly places = new Map<FeatureSentence, number>()
  /** The features of token `t` are `ids[tokens[t] … tokens[t + 1] − 1]`. */
  private readonly tokens = new IntList()
  private readonly ids = new IntList()
  /** The features of steps by what is added to the scores, and which of these lists each step has; of the first token too. */
  private readonly stepLists: number[][] = []
  private readonly steps = new IntList()

  /** @param index that the training data was collected with; from now on it takes no new features */
  constructor(
    sentences: readonly FeatureSentence[],
    index: FeatureIndex,
    private readonly collected: CollectedFeatures,
  ) {
    const { numbers } = collected
    index.close()
    const lists = new Map<string, number>()
    this.tokens.push(0)
    for (const sentence of sentences) {
      this.places.set(sentence, this.tokens.length - 1)
      let token = 0
      const upTo = (end: number) => {
        for (; token < end; token++) this.tokens.push(this.ids.length)
      }
      index.read(sentence, (t, id) => {
        upTo(t)
        if (numbers[id] >= 0) this.ids.push(numbers[id])
      })
      upTo(sentence.tokens.length)
      if (!index.hasSteps) continue
      const features = index.stepFeatures(sentence)
      for (let t = 0; t < sentence.tokens.length; t++) {
        const own = t === 0 ? [] : features(t).flatMap(id => (numbers[id] >= 0 ? [numbers[id]] : []))
        const key = own.join()
        const known = lists.get(key) ?? lists.size
        if (known === lists.size) {
          lists.set(key, known)
          this.stepLists.push(own)
        }
        this.steps.push(known)
      }
    }
  }

  /** What finds entities in the sentences that were given, with these weights rounded as they are stored. */
  finder(weights: Float64Array, lists: TagLists, { constrained }: Pick<DecoderOptions, 'constrained'>) {
    const { tagOf, tags }: CrfData = this.collected.data
    const rounded = Float32Array.from(weights)
    const none = new Float32Array(tags)
    const transitions = rounded.subarray(tagOf.length)
    const decoder = new Decoder(lists.tags, lists.scheme, {
      constrained,
      scores: { transitions, start: none, end: none },
    })
    const added = this.stepLists.map(ids => decoder.stepScores(this.addedBy(ids, rounded)))
    const stepsOf = (sentence: FeatureSentence) => {
      const start = this.startOf(sentence)
      return Array.from(
        { length: Math.max(0, sentence.tokens.length - 1) },
        (_, t) => added[this.steps.at(start + 1 + t)],
      )
    }
    const hasSteps = this.stepLists.length > 0
    return {
      find: async (sentences: readonly FeatureSentence[]): Promise<readonly Tagging[]> =>
        sentences.map(sentence =>
          decoder.find(
            this.emissions(sentence, rounded),
            sentence.tokens.length,
            hasSteps ? stepsOf(sentence) : undefined,
          ),
        ),
    }
  }

  private emissions(sentence: FeatureSentence, weights: Float32Array): Float64Array {
    const { first, tagOf, tags } = this.collected.data
    const start = this.startOf(sentence)
    const rows = new Float64Array(sentence.tokens.length * tags)
    for (let t = 0; t < sentence.tokens.length; t++) {
      const end = this.tokens.at(start + t + 1)
      for (let i = this.tokens.at(start + t); i < end; i++) {
        const id = this.ids.at(i)
        for (let p = first[id]; p < first[id + 1]; p++) rows[t * tags + tagOf[p]] += weights[p]
      }
    }
    return rows
  }

  private startOf(sentence: FeatureSentence): number {
    const start = this.places.get(sentence)
    if (start === undefined) throw new RangeError('a sentence whose features were not looked up')
    return start
  }

  /** What features add to the scores of steps, `[from, to]`. */
  private addedBy(ids: readonly number[], weights: Float32Array): Float64Array {
    const { first, tagOf, tags } = this.collected.data
    const more = new Float64Array(tags * tags)
    for (const id of ids) for (let p = first[id]; p < first[id + 1]; p++) more[tagOf[p] - tags] += weights[p]
    return more
  }
}
