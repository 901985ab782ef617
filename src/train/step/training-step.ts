import type { Random } from '../../base/random.js'
import { floatTensor } from '../../engine/graph/tensor.js'
import type { ParameterStore, RowGradient } from '../../engine/optim/parameter-store.js'
import type { Runtime, Session, Tensor } from '../../engine/runtime/runtime.js'
import { BatchInputs } from '../../model/inputs/batch-inputs.js'
import type { UnitTable } from '../../model/inputs/unit-table.js'
import { StepBuffers } from '../../model/step-inputs.js'
import type { TaggerDefinition } from '../../model/tagger-definition.js'
import { buildTrainingGraph, TRAINING, type TrainingGraph } from '../../model/training-graph.js'
import type { TagSets } from '../prepare/allowed-tags.js'
import { GoldTensors, type TaggedSentence } from './gold-tensors.js'

export interface StepResult {
  /** Mean over sentences (CRF) or over weighted tokens (softmax). */
  readonly loss: number
  /** How many sentences, or what weight of tokens, it is the mean over. */
  readonly weight: number
  /** Gradients of the input tables; the others are in the store's gradient slots. */
  readonly rowGradients: readonly RowGradient[]
}

export interface TrainingStepOptions {
  readonly threads: number
  /** Weight of each gold tag in the loss, `[tags]`; only a softmax decoder uses it. */
  readonly tagWeights: Float32Array
  /** The sets of allowed tags, where sentences are partly labeled. */
  readonly tagSets?: TagSets
}

/**
 * One training step up to its gradients: the inputs compute a batch's features, one graph runs forward and backward
 * pass, and the inputs take the gradient of the features from there. Owns runtime sessions: `release` them.
 */
export class TrainingStep {
  private readonly buffers = new StepBuffers()
  private readonly gold: GoldTensors
  private readonly parameters: Readonly<Record<string, Tensor>>
  private readonly results: Readonly<Record<string, Tensor>>
  private readonly loss = new Float32Array(1)

  private constructor(
    definition: TaggerDefinition,
    store: ParameterStore,
    { tagWeights, tagSets }: TrainingStepOptions,
    private readonly inputs: BatchInputs,
    private readonly graph: TrainingGraph,
    private readonly session: Session,
  ) {
    this.gold = new GoldTensors(definition, tagWeights, this.buffers, tagSets)
    const tensors = (
      names: readonly string[],
      nameOf: (name: string) => string,
      dataOf: (name: string) => Float32Array,
    ) =>
      Object.fromEntries(names.map(name => [nameOf(name), floatTensor(store.get(name).shape, dataOf(name))]))
    this.parameters = tensors(
      [...graph.parameters, ...graph.fixed],
      name => name,
      name => store.get(name).value,
    )
    this.results = {
      ...tensors(graph.parameters, TRAINING.gradient, name => gradientOf(store, name)),
      [TRAINING.loss]: floatTensor([], this.loss),
    }
  }

  static async create(
    definition: TaggerDefinition,
    store: ParameterStore,
    unitTable: UnitTable,
    runtime: Runtime,
    options: TrainingStepOptions,
  ): Promise<TrainingStep> {
    const graph = buildTrainingGraph(definition, { isPartial: options.tagSets !== undefined })
    const session = await runtime.createSession(graph.model, { threads: options.threads, outputsGiven: true })
    const { dropout, words } = definition.config.input
    if (words.dropout === 'auto')
      throw new Error('input.words.dropout: auto is a number once there is a corpus')
    const inputs = await BatchInputs.create(
      unitTable,
      { units: words.dropout, features: dropout },
      {
        runtime,
        value: name => store.get(name).value,
        gradient: name => gradientOf(store, name),
        settleRows: (name, rows) => store.settleRows(name, rows),
      },
    )
    return new TrainingStep(definition, store, options, inputs, graph, session)
  }

  async release(): Promise<void> {
    await this.session.release()
    await this.inputs.release()
  }

  async run(sentences: readonly TaggedSentence[], random: Random): Promise<StepResult> {
    const units = sentences.map(({ unitIds }) => unitIds)
    const lengths = Int32Array.from(units, ({ length }) => length)
    const time = lengths.reduce((longest, length) => Math.max(longest, length), 2)
    const batch = { time, batch: sentences.length, lengths }
    const x = await this.inputs.forward(units, batch, random)
    const feeds: Record<string, Tensor> = { ...this.parameters, [TRAINING.x]: x }
    for (const input of this.graph.stepInputs) feeds[input.name] = input.tensor(batch, this.buffers, random)
    const { tensors, weight } = this.gold.feeds(sentences, time)
    const { [TRAINING.tokenOf]: tokenOf, ...gold } = tensors
    if (this.graph.readsTokenOf) feeds[TRAINING.tokenOf] = tokenOf
    const dX = this.inputs.gradientTensor()
    await this.session.run({ ...feeds, ...gold }, { ...this.results, [TRAINING.dX]: dX })
    return { loss: this.loss[0], weight, rowGradients: await this.inputs.backward() }
  }
}

function gradientOf(store: ParameterStore, name: string): Float32Array {
  const { gradient } = store.get(name).slots
  if (!gradient) throw new Error(`parameter ${name} has no gradient`)
  return gradient
}
