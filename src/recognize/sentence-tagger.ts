import type { SpanConstraints } from '../decode/constraints.js'
import { type Alternative, type DecodedSentence, Decoder } from '../decode/decoder.js'
import { ASYNC_DISPOSE, type Runtime } from '../engine/runtime/runtime.js'
import type { AttentionMap } from '../model/attention-map.js'
import { EmissionNetwork } from '../model/emission-network.js'
import { buildInferenceGraph } from '../model/inference-graph.js'
import { type TokenSentence, tokensOf } from '../model/inputs/sentence.js'
import { type EncodedSentence, UnitTable } from '../model/inputs/unit-table.js'
import { PARAMETER, type TaggerDefinition, taggingWindow } from '../model/tagger-definition.js'
import type { Scheme } from '../tags/scheme.js'
import type { Tagging } from '../tags/tagging.js'
import type { SentenceModel, UnitLogits } from './sentence-model.js'

/** All that makes a sentence tagger, apart from the numbers. What training prepares is one. */
export interface TaggerParts {
  readonly definition: TaggerDefinition
  readonly vocabularies: { readonly scheme: Scheme }
  /** Encodes sentences. Pass training's own to tag sentences that it encoded; default: a new one. */
  readonly unitTable?: UnitTable
}

export interface SentenceTaggerOptions {
  /** Threads of the numeric kernels; default: the runtime's choice. */
  readonly threads?: number
  /** The bytes of a stored `model.onnx`; default: the graph is built from the parameters. */
  readonly model?: Uint8Array
}

/** Tokens, alone or with columns; or a sentence that the `unitTable` passed to `create` encoded. */
export type SentenceToTag = TokenSentence | EncodedSentence

/** Tags and entities of a sentence, and what they were decoded from. */
export interface FoundSentence extends Tagging {
  /** Scores of each token's tags, row-major `[tokens, tags]`. */
  readonly emissions: Float32Array
}

/** Distinct units that are remembered between calls. */
const UNITS_KEPT = 200_000

/**
 * A network and its decoder: split sentences in, tags, entities, probabilities or attention out. It does not know
 * text and corpora; see `Tagger` for those. Calls may overlap: they run one after another. `release` it when done.
 */
export class SentenceTagger implements SentenceModel, AsyncDisposable {
  /** Calls share the unit table, which one call may clear. */
  private last: Promise<unknown> = Promise.resolve()

  private constructor(
    private readonly network: EmissionNetwork,
    private readonly decoder: Decoder,
    private readonly unitTable: UnitTable,
    private readonly ownsTable: boolean,
  ) {}

  /**
   * @param parameter values of a parameter by name; with a stored `model`, only those of a CRF are asked for
   * @example
   * const tagger = await SentenceTagger.create(prepared, name => store.get(name).value, runtime)
   */
  static async create(
    { definition, vocabularies, unitTable }: TaggerParts,
    parameter: (name: string) => Float32Array,
    runtime: Runtime,
    { threads, model = buildInferenceGraph(definition, parameter) }: SentenceTaggerOptions = {},
  ): Promise<SentenceTagger> {
    const { inputs, tags, config } = definition
    const { kind, constrained } = config.decoder
    const decoder = new Decoder(tags, vocabularies.scheme, {
      constrained,
      scores:
        kind === 'crf'
          ? {
              transitions: parameter(PARAMETER.transitions),
              start: parameter(PARAMETER.start),
              end: parameter(PARAMETER.end),
            }
          : undefined,
    })
    const table = unitTable ?? new UnitTable(inputs)
    const options = { threads, window: taggingWindow(definition) }
    const network = await EmissionNetwork.create(model, table, tags.length, runtime, options)
    return new SentenceTagger(network, decoder, table, unitTable === undefined)
  }

  /** Tags and entities without their scores, which take longer. */
  find(sentences: readonly SentenceToTag[]): Promise<FoundSentence[]> {
    return this.decoded(sentences, (emissions, length) => ({
      ...this.decoder.find(emissions, length),
      emissions,
    }))
  }

  /** Tags and entities with their scores. */
  tagTokens(sentences: readonly SentenceToTag[]): Promise<DecodedSentence[]> {
    return this.decoded(sentences, (emissions, length) => this.decoder.decode(emissions, length))
  }

  /** As `tagTokens`, under what is known of each sentence. */
  tagConstrained(
    sentences: readonly SentenceToTag[],
    constraints: readonly SpanConstraints[],
  ): Promise<DecodedSentence[]> {
    return this.decoded(sentences, (emissions, length, i) =>
      this.decoder.decode(emissions, length, constraints[i]),
    )
  }

  /** The `n` likeliest taggings of each sentence; see `Decoder.nBest`. @throws RangeError as it does */
  nBest(sentences: readonly SentenceToTag[], n: number): Promise<Alternative[][]> {
    return this.decoded(sentences, (emissions, length) => this.decoder.nBest(emissions, length, n))
  }

  /** The probability of each tag at each token, row-major `[tokens, tags]`. */
  tagProbabilities(sentences: readonly SentenceToTag[]): Promise<Float64Array[]> {
    return this.decoded(sentences, (emissions, length) => this.decoder.marginals(emissions, length))
  }

  /** The logits of each sentence's units: characters or pieces where those are what the encoder steps over. */
  unitLogits(sentences: readonly SentenceToTag[]): Promise<UnitLogits[]> {
    return this.inTurn(sentences, async encoded => {
      const found = await this.network.unitLogits(encoded)
      return found.map((logits, i) => ({ logits, units: encoded[i].units }))
    })
  }

  /**
   * What each attention of the encoder looked at, sentence by sentence; empty if the encoder has none.
   * @throws InputError `predict/argument` for a sentence that the encoder does not see whole
   */
  attention(sentences: readonly SentenceToTag[]): Promise<AttentionMap[][]> {
    return this.inTurn(sentences, async encoded => {
      const maps: AttentionMap[][] = []
      for (const sentence of encoded) maps.push(await this.network.attention(sentence))
      return maps
    })
  }

  /** Whether the encoder sees all of a sentence at once; it reads longer ones through overlapping windows. */
  seesWhole(sentence: TokenSentence): boolean {
    return this.unitTable.inputs.units.split(tokensOf(sentence)).texts.length <= this.network.window
  }

  /** Waits for the calls under way. */
  async release(): Promise<void> {
    await this.last
    await this.network.release()
  }

  [ASYNC_DISPOSE](): Promise<void> {
    return this.release()
  }

  private decoded<Found>(
    sentences: readonly SentenceToTag[],
    decode: (emissions: Float32Array, length: number, index: number) => Found,
  ): Promise<Found[]> {
    return this.inTurn(sentences, async encoded => {
      const emissions = await this.network.emissions(encoded)
      return emissions.map((own, i) => decode(own, encoded[i].tokens, i))
    })
  }

  private inTurn<Found>(
    sentences: readonly SentenceToTag[],
    work: (encoded: readonly EncodedSentence[]) => Promise<Found>,
  ): Promise<Found> {
    const turn = this.last.then(() => {
      if (this.ownsTable && this.unitTable.size > UNITS_KEPT) this.unitTable.clear()
      return work(
        sentences.map(sentence => ('unitIds' in sentence ? sentence : this.unitTable.encode(sentence))),
      )
    })
    this.last = turn.catch(() => undefined)
    return turn
  }
}
