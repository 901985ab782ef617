import { sizeOf } from '../../engine/graph/tensor.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import { poolingOf } from '../../model/inputs/pooling.js'
import type { EncodedSentence } from '../../model/inputs/unit-table.js'
import type { StepBuffers } from '../../model/step-inputs.js'
import type { TaggerDefinition } from '../../model/tagger-definition.js'
import { TRAINING } from '../../model/training-graph.js'
import { transitions as transitionsOf } from '../../tags/transitions.js'
import type { TagSets } from '../prepare/allowed-tags.js'
import { expectedSteps, type SoftLabels } from './soft-labels.js'
import { targetWeights } from './target-weights.js'

/** A sentence with its gold tags. */
export interface TaggedSentence extends EncodedSentence {
  /**
   * One gold tag id per label: per token, or per character where those are the unit. `SEVERAL` where a label of a partly
   * labeled corpus may be one of several tags.
   */
  readonly tags: Int32Array
  /** Where the corpus is partly labeled: the number of each label's set of allowed tags. */
  readonly allowed?: Int32Array
  /** What each label may be with what probability, in place of its tag. */
  readonly soft?: SoftLabels
}

/** In place of a gold tag where several are right. */
export const SEVERAL = -1

/** What the training graph is fed about a batch's gold tags. */
export interface GoldFeeds {
  readonly tensors: Record<string, Tensor>
  /** What the loss is a mean over: the batch's sentences (CRF), or the weights of its tokens (softmax). */
  readonly weight: number
}

/** Turns a batch's gold tags into what the training graph is fed. */
export class GoldTensors {
  /** The weight of every tag for each gold tag, if labels are smoothed; `[gold, tags]`. */
  private readonly smoothed: Float32Array | undefined
  private legal: readonly boolean[] | undefined

  /**
   * @param tagWeights weight of each gold tag in the loss, `[tags]`; only a softmax decoder uses it
   * @param tagSets the sets of allowed tags, where sentences are partly labeled
   */
  constructor(
    private readonly definition: TaggerDefinition,
    private readonly tagWeights: Float32Array,
    private readonly buffers: StepBuffers,
    private readonly tagSets?: TagSets,
  ) {
    const { decoder } = definition.config
    if (decoder.kind === 'softmax' && decoder.labelSmoothing > 0)
      this.smoothed = targetWeights(tagWeights, decoder.labelSmoothing)
  }

  /** @param time units of the padded batch */
  feeds(sentences: readonly TaggedSentence[], time: number): GoldFeeds {
    const isPiece = this.definition.inputs.units.kind === 'piece'
    const isCrf = this.definition.config.decoder.kind === 'crf'
    const labels = isPiece ? sentences.reduce((most, { tags }) => Math.max(most, tags.length), 2) : time
    const { tensors, weight } = isCrf
      ? { tensors: this.chains(sentences, labels), weight: sentences.length }
      : this.tokens(sentences, labels)
    return {
      tensors: {
        ...tensors,
        [TRAINING.scale]: { type: 'float32', shape: [], data: Float32Array.of(1 / weight) },
        ...(isPiece && this.places(sentences, labels, time)),
      },
      weight,
    }
  }

  private chains(sentences: readonly TaggedSentence[], labels: number): Record<string, Tensor> {
    const isLabel = this.isLabel(sentences, labels)
    if (this.tagSets)
      return {
        [TRAINING.isLabel]: isLabel,
        [TRAINING.allowed]: this.allowed(sentences, labels, this.tagSets),
      }
    const { gold } = this.emissions(sentences, labels, () => 1)
    return { [TRAINING.gold]: gold, [TRAINING.isLabel]: isLabel, ...this.paths(sentences) }
  }

  private tokens(sentences: readonly TaggedSentence[], labels: number): GoldFeeds {
    const { gold, total } = this.emissions(sentences, labels, tag => this.tagWeights[tag])
    if (!this.tagSets) return { tensors: { [TRAINING.gold]: gold }, weight: total }
    const allowed = this.allowed(sentences, labels, this.tagSets)
    const several = this.severalWeights(sentences, labels, this.tagSets)
    return {
      tensors: {
        [TRAINING.gold]: gold,
        [TRAINING.allowed]: allowed,
        [TRAINING.allowedWeight]: several.weights,
      },
      // A batch whose every label may be anything has no loss.
      weight: total + several.total || 1,
    }
  }

  private float32(name: string, shape: readonly number[]): { tensor: Tensor; data: Float32Array } {
    const data = this.buffers.float32(name, sizeOf(shape))
    return { tensor: { type: 'float32', shape, data: data.fill(0) }, data }
  }

  private emissions(
    sentences: readonly TaggedSentence[],
    labels: number,
    weightOf: (tag: number) => number,
  ): { readonly gold: Tensor; readonly total: number } {
    const tags = this.definition.tags.length
    const batch = sentences.length
    const { tensor, data } = this.float32('gold', [labels, tags, batch])
    let total = 0
    const addLabel = (t: number, b: number, tag: number, share: number) => {
      const weight = share * weightOf(tag)
      if (this.smoothed)
        for (let k = 0; k < tags; k++)
          data[(t * tags + k) * batch + b] += share * this.smoothed[tag * tags + k]
      else data[(t * tags + tag) * batch + b] = weight
      total += weight
    }
    sentences.forEach(({ tags: gold, soft }, b) => {
      gold.forEach((tag, t) => {
        if (soft)
          for (let at = soft.starts[t]; at < soft.starts[t + 1]; at++)
            addLabel(t, b, soft.tags[at], soft.probabilities[at])
        else if (tag !== SEVERAL) addLabel(t, b, tag, 1)
      })
    })
    return { gold: tensor, total }
  }

  /** The allowed tags of each label; all of them at padding. */
  private allowed(sentences: readonly TaggedSentence[], labels: number, tagSets: TagSets): Tensor {
    const tags = this.definition.tags.length
    const batch = sentences.length
    const data = this.buffers.uint8('allowed', labels * tags * batch).fill(1)
    sentences.forEach(({ allowed = [] }, b) => {
      allowed.forEach((set, t) => {
        for (let k = 0; k < tags; k++) data[(t * tags + k) * batch + b] = 0
        for (const tag of tagSets.tagsOf(set)) data[(t * tags + tag) * batch + b] = 1
      })
    })
    return { type: 'bool', shape: [labels, tags, batch], data }
  }

  /** The weight of labels that may be some of the tags: the mean of those tags' weights. */
  private severalWeights(
    sentences: readonly TaggedSentence[],
    labels: number,
    tagSets: TagSets,
  ): { readonly weights: Tensor; readonly total: number } {
    const batch = sentences.length
    const { tensor, data } = this.float32('allowedWeight', [labels, 1, batch])
    let total = 0
    sentences.forEach(({ allowed = [] }, b) => {
      allowed.forEach((set, t) => {
        const tags = tagSets.tagsOf(set)
        if (tags.length === 1 || tags.length === this.definition.tags.length) return
        const weight = tags.reduce((sum, tag) => sum + this.tagWeights[tag], 0) / tags.length
        data[t * batch + b] = weight
        total += weight
      })
    })
    return { weights: tensor, total }
  }

  private isLabel(sentences: readonly TaggedSentence[], labels: number): Tensor {
    const batch = sentences.length
    const data = this.buffers.uint8('isLabel', labels * batch).fill(0)
    sentences.forEach(({ tags }, b) => {
      for (let t = 0; t < tags.length; t++) data[t * batch + b] = 1
    })
    return { type: 'bool', shape: [labels, 1, batch], data }
  }

  /** How often each start, step and end occurs in the batch, or is expected to. */
  private paths(sentences: readonly TaggedSentence[]): Record<string, Tensor> {
    const tags = this.definition.tags.length
    const transitions = this.float32('goldTransitions', [tags, tags])
    const start = this.float32('goldStart', [tags, 1])
    const end = this.float32('goldEnd', [tags, 1])
    for (const { tags: path, soft } of sentences) {
      if (soft) {
        const { starts, tags: ids, probabilities } = soft
        expectedSteps(soft, this.legalSteps(), tags, (from, to, probability) => {
          transitions.data[from * tags + to] += probability
        })
        for (let at = 0; at < starts[1]; at++) start.data[ids[at]] += probabilities[at]
        for (let at = starts[path.length - 1]; at < ids.length; at++) end.data[ids[at]] += probabilities[at]
        continue
      }
      for (let t = 1; t < path.length; t++) transitions.data[path[t - 1] * tags + path[t]]++
      start.data[path[0]]++
      end.data[path[path.length - 1]]++
    }
    return {
      [TRAINING.goldTransitions]: transitions.tensor,
      [TRAINING.goldStart]: start.tensor,
      [TRAINING.goldEnd]: end.tensor,
    }
  }

  private legalSteps(): readonly boolean[] {
    const { tags, config } = this.definition
    this.legal ??= transitionsOf(tags, config.tags.scheme).allowed.flat()
    return this.legal
  }

  /** Where each token's first piece is, and the way back: see `firstPieces`. */
  private places(sentences: readonly TaggedSentence[], labels: number, time: number): Record<string, Tensor> {
    const batch = sentences.length
    const pooling = poolingOf(this.definition.inputs)
    if (pooling === 'mean') return { [TRAINING.shares]: this.shares(sentences, labels, time) }
    const firstUnits = this.buffers.int32('firstUnits', labels * batch).fill(0)
    const tokenOf = this.buffers.int32('tokenOf', time * batch).fill(labels * batch)
    sentences.forEach(({ units }, b) => {
      units?.starts.forEach((start, token) => {
        const unit = pooling === 'first' ? start : units.ends[token] - 1
        firstUnits[token * batch + b] = unit * batch + b
        tokenOf[unit * batch + b] = token * batch + b
      })
    })
    return {
      [TRAINING.firstUnits]: { type: 'int32', shape: [labels, batch], data: firstUnits },
      [TRAINING.tokenOf]: { type: 'int32', shape: [time, batch], data: tokenOf },
    }
  }

  private shares(sentences: readonly TaggedSentence[], labels: number, time: number): Tensor {
    const { tensor, data } = this.float32('shares', [sentences.length, labels, time])
    sentences.forEach(({ units }, b) => {
      units?.starts.forEach((start, token) => {
        const end = units.ends[token]
        const row = (b * labels + token) * time
        data.fill(1 / (end - start), row + start, row + end)
      })
    })
    return tensor
  }
}
