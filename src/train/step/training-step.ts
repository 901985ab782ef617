import type { Random } from '../../base/random.js'
import { sizeOf } from '../../engine/graph/tensor.js'
import { fillDropoutMask } from '../../engine/optim/dropout-mask.js'
import type { ParameterStore, RowGradient } from '../../engine/optim/parameter-store.js'
import type { Runtime, Session, Tensor } from '../../engine/runtime/runtime.js'
import { BatchRows } from '../../model/inputs/batch-rows.js'
import { CharacterLstm, type CharacterLstmParameters } from '../../model/inputs/character-lstm.js'
import { type CharacterCnnParameters, CharacterTables } from '../../model/inputs/character-tables.js'
import type { TokenForms } from '../../model/inputs/token-forms.js'
import type { StepInput } from '../../model/step-inputs.js'
import { PARAMETER, type TaggerDefinition } from '../../model/tagger-definition.js'
import { buildTrainingGraph, TRAINING, type TrainingGraph } from '../../model/training-graph.js'
import { GoldTensors, type TaggedSentence } from './gold-tensors.js'
import { StepBuffers } from './step-buffers.js'
import { stepTensor } from './step-tensor.js'

export interface StepResult {
  /** Mean over sentences (CRF) or over weighted tokens (softmax). */
  readonly loss: number
  /** How many sentences, or what weight of tokens, it is the mean over. */
  readonly weight: number
  /** Gradients of the input tables; the others are in the store's gradient slots. */
  readonly rowGradients: readonly RowGradient[]
}

interface BatchShape {
  readonly time: number
  readonly batch: number
}

/** What works on characters outside the step's own graph, where the features look at them. */
interface CharacterSessions {
  readonly tables?: CharacterTables
  readonly lstm?: CharacterLstm
}

/**
 * One training step up to its gradients: assembles a batch's features, runs forward and backward pass in one graph,
 * and brings the gradients back to the tables. Owns an ONNX Runtime session: `release` it.
 */
export class TrainingStep {
  private readonly buffers = new StepBuffers()
  private readonly rows: BatchRows
  private readonly stepInputs: readonly StepInput[]
  private readonly gold: GoldTensors
  private readonly fixedFeeds: Record<string, Tensor> = {}
  private readonly fixedFetches: Record<string, Tensor> = {}
  private readonly lossValue = new Float32Array(1)

  private constructor(
    private readonly definition: TaggerDefinition,
    private readonly store: ParameterStore,
    forms: TokenForms,
    private readonly session: Session,
    private readonly characters: CharacterSessions,
    tagWeights: Float32Array,
    { parameters, stepInputs }: TrainingGraph,
  ) {
    this.stepInputs = stepInputs
    this.gold = new GoldTensors(definition, tagWeights, this.buffers)
    this.rows = new BatchRows(forms, characters.tables)
    for (const name of parameters) {
      const parameter = store.get(name)
      const { shape, value, slots } = parameter
      if (!slots.gradient) throw new Error(`parameter ${name} has no gradient`)
      this.fixedFeeds[name] = { type: 'float32', shape, data: value }
      this.fixedFetches[TRAINING.gradient(name)] = { type: 'float32', shape, data: slots.gradient }
    }
    this.fixedFetches[TRAINING.loss] = { type: 'float32', shape: [], data: this.lossValue }
  }

  /**
   * @param tagWeights weight of each gold tag in the loss, `[tags]`; only a softmax decoder uses it
   */
  static async create(
    definition: TaggerDefinition,
    store: ParameterStore,
    forms: TokenForms,
    runtime: Runtime,
    options: { readonly threads: number; readonly tagWeights: Float32Array },
  ): Promise<TrainingStep> {
    const graph = buildTrainingGraph(definition)
    const session = await runtime.createSession(graph.model, { threads: options.threads })
    const { characters, characterStates: states } = definition.features
    const sessions: CharacterSessions = {
      ...(characters && {
        tables: await CharacterTables.create({ ...characters, characters: characters.size }, runtime),
      }),
      ...(states && { lstm: await CharacterLstm.create({ ...states, characters: states.size }, runtime) }),
    }
    return new TrainingStep(definition, store, forms, session, sessions, options.tagWeights, graph)
  }

  async release(): Promise<void> {
    await this.session.release()
    await this.characters.tables?.release()
    await this.characters.lstm?.release()
  }

  async run(sentences: readonly TaggedSentence[], random: Random): Promise<StepResult> {
    const longest = sentences.reduce((most, { forms }) => Math.max(most, forms.length), 2)
    const shape = { time: longest, batch: sentences.length }
    const rowOf = this.collectRows(sentences, shape, random)
    const characters = this.characterParameters('value')
    if (characters) await this.characters.tables?.forward(characters)
    this.rows.forward({
      lookups: this.definition.features.lookups.map(({ name, fixed }) =>
        fixed ? undefined : this.store.get(name).value,
      ),
      characterBias: characters?.bias,
    })
    await this.readCharacters()
    const feeds = { ...this.fixedFeeds }
    this.feedInputs(feeds, sentences, shape, rowOf, random)
    const { tensors, weight } = this.gold.feeds(sentences, shape.time)
    Object.assign(feeds, tensors)
    const dX = this.tensor('dX', [shape.time, this.rows.dim, shape.batch])
    await this.session.run(feeds, { ...this.fixedFetches, [TRAINING.dX]: dX })
    this.scatter(dX.data as Float32Array, shape, rowOf)
    const characterGradient = this.characterParameters('gradient')
    const rowGradients = this.rows.backward(characterGradient)
    if (characters && characterGradient) await this.characters.tables?.backward(characters, characterGradient)
    await this.learnCharacters()
    return { loss: this.lossValue[0], weight, rowGradients }
  }

  /** The states of the character BiLSTM, into the rows. */
  private async readCharacters(): Promise<void> {
    const { lstm } = this.characters
    const { characterIds, values, statePlace } = this.rows
    await lstm?.forward(characterIds, this.stateParameters('value'), values, statePlace)
  }

  /** The gradients of the rows' states, back to the character BiLSTM. */
  private async learnCharacters(): Promise<void> {
    const { lstm } = this.characters
    const { gradients, statePlace } = this.rows
    await lstm?.backward(
      this.stateParameters('value'),
      gradients,
      statePlace,
      this.stateParameters('gradient'),
    )
  }

  private tensor(name: string, shape: readonly number[]): Tensor {
    return { type: 'float32', shape, data: this.buffers.float32(name, sizeOf(shape)) }
  }

  /** The row of every token, `[time, batch]`; −1 at padding. Draws word dropout. */
  private collectRows(
    sentences: readonly TaggedSentence[],
    { time, batch }: BatchShape,
    random: Random,
  ): Int32Array {
    const { dropout } = this.definition.config.input.words
    const rowOf = new Int32Array(time * batch).fill(-1)
    this.rows.begin()
    sentences.forEach(({ forms }, b) => {
      for (let t = 0; t < forms.length; t++)
        rowOf[t * batch + b] = this.rows.add(forms[t], dropout > 0 && random.float() < dropout)
    })
    return rowOf
  }

  private feedInputs(
    feeds: Record<string, Tensor>,
    sentences: readonly TaggedSentence[],
    shape: BatchShape,
    rowOf: Int32Array,
    random: Random,
  ): void {
    const { time, batch } = shape
    const rate = this.definition.config.input.dropout
    const { dim } = this.rows
    const xMask = this.buffers.float32('xMask', time * batch * dim)
    if (rate > 0) fillDropoutMask(xMask, rate, random)
    const x = this.tensor('x', [time, dim, batch])
    this.spread(x.data as Float32Array, rate > 0 ? xMask : undefined, shape, rowOf)
    feeds[TRAINING.x] = x
    const lengths = Int32Array.from(sentences, ({ forms }) => forms.length)
    for (const input of this.stepInputs)
      feeds[input.name] = stepTensor(input, { time, batch, lengths }, this.buffers, random)
  }

  /** Rows to `[time, features, batch]`, each feature times its dropout mask `[time, batch, features]`. */
  private spread(
    x: Float32Array,
    mask: Float32Array | undefined,
    { time, batch }: BatchShape,
    rowOf: Int32Array,
  ): void {
    const { dim, values } = this.rows
    for (let t = 0; t < time; t++)
      for (let b = 0; b < batch; b++) {
        const row = rowOf[t * batch + b]
        let to = t * dim * batch + b
        if (row < 0) {
          for (let d = 0; d < dim; d++, to += batch) x[to] = 0
          continue
        }
        let from = row * dim
        if (mask) {
          let m = (t * batch + b) * dim
          for (let d = 0; d < dim; d++, to += batch) x[to] = values[from++] * mask[m++]
        } else for (let d = 0; d < dim; d++, to += batch) x[to] = values[from++]
      }
  }

  /** The gradient of the features, back onto the rows they came from. */
  private scatter(dX: Float32Array, { time, batch }: BatchShape, rowOf: Int32Array): void {
    const { dim, gradients } = this.rows
    const mask =
      this.definition.config.input.dropout > 0 ? this.buffers.float32('xMask', time * batch * dim) : undefined
    for (let t = 0; t < time; t++)
      for (let b = 0; b < batch; b++) {
        const row = rowOf[t * batch + b]
        if (row < 0) continue
        let from = t * dim * batch + b
        let to = row * dim
        if (mask) {
          let m = (t * batch + b) * dim
          for (let d = 0; d < dim; d++, from += batch) gradients[to++] += dX[from] * mask[m++]
        } else for (let d = 0; d < dim; d++, from += batch) gradients[to++] += dX[from]
      }
  }

  private characterParameters(kind: 'value' | 'gradient'): CharacterCnnParameters | undefined {
    if (!this.definition.features.characters) return undefined
    return {
      embedding: this.view(PARAMETER.characters, kind),
      filters: this.view(PARAMETER.characterFilters, kind),
      bias: this.view(PARAMETER.characterBias, kind),
    }
  }

  private stateParameters(kind: 'value' | 'gradient'): CharacterLstmParameters {
    return {
      embedding: this.view(PARAMETER.characterStateTable, kind),
      weight: this.view(PARAMETER.characterStateWeight, kind),
    }
  }

  private view(name: string, kind: 'value' | 'gradient'): Float32Array {
    const { value, slots } = this.store.get(name)
    const found = kind === 'value' ? value : slots.gradient
    if (!found) throw new Error(`parameter ${name} has no ${kind}`)
    return found
  }
}
