import { sizeOf } from '../../engine/graph/tensor.js'
import type { Tensor } from '../../engine/runtime/runtime.js'
import type { EncodedSentence } from '../../model/inputs/unit-table.js'
import type { StepBuffers } from '../../model/step-inputs.js'
import type { TaggerDefinition } from '../../model/tagger-definition.js'
import { TRAINING } from '../../model/training-graph.js'
import { targetWeights } from './target-weights.js'

/** A sentence with its gold tags. */
export interface TaggedSentence extends EncodedSentence {
  /** One gold tag id per label: per token, or per character where those are the unit. */
  readonly tags: Int32Array
}

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

  /** @param tagWeights weight of each gold tag in the loss, `[tags]`; only a softmax decoder uses it */
  constructor(
    private readonly definition: TaggerDefinition,
    private readonly tagWeights: Float32Array,
    private readonly buffers: StepBuffers,
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
    const { gold, total } = this.emissions(sentences, labels, isCrf)
    const weight = isCrf ? sentences.length : total
    return {
      tensors: {
        [TRAINING.gold]: gold,
        [TRAINING.scale]: { type: 'float32', shape: [], data: Float32Array.of(1 / weight) },
        ...(isCrf && this.paths(sentences, labels)),
        ...(isPiece && this.places(sentences, labels, time)),
      },
      weight,
    }
  }

  private float32(name: string, shape: readonly number[]): { tensor: Tensor; data: Float32Array } {
    const data = this.buffers.float32(name, sizeOf(shape))
    return { tensor: { type: 'float32', shape, data: data.fill(0) }, data }
  }

  private emissions(
    sentences: readonly TaggedSentence[],
    labels: number,
    isCrf: boolean,
  ): { readonly gold: Tensor; readonly total: number } {
    const tags = this.definition.tags.length
    const batch = sentences.length
    const { tensor, data } = this.float32('gold', [labels, tags, batch])
    let total = 0
    sentences.forEach((sentence, b) => {
      sentence.tags.forEach((tag, t) => {
        const weight = isCrf ? 1 : this.tagWeights[tag]
        if (this.smoothed)
          for (let k = 0; k < tags; k++) data[(t * tags + k) * batch + b] = this.smoothed[tag * tags + k]
        else data[(t * tags + tag) * batch + b] = weight
        total += weight
      })
    })
    return { gold: tensor, total }
  }

  /** Only for a CRF: which labels are there, and how often each start, step and end occurs in the batch. */
  private paths(sentences: readonly TaggedSentence[], labels: number): Record<string, Tensor> {
    const tags = this.definition.tags.length
    const batch = sentences.length
    const isLabel = this.buffers.uint8('isLabel', labels * batch).fill(0)
    const transitions = this.float32('goldTransitions', [tags, tags])
    const start = this.float32('goldStart', [tags, 1])
    const end = this.float32('goldEnd', [tags, 1])
    sentences.forEach(({ tags: path }, b) => {
      for (let t = 0; t < path.length; t++) isLabel[t * batch + b] = 1
      for (let t = 1; t < path.length; t++) transitions.data[path[t - 1] * tags + path[t]]++
      start.data[path[0]]++
      end.data[path[path.length - 1]]++
    })
    return {
      [TRAINING.isLabel]: { type: 'bool', shape: [labels, 1, batch], data: isLabel },
      [TRAINING.goldTransitions]: transitions.tensor,
      [TRAINING.goldStart]: start.tensor,
      [TRAINING.goldEnd]: end.tensor,
    }
  }

  /** Where each token's first piece is, and the way back: see `firstPieces`. */
  private places(sentences: readonly TaggedSentence[], labels: number, time: number): Record<string, Tensor> {
    const batch = sentences.length
    const firstUnits = this.buffers.int32('firstUnits', labels * batch).fill(0)
    const tokenOf = this.buffers.int32('tokenOf', time * batch).fill(labels * batch)
    sentences.forEach(({ units }, b) => {
      units?.starts.forEach((unit, token) => {
        firstUnits[token * batch + b] = unit * batch + b
        tokenOf[unit * batch + b] = token * batch + b
      })
    })
    return {
      [TRAINING.firstUnits]: { type: 'int32', shape: [labels, batch], data: firstUnits },
      [TRAINING.tokenOf]: { type: 'int32', shape: [time, batch], data: tokenOf },
    }
  }
}
