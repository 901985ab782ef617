import { InputError } from '../base/errors.js'
import type { Runtime, Session, Tensor } from '../engine/runtime/runtime.js'
import { type AttentionMap, attentionMaps } from './attention-map.js'
import { INFERENCE } from './inference-graph.js'
import { poolingOf } from './inputs/pooling.js'
import type { EncodedSentence, UnitTable } from './inputs/unit-table.js'
import { tokenScores } from './inputs/units.js'
import { readsAlone } from './pretrained/graph-architecture.js'
import { windowsOf } from './windows.js'

/** The most padded units (sentences × longest) in one run, unless one sentence alone has more: this bounds memory. */
const UNITS_PER_RUN = 4096
/** The default of `options.window`. */
const WINDOW = 4096
/** The most sentences in one run. */
const SENTENCES_PER_RUN = 64

export interface EmissionNetworkOptions {
  readonly threads?: number
  readonly window?: number
}

const isAttention = (name: string) => name.startsWith(INFERENCE.attention(''))

/** A sentence, or a window of one that is too long, as one run reads it. */
interface SentenceWindow {
  readonly sentence: number
  readonly unitIds: Int32Array
  /** Where the window's own units are, and where they go; the rest is context. */
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
    private readonly unitTable: UnitTable,
    private readonly tags: number,
    /** The most units of a sentence that are read at once; longer ones are read through windows. */
    readonly window: number,
    private readonly perRun: number,
  ) {}

  /**
   * @param model ONNX bytes as `buildInferenceGraph` makes them
   * @param options.window the most units of a sentence that are read at once: `longestWindow` of the encoder
   */
  static async create(
    model: Uint8Array,
    unitTable: UnitTable,
    tags: number,
    runtime: Runtime,
    { threads, window = WINDOW }: EmissionNetworkOptions = {},
  ): Promise<EmissionNetwork> {
    const session = await runtime.createSession(model, { threads })
    const architecture = unitTable.inputs.pretrained?.architecture
    const isAlone = architecture?.family === 'onnx' && readsAlone(architecture)
    return new EmissionNetwork(session, unitTable, tags, window, isAlone ? 1 : SENTENCES_PER_RUN)
  }

  release(): Promise<void> {
    return this.session.release()
  }

  /**
   * @param sentences encoded with this network's unit table; empty ones are allowed
   * @returns scores of each sentence, row-major `[tokens, tags]`: logits, or the mean log probability over a token's
   *   characters where characters are the unit
   */
  async emissions(sentences: readonly EncodedSentence[]): Promise<Float32Array[]> {
    const { inputs } = this.unitTable
    const how = { kind: inputs.units.kind, pooling: poolingOf(inputs) }
    const logits = await this.unitLogits(sentences)
    return logits.map((own, i) => tokenScores(own, sentences[i], how, this.tags))
  }

  /** Logits of each sentence's units, `[units, tags]`: characters or pieces where those are what the encoder reads. */
  unitLogits(sentences: readonly EncodedSentence[]): Promise<Float32Array[]> {
    return this.run(sentences.map(({ unitIds }) => unitIds))
  }

  /**
   * What each attention of the encoder looked at in a sentence; empty if the encoder has no attention.
   * @throws InputError `predict/argument` for a sentence of more units than the encoder sees at once
   */
  async attention(sentence: EncodedSentence): Promise<AttentionMap[]> {
    const { unitIds } = sentence
    const names = this.session.outputNames.filter(isAttention)
    if (unitIds.length === 0 || names.length === 0) return []
    if (unitIds.length > this.window)
      throw new InputError('predict/argument', {
        where: 'sentence',
        expected: `at most ${this.window} units, all of which the model sees at once`,
        got: String(unitIds.length),
      })
    const whole: SentenceWindow = { sentence: 0, unitIds, skip: 0, take: unitIds.length, to: 0 }
    const fetches = Object.fromEntries(names.map(name => [name, null]))
    const results = await this.session.run(this.feeds([whole], unitIds.length), fetches)
    return names.flatMap(name =>
      attentionMaps(name.slice(INFERENCE.attention('').length), results[name], sentence),
    )
  }

  private async run(sentences: readonly Int32Array[]): Promise<Float32Array[]> {
    const results = sentences.map(unitIds => new Float32Array(unitIds.length * this.tags))
    const windows: SentenceWindow[] = []
    sentences.forEach((unitIds, sentence) => {
      windows.push(...this.windowsOf(unitIds).map(window => ({ sentence, ...window })))
    })
    windows.sort((a, b) => a.unitIds.length - b.unitIds.length)
    let first = 0
    while (first < windows.length) {
      let next = first + 1
      while (
        next < windows.length &&
        next - first < this.perRun &&
        (next - first + 1) * windows[next].unitIds.length <= UNITS_PER_RUN
      )
        next++
      await this.runBatch(windows.slice(first, next), results)
      first = next
    }
    return results
  }

  /** The units that stand around every sentence stand around each window too. */
  private windowsOf(unitIds: Int32Array): Omit<SentenceWindow, 'sentence'>[] {
    const { before, after } = this.unitTable.inputs.units.around ?? { before: 0, after: 0 }
    if (unitIds.length <= this.window || before + after === 0)
      return windowsOf(unitIds.length, this.window).map(({ start, end, skip, take }) => ({
        ...{ unitIds: unitIds.subarray(start, end), skip, take, to: start + skip },
      }))
    const length = unitIds.length - before - after
    return windowsOf(length, this.window - before - after).map(({ start, end, skip, take }) => ({
      unitIds: Int32Array.of(
        ...unitIds.subarray(0, before),
        ...unitIds.subarray(before + start, before + end),
        ...unitIds.subarray(unitIds.length - after),
      ),
      ...{ skip: before + skip, take, to: before + start + skip },
    }))
  }

  private async runBatch(
    windows: readonly SentenceWindow[],
    results: readonly Float32Array[],
  ): Promise<void> {
    const { tags } = this
    const time = windows[windows.length - 1].unitIds.length
    // Attention weights, if the graph has any, are not fetched.
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
    const tokens = new Int32Array(time * batch)
    const lengths = new Int32Array(batch)
    const places = new Map<number, number>()
    windows.forEach(({ unitIds }, b) => {
      lengths[b] = unitIds.length
      for (let t = 0; t < unitIds.length; t++) {
        const place = places.get(unitIds[t]) ?? places.size
        if (place === places.size) places.set(unitIds[t], place)
        tokens[t * batch + b] = place
      }
    })
    const distinct = [...places.keys()]
    const { ids, inputs } = this.unitTable
    return Object.assign(
      {
        [INFERENCE.tokens]: { type: 'int32', shape: [time, batch], data: tokens },
        [INFERENCE.lengths]: { type: 'int32', shape: [batch], data: lengths },
      },
      ...inputs.blocks.map((block, i) => block.feed(distinct.map(unit => ids[i][unit]))),
    ) as Record<string, Tensor>
  }
}
