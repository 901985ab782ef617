import { InputError } from '../../base/errors.js'
import { Random } from '../../base/random.js'
import type { TrainingConfig } from '../../config/schema.js'
import { planBatches } from '../../encode/batches.js'
import type { AveragedWeights } from '../../engine/optim/averaged-weights.js'
import type { GradientAccumulator } from '../../engine/optim/gradient-accumulator.js'
import type { Optimizer } from '../../engine/optim/optimizer.js'
import type { RowGradient } from '../../engine/optim/parameter-store.js'
import type { Progress, Schedule } from '../../engine/optim/schedules.js'
import type { DoneEvent, TrainEvent } from '../../run/events.js'
import type { LoopState } from '../../run/run-store.js'
import { type Sampler, stepsPerEpoch } from '../prepare/sampling.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import type { TrainingStep } from '../step/training-step.js'
import type { DevResult } from './dev-evaluation.js'

/** Where the loop keeps what it needs to continue, and the best parameters. */
export interface CheckpointStore {
  /** Keeps the state and everything in the parameter store, replacing what was kept before in one move. */
  save(state: LoopState): Promise<void>
  /** Keeps the parameters as the best so far. */
  saveBest(): Promise<void>
  /** Puts the best parameters back into the parameter store. */
  restoreBest(): Promise<void>
}

export interface LoopSetup {
  readonly config: TrainingConfig
  readonly sentences: readonly TaggedSentence[]
  /** Which sentences each epoch has; absent where each has all of them once. */
  readonly sampler?: Sampler
  readonly step: TrainingStep
  readonly optimizer: Optimizer
  readonly schedule: Schedule
  /** Averages of the parameters, which are scored and kept in their place. */
  readonly averaging?: { readonly weights: AveragedWeights; readonly every: 'step' | 'epoch' }
  /** Sums the gradients of several batches; absent where each batch is an update. */
  readonly accumulator?: GradientAccumulator
  readonly checkpoints: CheckpointStore
  /** Scores the development set with the parameters as they are; absent without one. */
  readonly evaluate?: () => Promise<DevResult>
  /** Asked before every step: whether to stop cleanly now. */
  readonly isStopRequested: () => boolean
  /** Where an earlier run left off; its numbers are in the parameter store already. */
  readonly resume?: LoopState
}

/** Milliseconds between two step events. */
const STEP_EVENT_INTERVAL = 100

/** Milliseconds from an arbitrary point; for progress only, never for decisions that change the numbers. */
const now = () => performance.now()

/**
 * Trains until the epochs are done, the development score stops rising or a stop is asked for. Yields events; the
 * last is `done`. After `finished` and `early-stop` the parameter store holds the best values.
 *
 * The sequence of numbers depends on the setup alone: neither on time nor on when a checkpoint is written.
 *
 * @throws InputError `train/diverged` where the loss is no longer a number
 */
export async function* trainLoop(setup: LoopSetup): AsyncGenerator<TrainEvent, DoneEvent> {
  const run = new Run(setup)
  return yield* run.events()
}

class Run {
  private random: Random
  private epochRandom: Random
  private epoch: number
  private step: number
  private lossSum: number
  private tokens: number
  private trainingSeconds: number
  private best: LoopState['best']
  private epochsSinceBest: number
  private readonly secondsBefore: number
  private readonly started = now()
  private lastCheckpoint = now()
  private gradientNorm: number
  private readonly lengths: Int32Array

  constructor(private readonly setup: LoopSetup) {
    const { resume, config, sentences } = setup
    this.random = resume ? Random.fromState(resume.random) : Random.fromSeed(config.seed).fork()
    this.epochRandom = resume ? Random.fromState(resume.epochRandom) : Random.fromState(this.random.state())
    this.epoch = resume?.epoch ?? 1
    this.step = resume?.step ?? 0
    this.lossSum = resume?.lossSum ?? 0
    this.tokens = resume?.tokens ?? 0
    this.trainingSeconds = resume?.trainingSeconds ?? 0
    this.best = resume?.best ?? null
    this.gradientNorm = resume?.gradientNorm ?? 0
    this.epochsSinceBest = resume?.epochsSinceBest ?? 0
    this.secondsBefore = resume?.seconds ?? 0
    this.lengths = Int32Array.from(sentences, ({ unitIds }) => unitIds.length)
  }

  async *events(): AsyncGenerator<TrainEvent, DoneEvent> {
    const { config } = this.setup
    while (this.epoch <= config.epochs && !this.hasConverged() && !(this.step === 0 && this.isAtLimit())) {
      const interrupted = yield* this.runEpoch()
      if (interrupted) return yield* this.finish('interrupted')
    }
    if (this.setup.evaluate && this.best) await this.setup.checkpoints.restoreBest()
    else this.setup.averaging?.weights.exchange()
    if (this.hasConverged() && this.epoch <= config.epochs) return yield* this.finish('early-stop')
    return yield* this.finish(this.isAtLimit() ? 'limit' : 'finished')
  }

  private hasConverged(): boolean {
    const { patience } = this.setup.config
    return this.setup.evaluate !== undefined && patience !== null && this.epochsSinceBest >= patience
  }

  /** Whether as many updates were made, or as much time was spent, as the run is given; never before the first one. */
  private isAtLimit(): boolean {
    const { maxSteps, maxMinutes } = this.setup.config
    const { steps } = this.setup.optimizer
    if (steps === 0) return false
    return (
      (maxSteps !== null && steps >= maxSteps) || (maxMinutes !== null && this.seconds() >= maxMinutes * 60)
    )
  }

  /** Updates that the run will make at most. */
  private totalSteps(stepsPerEpoch: number): number {
    const { epochs, maxSteps } = this.setup.config
    return Math.min(stepsPerEpoch * epochs, maxSteps ?? Number.POSITIVE_INFINITY)
  }

  /** No more than what is left of the minutes that the run is given. */
  private withinLimit(secondsLeft: number): number {
    const { maxMinutes } = this.setup.config
    return maxMinutes === null
      ? secondsLeft
      : Math.min(secondsLeft, Math.max(0, maxMinutes * 60 - this.seconds()))
  }

  /** One epoch, or what is left of it or of the run's limits. @returns whether it was interrupted */
  private async *runEpoch(): AsyncGenerator<TrainEvent, boolean> {
    const { config, schedule, optimizer } = this.setup
    const planner = Random.fromState(this.epochRandom.state())
    const updates = inGroups(this.plan(planner), config.accumulate)
    // Schedules see an epoch of the mean size, whatever was drawn.
    const totalSteps = this.totalSteps(stepsPerEpoch(this.sentencesPerEpoch(), config))
    // The epoch's other draws go on from where planning ended.
    if (this.step === 0) this.random = planner
    let lastEvent = now()
    const secondsBefore = this.trainingSeconds
    const began = now()
    // Of the last update, where a checkpoint is taken up that has no more of this epoch to come.
    let learningRate =
      config.learningRate * schedule.factor(this.progress(Math.max(0, optimizer.steps - 1), totalSteps))
    for (; this.step < updates.length && !(this.step > 0 && this.isAtLimit()); this.step++) {
      if (this.setup.isStopRequested()) {
        this.trainingSeconds = secondsBefore + (now() - began) / 1000
        yield await this.checkpoint()
        return true
      }
      learningRate = config.learningRate * schedule.factor(this.progress(optimizer.steps, totalSteps))
      await this.takeStep(updates[this.step], learningRate)
      this.trainingSeconds = secondsBefore + (now() - began) / 1000
      if (now() - lastEvent >= STEP_EVENT_INTERVAL) {
        lastEvent = now()
        yield this.stepEvent(updates.length, learningRate)
      }
      if (now() - this.lastCheckpoint >= config.checkpointMinutes * 60_000) {
        this.step++
        yield await this.checkpoint()
        this.step--
      }
    }
    yield* this.endEpoch(learningRate, updates.length)
    return false
  }

  private progress(step: number, totalSteps: number): Progress {
    return { epoch: this.epoch - 1, step, totalSteps }
  }

  /** The epoch's batches, and before them its sentences, from the generator as the epoch began. */
  private plan(random: Random): number[][] {
    const { config, sampler } = this.setup
    const options = { batchSize: config.batchSize, random }
    if (!sampler) return planBatches(this.lengths, options)
    const drawn = sampler.draw(random)
    const lengths = drawn.map(index => this.lengths[index])
    return planBatches(lengths, options).map(batch => batch.map(place => drawn[place]))
  }

  private sentencesPerEpoch(): number {
    return this.setup.sampler?.expected ?? this.lengths.length
  }

  /** One update from the gradients of one batch, or of several summed. */
  private async takeStep(batches: readonly (readonly number[])[], learningRate: number): Promise<void> {
    const { sentences, step, optimizer, accumulator, averaging, config } = this.setup
    let rowGradients: readonly RowGradient[] = []
    let lossSum = 0
    let weightSum = 0
    for (const batch of batches) {
      const result = await step.run(
        batch.map(index => sentences[index]),
        this.random,
      )
      lossSum += result.loss * result.weight
      weightSum += result.weight
      if (accumulator) accumulator.add(result.rowGradients, result.weight)
      else rowGradients = result.rowGradients
      for (const index of batch) this.tokens += sentences[index].tokens
    }
    if (accumulator) rowGradients = accumulator.finish().rowGradients
    const loss = lossSum / weightSum
    const options = { clipNorm: config.clipNorm, gradientScale: accumulator ? 1 / weightSum : 1 }
    const update = Number.isFinite(loss)
      ? optimizer.step(learningRate, rowGradients, options)
      : { gradientNorm: Number.NaN, applied: false }
    if (!update.applied)
      throw new InputError('train/diverged', {
        where: `training.learningRate (epoch ${this.epoch}, step ${this.step + 1})`,
        expected: 'a loss and gradients that stay numbers',
        got: `loss ${loss}, gradient norm ${update.gradientNorm}`,
        remedy: `lower the learning rate (now ${learningRate}) or clip gradients (training.clipNorm)`,
      })
    if (averaging?.every === 'step') averaging.weights.update()
    this.gradientNorm = update.gradientNorm
    this.lossSum += loss
  }

  private async *endEpoch(learningRate: number, stepsPerEpoch: number): AsyncGenerator<TrainEvent> {
    const { config, evaluate, checkpoints, schedule, averaging } = this.setup
    const before = now()
    if (averaging?.every === 'epoch') averaging.weights.update()
    // What is scored and kept are the averages; training goes on from the values.
    averaging?.weights.exchange()
    const dev = evaluate ? await evaluate() : null
    const evaluationSeconds = (now() - before) / 1000
    const f1 = dev?.f1 ?? 0
    const isBest = dev !== null && (this.best === null || f1 > (this.best.scores.f1 ?? 0))
    if (isBest && dev) {
      const { precision, recall } = dev
      this.best = { epoch: this.epoch, scores: { precision, recall, f1: dev.f1 } }
      this.epochsSinceBest = 0
      await checkpoints.saveBest()
    } else this.epochsSinceBest++
    averaging?.weights.exchange()
    if (dev) schedule.observe(dev.f1)
    const secondsAStep = (this.trainingSeconds + evaluationSeconds) / this.step
    const stepsLeft = this.totalSteps(stepsPerEpoch) - stepsPerEpoch * this.epoch
    yield {
      kind: 'epoch',
      epoch: this.epoch,
      epochs: config.epochs,
      updates: this.setup.optimizer.steps,
      loss: this.lossSum / this.step,
      learningRate,
      tokensPerSecond: this.tokens / this.trainingSeconds,
      seconds: this.trainingSeconds,
      evaluationSeconds,
      secondsLeft: this.withinLimit(secondsAStep * Math.max(0, stepsLeft)),
      dev: dev && { precision: dev.precision, recall: dev.recall, f1: dev.f1 },
      types: dev?.types ?? null,
      best: isBest,
      gradientNorm: this.gradientNorm,
    }
    this.epoch++
    this.step = 0
    this.lossSum = 0
    this.tokens = 0
    this.trainingSeconds = 0
    this.epochRandom = Random.fromState(this.random.state())
    yield await this.checkpoint()
  }

  private async checkpoint(): Promise<TrainEvent> {
    await this.setup.checkpoints.save(this.state())
    this.lastCheckpoint = now()
    return { kind: 'checkpoint', epoch: this.epoch, step: this.step }
  }

  private state(): LoopState {
    return {
      epoch: this.epoch,
      step: this.step,
      epochRandom: this.epochRandom.state(),
      random: this.random.state(),
      optimizer: this.setup.optimizer.state(),
      schedule: this.setup.schedule.state(),
      averaging: this.setup.averaging?.weights.state() ?? null,
      lossSum: this.lossSum,
      tokens: this.tokens,
      trainingSeconds: this.trainingSeconds,
      best: this.best,
      epochsSinceBest: this.epochsSinceBest,
      gradientNorm: this.gradientNorm,
      seconds: this.seconds(),
    }
  }

  private seconds(): number {
    return this.secondsBefore + (now() - this.started) / 1000
  }

  private stepEvent(steps: number, learningRate: number): TrainEvent {
    const done = this.step + 1
    const secondsAStep = this.trainingSeconds / done
    const stepsLeft = this.totalSteps(steps) - (this.epoch - 1) * steps - done
    return {
      kind: 'step',
      epoch: this.epoch,
      step: done,
      steps,
      loss: this.lossSum / done,
      tokensPerSecond: this.tokens / this.trainingSeconds,
      learningRate,
      secondsLeft: this.withinLimit(secondsAStep * stepsLeft),
    }
  }

  private async *finish(reason: DoneEvent['reason']): AsyncGenerator<TrainEvent, DoneEvent> {
    const done: DoneEvent = {
      kind: 'done',
      reason,
      epoch: this.epoch - (this.step === 0 ? 1 : 0),
      bestEpoch: this.best?.epoch ?? null,
      best: this.best?.scores ?? null,
      seconds: this.seconds(),
    }
    yield done
    return done
  }
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = []
  for (let at = 0; at < items.length; at += size) groups.push(items.slice(at, at + size))
  return groups
}
