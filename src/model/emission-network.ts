import type { Runtime, Session, Tensor } from '../engine/runtime/runtime.js'
import { type AttentionMap, attentionMaps } from './attention-map.js'
import { INFERENCE } from './inference-graph.js'
import type { EncodedSentence, TokenForms } from './inputs/token-forms.js'
import { tokenScores } from './token-scores.js'
import { windowsOf } from './windows.js'

/** Padded units (sentences × longest) that one run may hold, where one sentence alone does not: what bounds memory. */
const TOKENS_A_RUN = 4096
/** The default of `options.window`. */
const WINDOW = 4096
/** Sentences a run, at most. */
const SENTENCES_A_RUN = 64

export interface EmissionNetworkOptions {
  readonly threads?: number
  readonly window?: number
}

const isAttention = (name: string) => name.startsWith(INFERENCE.attention(''))

/** A sentence, or a window of one that is too long, as a run reads it. */
interface SentenceWindow {
  readonly sentence: number
  readonly forms: Int32Array
  /** Where the window's own tokens lie, and where they go; the rest is context. */
  readonly skip: number
  readonly take: number
  readonly to: number
}

/**
 * Runs the shipped graph: encoded sentences in, one score per token and tag out. Sentences are batched by length; those
 * too long for one run are read through overlapping windows, so that none is ever cut. Owns an ONNX Runtime session:
 * `release` it.
 */
export class EmissionNetwork {
  private constructor(
    private readonly session: Session,
    private readonly forms: TokenForms,
    private readonly tags: number,
    /** The most units of a sentence that are read at once; longer ones are read through windows. */
    readonly window: number,
  ) {}

  /**
   * @param model ONNX bytes as `buildInferenceGraph` makes them
   * @param options.window the most units of a sentence that are read at once: `longestWindow` of the encoder
   */
  static async create(
    model: Uint8Array,
    forms: TokenForms,
    tags: number,
    runtime: Runtime,
    { threads, window = WINDOW }: EmissionNetworkOptions = {},
  ): Promise<EmissionNetwork> {
    return new EmissionNetwork(await runtime.createSession(model, { threads }), forms, tags, window)
  }

  release(): Promise<void> {
    return this.session.release()
  }

  /**
   * @param sentences encoded with this network's forms; empty ones are allowed
   * @returns scores of each sentence, row-major `[tokens, tags]`: logits, or the mean log probability over a token's
   *   characters where characters are the unit
   */
  async emissions(sentences: readonly EncodedSentence[]): Promise<Float32Array[]> {
    const { kind } = this.forms.features.units
    const logits = await this.unitLogits(sentences)
    return logits.map((own, i) => tokenScores(own, sentences[i], kind, this.tags))
  }

  /** Logits of each sentence's units, `[units, tags]`: characters or pieces where those are what the encoder reads. */
  unitLogits(sentences: readonly EncodedSentence[]): Promise<Float32Array[]> {
    return this.run(sentences.map(({ forms }) => forms))
  }

  /**
   * What each attention of the encoder looked at in a sentence; empty if the encoder has no attention.
   * @throws RangeError for a sentence of more units than the encoder sees at once
   */
  async attention(sentence: EncodedSentence): Promise<AttentionMap[]> {
    const { forms } = sentence
    const names = this.session.outputNames.filter(isAttention)
    if (forms.length === 0 || names.length === 0) return []
    if (forms.length > this.window)
      throw new RangeError(`attention is shown for up to ${this.window} units, not for ${forms.length}`)
    const whole: SentenceWindow = { sentence: 0, forms, skip: 0, take: forms.length, to: 0 }
    const fetches = Object.fromEntries(names.map(name => [name, null]))
    const results = await this.session.run(this.feeds([whole], forms.length), fetches)
    return names.flatMap(name =>
      attentionMaps(name.slice(INFERENCE.attention('').length), results[name], sentence),
    )
  }

  private async run(sentences: readonly Int32Array[]): Promise<Float32Array[]> {
    const results = sentences.map(forms => new Float32Array(forms.length * this.tags))
    const windows: SentenceWindow[] = []
    sentences.forEach((forms, sentence) => {
      for (const { start, end, skip, take } of windowsOf(forms.length, this.window))
        windows.push({ sentence, forms: forms.subarray(start, end), skip, take, to: start + skip })
    })
    windows.sort((a, b) => a.forms.length - b.forms.length)
    let first = 0
    while (first < windows.length) {
      let next = first + 1
      while (
        next < windows.length &&
        next - first < SENTENCES_A_RUN &&
        (next - first + 1) * windows[next].forms.length <= TOKENS_A_RUN
      )
        next++
      await this.runBatch(windows.slice(first, next), results)
      first = next
    }
    return results
  }

  private async runBatch(
    windows: readonly SentenceWindow[],
    results: readonly Float32Array[],
  ): Promise<void> {
    const { tags } = this
    const time = windows[windows.length - 1].forms.length
    // Attention weights, where the graph offers any, are not asked for
    const { [INFERENCE.logits]: logits } = await this.session.run(this.feeds(windows, time), {
      [INFERENCE.logits]: null,
    })
    const data = logits.data as Float32Array // [batch, time, tags]
    windows.forEach(({ sentence, skip, take, to }, b) => {
      const from = (b * time + skip) * tags
      results[sentence].set(data.subarray(from, from + take * tags), to * tags)
    })
  }

  private feeds(windows: readonly SentenceWindow[], time: number): Record<string, Tensor> {
    const batch = windows.length
    const { features, lookupIds, characterIds } = this.forms
    const tokens = new Int32Array(time * batch)
    const lengths = new Int32Array(batch)
    const places = new Map<number, number>()
    const distinct: number[] = []
    windows.forEach(({ forms }, b) => {
      lengths[b] = forms.length
      for (let t = 0; t < forms.length; t++) {
        let place = places.get(forms[t])
        if (place === undefined) {
          place = distinct.length
          places.set(forms[t], place)
          distinct.push(forms[t])
        }
        tokens[t * batch + b] = place
      }
    })
    const int32 = (shape: readonly number[], data: Int32Array): Tensor => ({ type: 'int32', shape, data })
    const feeds: Record<string, Tensor> = {
      [INFERENCE.tokens]: int32([time, batch], tokens),
      [INFERENCE.lengths]: int32([batch], lengths),
    }
    features.lookups.forEach(({ name }, index) => {
      const ids = Int32Array.from(distinct, form => lookupIds[form][index])
      feeds[INFERENCE.ids(name)] = int32([distinct.length], ids)
    })
    if (features.characters || features.characterStates) {
      const width = distinct.reduce((most, form) => Math.max(most, characterIds[form].length), 1) + 2
      const ids = new Int32Array(distinct.length * width)
      distinct.forEach((form, place) => {
        ids.set(characterIds[form], place * width + 1)
      })
      feeds[INFERENCE.characters] = int32([distinct.length, width], ids)
    }
    return feeds
  }
}
