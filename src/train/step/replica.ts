/** A copy of a training in another thread, which computes gradients and makes the same updates. */
import { Random } from '../../base/random.js'
import type { Optimizer, OptimizerState } from '../../engine/optim/optimizer.js'
import type { ParameterStore } from '../../engine/optim/parameter-store.js'
import type { StoredTensor } from '../../engine/optim/safetensors.js'
import { checkpointTensors, restoreCheckpoint } from '../../engine/optim/store-tensors.js'
import type { Runtime, Tensor } from '../../engine/runtime/runtime.js'
import { inferenceGraph } from '../../model/inference-graph.js'
import type { InputId } from '../../model/inputs/input-block.js'
import { UnitTable } from '../../model/inputs/unit-table.js'
import { parameterSpecs, type TaggerDefinition } from '../../model/tagger-definition.js'
import { parseVocabularies, taggerInputs } from '../../model/vocabularies.js'
import type { GradientJob } from '../loop/side-by-side.js'
import { gradientsOf, type UpdateGradients, type UpdateSetup } from '../loop/updates.js'
import { createTrainables } from '../parameters.js'
import { TagSets } from '../prepare/allowed-tags.js'
import type { FixedConfig } from '../prepare/corpus-size.js'
import type { PreparedTraining } from '../prepare/prepare.js'
import type { TaggedSentence } from './gold-tensors.js'
import { TrainingStep } from './training-step.js'

/** All that makes a replica: plain data, which a thread can be sent. */
export interface ReplicaData {
  readonly config: FixedConfig
  /** As in `vocab.json`. */
  readonly vocabularies: string
  /** Tensors of the model that are no parameters: fixed vectors. */
  readonly kept: ReadonlyMap<string, Tensor>
  readonly sentences: readonly TaggedSentence[]
  /** Ids of the distinct units, `[block][unit]`. */
  readonly ids: readonly (readonly InputId[])[]
  readonly tagSets: readonly (readonly number[])[] | undefined
  /** Values and moments. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  readonly optimizer: OptimizerState
}

/** Threads of the numeric kernels of one step. */
export function threadsPerStep({ threads, workers }: FixedConfig['training']): number {
  return Math.max(1, Math.floor(threads / workers))
}

/** What a replica of a training is made of, as the training is now. */
export function replicaData(
  config: FixedConfig,
  { definition, vocabularies, sentences, unitTable, tagSets }: PreparedTraining,
  parameters: ParameterStore,
  optimizer: OptimizerState,
): ReplicaData {
  return {
    config,
    vocabularies: JSON.stringify(vocabularies),
    kept: keptTensors(definition, parameters),
    sentences,
    ids: unitTable.ids,
    tagSets: tagSets?.all,
    tensors: copied(checkpointTensors(parameters)),
    optimizer,
  }
}

function keptTensors(definition: TaggerDefinition, parameters: ParameterStore): ReadonlyMap<string, Tensor> {
  if (definition.inputs.blocks.every(({ keptBytes = 0 }) => keptBytes === 0)) return new Map()
  const { initializers } = inferenceGraph(definition, name => parameters.get(name).value)
  const names = new Set(parameterSpecs(definition).map(({ name }) => name))
  return new Map(Object.entries(initializers).filter(([name]) => !names.has(name)))
}

/** Each as an array of its own: a view would be sent with all that it is a view on. */
function copied(tensors: ReadonlyMap<string, StoredTensor>): ReadonlyMap<string, StoredTensor> {
  return new Map([...tensors].map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]))
}

/** Owns runtime sessions: `release` it. */
export class Replica {
  private constructor(
    private readonly setup: Pick<UpdateSetup, 'sentences' | 'step' | 'accumulator'>,
    readonly parameters: ParameterStore,
    private readonly optimizer: Optimizer,
    private readonly step: TrainingStep,
  ) {}

  static async create(data: ReplicaData, runtime: Runtime): Promise<Replica> {
    const { config, sentences, tensors, kept } = data
    const vocabularies = parseVocabularies(JSON.parse(data.vocabularies), config, 'the training')
    const parameter = (name: string) => tensors.get(name)?.data as Float32Array
    const base = { parameter, kept, vocabulary: vocabularies.inputs }
    const inputs = taggerInputs(config, vocabularies, { base })
    const definition: TaggerDefinition = { inputs, tags: vocabularies.tags, config }
    const unitTable = new UnitTable(inputs)
    for (const [block, ids] of data.ids.entries()) for (const id of ids) unitTable.ids[block].push(id)
    const tagSets = data.tagSets && setsOf(data.tagSets)
    const prepared = { definition, vocabularies, sentences, keptTypes: undefined, tagSets }
    const trainables = createTrainables(config, prepared)
    const { parameters, optimizer, accumulator, tagWeights } = trainables
    restoreCheckpoint(parameters, tensors, 'the training')
    optimizer.restore(data.optimizer)
    const options = { threads: threadsPerStep(config.training), tagWeights, tagSets }
    const step = await TrainingStep.create(definition, parameters, unitTable, runtime, options)
    const setup = { sentences, step, ...(accumulator && { accumulator }) }
    return new Replica(setup, parameters, optimizer, step)
  }

  gradients({ batches, random }: GradientJob): Promise<UpdateGradients> {
    return gradientsOf(this.setup, batches, Random.fromState(random))
  }

  /** Makes an update whose dense gradients are in the store. */
  apply(
    { rowGradients, scale }: Pick<UpdateGradients, 'rowGradients' | 'scale'>,
    { learningRate, clipNorm }: { readonly learningRate: number; readonly clipNorm: number | null },
  ): void {
    this.optimizer.step(learningRate, rowGradients, { clipNorm, gradientScale: scale })
  }

  release(): Promise<void> {
    return this.step.release()
  }
}

function setsOf(members: readonly (readonly number[])[]): TagSets {
  const sets = new TagSets()
  for (const tags of members) sets.idOf(tags)
  return sets
}
