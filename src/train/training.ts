import { InputError } from '../base/errors.js'
import { setting } from '../base/fault.js'
import { withSurroundings } from '../corpus/surroundings.js'
import type { Optimizer } from '../engine/optim/optimizer.js'
import type { ParameterStore } from '../engine/optim/parameter-store.js'
import {
  checkpointTensors,
  restoreCheckpoint,
  restoreValues,
  valueTensors,
} from '../engine/optim/store-tensors.js'
import type { GpuDevice, Runtime } from '../engine/runtime/runtime.js'
import { buildInferenceGraph } from '../model/inference-graph.js'
import type { TaggerDefinition } from '../model/tagger-definition.js'
import type { TrainedModel } from '../model/trained-model.js'
import type { Vocabularies } from '../model/vocabularies.js'
import { SentenceTagger } from '../recognize/sentence-tagger.js'
import { type DoneEvent, type StartEvent, type TrainEvent, warningEvent } from '../run/events.js'
import type { RunResult, Tensors } from '../run/run-files.js'
import type { LoopState, RunStore } from '../run/run-store.js'
import type { AnyTraining, RunOptions } from './any-training.js'
import { evaluateDev } from './loop/dev-evaluation.js'
import { trainLoop } from './loop/loop.js'
import type { Helpers } from './loop/side-by-side.js'
import { measure } from './measure.js'
import { modelCard } from './model-card.js'
import { createTrainables, type Trainables } from './parameters.js'
import type { Corpora, LabeledCorpus } from './prepare/corpora.js'
import type { FixedConfig } from './prepare/corpus-size.js'
import { type PreparedTraining, type PrepareInput, prepareTraining } from './prepare/prepare.js'
import { resultNotes } from './prepare/result-notes.js'
import { stepsPerEpoch } from './prepare/sampling.js'
import { checkTypeNames } from './prepare/type-names.js'
import { type ReplicaData, replicaData, threadsPerStep } from './step/replica.js'
import { TrainingStep } from './step/training-step.js'

export interface TrainingInput extends PrepareInput {
  /** Scored at the end; training never sees it. */
  readonly test?: LabeledCorpus | null
  readonly runtime: Runtime
  /** Starts threads that compute gradients beside this one; absent where there are none. */
  readonly startHelpers?: StartHelpers
}

/** @param count of threads besides the calling one */
export type StartHelpers = (
  replica: ReplicaData,
  count: number,
  parameters: ParameterStore,
) => Promise<Helpers & { release(): Promise<void> }>

function workersError(workers: number): InputError {
  return new InputError('train/workers', {
    where: setting('training.workers'),
    expected: '1, since there are no other threads here to train in',
    got: String(workers),
  })
}

const RUNTIME_LABEL: Readonly<Record<Runtime['name'], string>> = {
  node: 'onnxruntime-node',
  web: 'onnxruntime-web',
  reference: 'reference runtime',
}
const DEVICE_LABEL: Readonly<Record<GpuDevice, string>> = { cuda: ' on CUDA', webgpu: ' on WebGPU' }

function runtimeLabel({ name, device }: Runtime): string {
  return RUNTIME_LABEL[name] + (device ? DEVICE_LABEL[device] : '')
}

/**
 * One training run: what was prepared from the corpora, the parameters, and the ways to change, score and save them.
 *
 * @example
 * const training = Training.prepare({ config, train, dev, runtime })
 * const store = new MemoryStore({ config, vocabularies: training.prepared.vocabularies })
 * for await (const event of training.run(store)) console.log(event.kind)
 */
export class Training implements AnyTraining {
  private readonly trainables: Trainables

  private constructor(
    readonly prepared: PreparedTraining,
    private readonly corpora: Corpora,
    private readonly runtime: Runtime,
    private readonly startHelpers: StartHelpers | undefined,
    base: TrainedModel | undefined,
  ) {
    this.trainables = createTrainables(this.config, prepared, base)
  }

  /** The configuration as it is trained with: numbers where the given one has `auto`. */
  get config(): FixedConfig {
    return this.prepared.config
  }

  /** @throws InputError, EncodeError for corpora, vectors or gazetteers that do not suit the configuration */
  static prepare(input: TrainingInput): Training {
    // Vectors as they were read, and the model to start from, are not kept: what the tagger has of them takes less room.
    const { train, dev, test = null, runtime, base, startHelpers, config } = input
    if (config.training.workers > 1 && !startHelpers) throw workersError(config.training.workers)
    checkTypeNames([[train].flat(), dev, test].flat())
    const around = <Corpus extends LabeledCorpus>(corpus: Corpus): Corpus => ({
      ...corpus,
      sentences: withSurroundings(corpus.sentences, config.pretrained?.context ?? 0),
    })
    const corpora = {
      train: [train].flat().map(around),
      dev: dev && around(dev),
      test: test && around(test),
    }
    return new Training(prepareTraining({ ...input, ...corpora }), corpora, runtime, startHelpers, base)
  }

  get vocabularies(): Vocabularies {
    return this.prepared.vocabularies
  }

  /** As all updates so far leave them. */
  get parameters(): ParameterStore {
    this.trainables.parameters.settle()
    return this.trainables.parameters
  }

  get optimizer(): Optimizer {
    return this.trainables.optimizer
  }

  /** Weight of each gold tag in the loss, `[tags]`. */
  get tagWeights(): Float32Array {
    return this.trainables.tagWeights
  }

  /** The value of a parameter by name, a view. */
  readonly value = (name: string): Float32Array => this.parameters.get(name).value

  /**
   * The step that computes gradients. `release` it.
   * @param definition a variant of the model with the same parameters, such as one without dropout
   */
  createStep(definition: TaggerDefinition = this.prepared.definition): Promise<TrainingStep> {
    const threads = threadsPerStep(this.config.training)
    const { unitTable } = this.prepared
    const options = { threads, tagWeights: this.tagWeights, tagSets: this.prepared.tagSets }
    return TrainingStep.create(definition, this.parameters, unitTable, this.runtime, options)
  }

  /**
   * A tagger with the parameters as they are now. `release` it.
   * @param model the graph for tagging, where it was built already
   */
  createTagger(model?: Uint8Array): Promise<SentenceTagger> {
    const { threads } = this.config.training
    return SentenceTagger.create(this.prepared, this.value, this.runtime, { threads, model })
  }

  /** Puts the tensors of a checkpoint back. @param where the file they came from, for messages */
  restore(tensors: Tensors, where: string): void {
    restoreCheckpoint(this.parameters, tensors, where)
  }

  /**
   * Trains, and keeps everything in a store: events, checkpoints and, unless the run is interrupted, its files.
   * @returns the last event, which has been yielded too
   * @throws InputError `train/diverged` where the loss is no longer a finite number
   */
  async *run(store: RunStore, options: RunOptions = {}): AsyncGenerator<TrainEvent, DoneEvent> {
    const { warnings = [], isStopRequested = () => false } = options
    const resume = options.resume && 'epochRandom' in options.resume ? options.resume : undefined
    const logged = <Event extends TrainEvent>(event: Event): Event => {
      store.append(event)
      return event
    }
    for (const event of [...warnings, ...this.prepared.notes.map(warningEvent)]) yield logged(event)
    yield logged(this.startEvent(resume))
    const step = await this.createStep()
    const helpers = await this.createHelpers(resume)
    const { parameters, tagWeights: _, ...updates } = this.trainables
    const { sentences, sampler, dev } = this.prepared
    let done: DoneEvent | undefined
    try {
      const loop = trainLoop({
        ...updates,
        config: this.config.training,
        sentences,
        sampler,
        step,
        ...(helpers && { helpers }),
        ...(dev && { evaluate: () => this.evaluate() }),
        checkpoints: {
          save: state => store.save(checkpointTensors(parameters), state),
          saveBest: () => store.saveBest(valueTensors(parameters)),
          restoreBest: async () => restoreValues(parameters, await store.best(), 'the best checkpoint'),
        },
        isStopRequested,
        resume,
      })
      for await (const event of loop)
        if (event.kind === 'done') done = event
        else yield logged(event)
    } finally {
      await helpers?.release()
      await step.release()
    }
    if (!done) throw new Error('the training loop ended without a done event')
    for (const note of resultNotes(this.config, done, sentences.length)) yield logged(warningEvent(note))
    logged(done)
    // The caller hears that it is done when the files are complete.
    if (done.reason !== 'interrupted') await store.finish(await this.result(done))
    yield done
    return done
  }

  /** What the run leaves: the model, and unless it was interrupted its scores and its card. */
  async result(done: DoneEvent): Promise<RunResult> {
    const { config, prepared } = this
    const model = buildInferenceGraph(prepared.definition, this.value)
    const files = { config, model, parameters: valueTensors(this.parameters) }
    if (done.reason === 'interrupted') return files
    const { corpora, tagWeights } = this
    const tagger = await this.createTagger(model)
    try {
      const metrics = await measure(tagger, { config, prepared, corpora, done, tagWeights })
      const { trainableCount: parameters } = this.parameters
      const card = modelCard({ config, prepared, corpora, metrics, parameters })
      return { ...files, metrics, card }
    } finally {
      await tagger.release()
    }
  }

  /** Threads that have the same parameters, moments and sentences. */
  private async createHelpers(resume: LoopState | undefined) {
    const { workers } = this.config.training
    if (workers === 1 || !this.startHelpers) return undefined
    const { prepared, config } = this
    const optimizer = resume?.optimizer ?? this.optimizer.state()
    const replica = replicaData(config, prepared, this.parameters, optimizer)
    return this.startHelpers(replica, workers - 1, this.parameters)
  }

  /** Scores the development corpus with the parameters as they are, through the graph for tagging. */
  private async evaluate() {
    const { dev } = this.prepared
    if (!dev) throw new Error('there is no development corpus')
    const tagger = await this.createTagger()
    try {
      return await evaluateDev(tagger, dev)
    } finally {
      await tagger.release()
    }
  }

  private startEvent(resume: LoopState | undefined): StartEvent {
    const { sentences, sampler, tokens, dev, vocabularies, coverage } = this.prepared
    const { epochs, threads } = this.config.training
    const epochSentences = sampler?.expected ?? sentences.length
    return {
      kind: 'start',
      recognizer: 'neural',
      resumedFrom: resume ? { epoch: resume.epoch, step: resume.step } : null,
      sentences: sentences.length,
      tokens,
      devSentences: dev?.gold.length ?? 0,
      types: vocabularies.types,
      tags: vocabularies.tags.length,
      from: this.config.from,
      unit: this.config.input.unit.kind,
      words: vocabularies.inputs.words.trained.known,
      features: null,
      characters: (vocabularies.inputs.charCnn ?? vocabularies.inputs.charLstm)?.known ?? 0,
      vectors: coverage,
      parameters: this.parameters.trainableCount,
      epochs,
      chosen: this.prepared.chosen,
      epochSentences,
      stepsPerEpoch: stepsPerEpoch(epochSentences, this.config.training),
      runtime: runtimeLabel(this.runtime),
      threads,
    }
  }
}
