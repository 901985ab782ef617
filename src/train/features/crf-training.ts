import { Random } from '../../base/random.js'
import { commonSettings } from '../../config/common-settings.js'
import type { ConfigOf } from '../../config/schema.js'
import type { GazetteerList } from '../../encode/gazetteer.js'
import { checkNames } from '../../encode/gazetteer.js'
import { checkClassNames, type WordClassList } from '../../encode/word-classes.js'
import { Crf } from '../../features/crf/crf.js'
import { FeatureIndex } from '../../features/crf/feature-index.js'
import { KnownSentences } from '../../features/crf/known-sentences.js'
import { type CrfEvaluator, serialEvaluator } from '../../features/crf/objective.js'
import { prunedCrf } from '../../features/crf/pruned.js'
import { type CrfVocabulary, crfTensors } from '../../features/crf/stored-crf.js'
import {
  type CollectedFeatures,
  type CrfData,
  collectFeatures,
  parameterCount,
} from '../../features/crf/training-data.js'
import { columnKey } from '../../model/inputs/columns.js'
import { tokenizerOf } from '../../model/vocabularies.js'
import type { DevScores, DoneEvent, TrainEvent } from '../../run/events.js'
import type { Tensors } from '../../run/run-files.js'
import type { CrfState, RunStore } from '../../run/run-store.js'
import type { RunOptions } from '../any-training.js'
import { evaluateDev } from '../loop/dev-evaluation.js'
import type { Corpora } from '../prepare/corpora.js'
import { type CrfLearner, createLearner } from './crf-learners.js'
import { FeatureTraining } from './feature-training.js'
import { type PreparedFeatures, prepareFeatures } from './prepare.js'

export interface CrfOptions {
  readonly gazetteers: readonly GazetteerList[]
  readonly classes?: readonly WordClassList[]
  /** Computes losses and gradients. Default: in the calling thread. */
  readonly createEvaluator?: (data: CrfData, threads: number) => CrfEvaluator
}

/** Milliseconds between two step events. */
const STEP_EVENT_INTERVAL = 100

/** Training of a linear-chain CRF. An epoch is one pass over the corpus: an iteration of L-BFGS, or of the perceptron. */
export class CrfTraining extends FeatureTraining<ConfigOf<'crf'>> {
  readonly vocabularies: object
  protected readonly size
  private readonly collected: CollectedFeatures
  private readonly learner: CrfLearner
  private readonly evaluator: CrfEvaluator
  /** The development corpus. */
  private readonly known: KnownSentences
  /** The weights as they were best, where the development corpus chooses. */
  private best: Float64Array | undefined

  private constructor(
    prepared: PreparedFeatures<ConfigOf<'crf'>>,
    private readonly lists: Required<Pick<CrfOptions, 'gazetteers' | 'classes'>>,
    createEvaluator: NonNullable<CrfOptions['createEvaluator']>,
  ) {
    super(prepared)
    const { features, training } = prepared.config
    const { lists: own } = prepared
    checkNames(lists.gazetteers)
    checkClassNames(lists.classes, 'features.classes')
    const index = new FeatureIndex(features.templates, { ...lists, tokenizer: tokenizerOf(own) })
    const { minCount } = features
    this.collected = collectFeatures(prepared.sentences, index, { tags: own.tags.length, minCount })
    const { data } = this.collected
    this.known = new KnownSentences(prepared.dev?.parts ?? [], index, this.collected)
    const isParallel = training.algorithm.kind === 'lbfgs' && training.threads > 1
    this.evaluator = isParallel ? createEvaluator(data, training.threads) : serialEvaluator(data)
    this.learner = createLearner(
      training.algorithm,
      data,
      this.evaluator,
      Random.fromSeed(training.seed).fork(),
    )
    this.vocabularies = own
    this.size = {
      parameters: parameterCount(data),
      words: new Set(prepared.sentences.flatMap(({ sentence }) => sentence.tokens)).size,
      features: data.features,
      epochs: commonSettings(prepared.config).epochs ?? 1,
      threads: isParallel ? training.threads : 1,
    }
  }

  static prepare(
    config: ConfigOf<'crf'>,
    corpora: Corpora,
    { gazetteers, classes = [], createEvaluator = serialEvaluator }: CrfOptions,
  ): CrfTraining {
    return new CrfTraining(prepareFeatures(config, corpora), { gazetteers, classes }, createEvaluator)
  }

  restore(tensors: Tensors, where: string): void {
    const own = new Map(tensors)
    const best = own.get('best')
    if (best?.data instanceof Float64Array && best.data.length === this.size.parameters)
      this.best = best.data.slice()
    own.delete('best')
    this.learner.restore(own, where)
  }

  protected async *learn(store: RunStore, options: RunOptions): AsyncGenerator<TrainEvent, DoneEvent> {
    try {
      return yield* this.iterations(store, options)
    } finally {
      await this.evaluator.release()
    }
  }

  private async *iterations(
    store: RunStore,
    { isStopRequested = () => false, resume: from }: RunOptions,
  ): AsyncGenerator<TrainEvent, DoneEvent> {
    const { learner, config, size } = this
    const { maxMinutes, checkpointMinutes, evaluateEvery } = config.training
    const resume = from && 'iteration' in from ? from : undefined
    if (resume) learner.resume(resume)
    const started = performance.now()
    const seconds = () => (resume?.seconds ?? 0) + (performance.now() - started) / 1000
    let best = resume?.best ?? null
    let [lastEvent, lastCheckpoint] = [started, started]
    const save = async (): Promise<TrainEvent> => {
      const tensors = new Map(learner.tensors())
      if (this.best) tensors.set('best', { dtype: 'F64', shape: [this.best.length], data: this.best })
      const state: CrfState = { ...learner.state(), best, seconds: seconds() }
      await store.save(tensors, state)
      lastCheckpoint = performance.now()
      return { kind: 'checkpoint', epoch: learner.iteration + 1, step: 0 }
    }
    const done = (reason: DoneEvent['reason']): DoneEvent => ({
      kind: 'done',
      reason,
      epoch: learner.iteration,
      bestEpoch: best?.epoch ?? null,
      best: best?.scores ?? null,
      seconds: seconds(),
    })
    let reason: DoneEvent['reason'] = 'finished'
    while (!learner.isDone(size.epochs)) {
      if (isStopRequested()) {
        yield await save()
        return done('interrupted')
      }
      if (maxMinutes !== null && learner.iteration > 0 && seconds() >= maxMinutes * 60) {
        reason = 'limit'
        break
      }
      const before = performance.now()
      const { loss, gradientNorm, rate } = learner.step()
      const took = (performance.now() - before) / 1000
      const { iteration } = learner
      const isLast = learner.isDone(size.epochs)
      const tokensPerSecond = this.prepared.tokens / Math.max(took, 1e-9)
      const secondsLeft = (seconds() / iteration) * (size.epochs - iteration)
      if (isLast || learner.isChosen || (evaluateEvery > 0 && iteration % evaluateEvery === 0)) {
        const evaluating = performance.now()
        const dev = await this.evaluate()
        const scores: DevScores | null = dev && { precision: dev.precision, recall: dev.recall, f1: dev.f1 }
        const isBest =
          learner.isChosen && scores !== null && (best === null || (scores.f1 ?? 0) > (best.scores.f1 ?? 0))
        if (isBest) {
          best = { epoch: iteration, scores }
          this.best = learner.weights().slice()
        }
        yield {
          kind: 'epoch',
          epoch: iteration,
          epochs: size.epochs,
          updates: iteration,
          loss: loss / Math.max(1, this.prepared.sentences.length),
          learningRate: rate,
          tokensPerSecond,
          seconds: took,
          evaluationSeconds: (performance.now() - evaluating) / 1000,
          secondsLeft: isLast ? 0 : secondsLeft,
          dev: scores,
          types: dev?.types ?? null,
          best: isBest,
          gradientNorm,
        }
      } else if (performance.now() - lastEvent >= STEP_EVENT_INTERVAL) {
        lastEvent = performance.now()
        yield {
          kind: 'step',
          epoch: iteration,
          step: iteration,
          steps: size.epochs,
          loss: loss / Math.max(1, this.prepared.sentences.length),
          tokensPerSecond,
          learningRate: rate,
          secondsLeft,
        }
      }
      if (performance.now() - lastCheckpoint >= checkpointMinutes * 60_000) yield await save()
    }
    yield await save()
    return done(reason)
  }

  protected override async evaluate() {
    const { dev, lists } = this.prepared
    return dev && evaluateDev(this.known.finder(this.learner.weights(), lists, this.config.decoding), dev)
  }

  protected model(): Crf {
    const { vocabulary, weights } = this.pruned()
    const { features, decoding } = this.config
    const { gazetteers, classes, features: values, ...lists } = vocabulary
    const index = FeatureIndex.of(features.templates, values, {
      gazetteers,
      classes,
      tokenizer: tokenizerOf(lists),
    })
    const columns = commonSettings(this.config).columns.map(columnKey)
    return new Crf(lists, index, weights, { constrained: decoding.constrained, columns })
  }

  protected stored(): { readonly vocabularies: CrfVocabulary; readonly tensors: Tensors } {
    const { vocabulary, weights } = this.pruned()
    return { vocabularies: vocabulary, tensors: crfTensors(weights, vocabulary.tags.length) }
  }

  protected describe(): string {
    const { algorithm } = this.config.training
    const how =
      algorithm.kind === 'lbfgs'
        ? `L-BFGS, with penalties of ${algorithm.l1} (absolute values) and ${algorithm.l2} (squares)`
        : algorithm.kind === 'adagrad'
          ? `AdaGrad, with penalties of ${algorithm.l1} (absolute values) and ${algorithm.l2} (squares)`
          : 'the averaged perceptron'
    const { templates } = this.config.features
    return `A linear-chain CRF over ${templates.length} feature templates, trained by ${how}; ${this.size.parameters} weights before those of 0 were left out.`
  }

  private pruned() {
    const { lists, collected, prepared } = this
    const weights =
      this.learner.isChosen && this.best && this.learner.isDone(this.size.epochs)
        ? this.best
        : this.learner.weights()
    const { values, ...numbers } = prunedCrf(collected, weights)
    return { vocabulary: { ...prepared.lists, features: values, ...lists }, weights: numbers }
  }
}
