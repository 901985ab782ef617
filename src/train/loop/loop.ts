import { InputError } from '../../base/errors.js'
import { Random } from '../../base/random.js'
import { planBatches } from '../../encode/batches.js'
import type { Schedule } from '../../engine/optim/schedules.js'
import type { DoneEvent, EpochEvent, StepEvent, TrainEvent } from '../../run/events.js'
import type { LoopState } from '../../run/run-store.js'
import type { FixedConfig } from '../prepare/corpus-size.js'
import { type Sampler, stepsPerEpoch } from '../prepare/sampling.js'
import type { DevResult } from './dev-evaluation.js'
import { type Helpers, type SideBySide, sideBySide } from './side-by-side.js'
import type { UpdateSetup } from './updates.js'

/** Where the loop keeps what it needs to continue, and the best parameters. */
interface Checkpoints {
  /** Keeps the state and everything in the parameter store, replacing what was kept before in one move. */
  save(state: LoopState): Promise<void>
  /** Keeps the parameters as the best so far. */
  saveBest(): Promise<void>
  /** Puts the best parameters back into the parameter store. */
  restoreBest(): Promise<void>
}

export interface LoopSetup extends Omit<UpdateSetup, 'clipNorm'> {
  readonly config: FixedConfig['training']
  /** Which sentences each epoch has; absent where each has all of them once. */
  readonly sampler?: Sampler
  readonly schedule: Schedule
  readonly checkpoints: Checkpoints
  /** Other threads that compute gradients; absent where this thread computes all. */
  readonly helpers?: Helpers
  /** Scores the development corpus with the parameters as they are; absent without one. */
  readonly evaluate?: () => Promise<DevResult>
  /** Asked before every step: whether to stop cleanly now. */
  readonly isStopRequested: () => boolean
  /** Where an earlier run left off. Its numbers must be in the parameter store already. */
  readonly resume?: LoopState
  /** Milliseconds from an arbitrary point. They decide when something is reported or saved, and `training.maxMinutes`. */
  readonly now?: () => number
}

/** Milliseconds between two step events. */
const STEP_EVENT_INTERVAL = 100

/**
 * Trains until the epochs are done, a limit is reached, the development score stops rising or a stop is requested.
 * Yields events; the last is `done`. Unless it was interrupted, the parameter store then holds the best parameters, or
 * without a development corpus the last ones.
 *
 * The numbers depend on the setup alone, neither on time nor on when a checkpoint is written.
 *
 * @throws InputError `train/diverged` where the loss is no longer a finite number
 */
export async function* trainLoop(setup: LoopSetup): AsyncGenerator<TrainEvent, void> {
  yield* new Loop(setup).events()
}

type Position = Omit<LoopState, 'random' | 'epochRandom' | 'optimizer' | 'schedule' | 'averaging' | 'seconds'>

const START: Position = {
  epoch: 1,
  step: 0,
  lossSum: 0,
  tokens: 0,
  trainingSeconds: 0,
  best: null,
  epochsSinceBest: 0,
  gradientNorm: 0,
}

class Loop {
  private at: { -readonly [Key in keyof Position]: Position[Key] }
  private random: Random
  private epochRandom: Random
  private readonly lengths: Int32Array
  private readonly now: () => number
  private readonly started: number
  private lastCheckpoint: number

  constructor(private readonly setup: LoopSetup) {
    const { resume, config, sentences, now = () => performance.now() } = setup
    this.at = positionOf(resume ?? START)
    this.random = resume ? Random.fromState(resume.random) : Random.fromSeed(config.seed).fork()
    this.epochRandom = Random.fromState(resume?.epochRandom ?? this.random.state())
    this.lengths = Int32Array.from(sentences, ({ unitIds }) => unitIds.length)
    this.now = now
    this.started = this.lastCheckpoint = now()
    if (resume) restoreUpdates(setup, resume)
  }

  async *events(): AsyncGenerator<TrainEvent, void> {
    const { config, evaluate, checkpoints, averaging } = this.setup
    while (
      this.at.epoch <= config.epochs &&
      !this.hasConverged() &&
      !(this.at.step === 0 && this.isAtLimit())
    )
      if (yield* this.runEpoch()) {
        yield this.done('interrupted')
        return
      }
    if (evaluate && this.at.best) await checkpoints.restoreBest()
    else averaging?.weights.exchange()
    if (this.hasConverged() && this.at.epoch <= config.epochs) yield this.done('early-stop')
    else yield this.done(this.isAtLimit() ? 'limit' : 'finished')
  }

  private hasConverged(): boolean {
    const { config, evaluate, optimizer } = this.setup
    const { patience, minSteps } = config
    return (
      evaluate !== undefined &&
      patience !== null &&
      this.at.epochsSinceBest >= patience &&
      optimizer.steps >= minSteps
    )
  }

  /** Whether `maxSteps` or `maxMinutes` is reached; never before the first update. */
  private isAtLimit(): boolean {
    const { maxSteps, maxMinutes } = this.setup.config
    const { steps } = this.setup.optimizer
    if (steps === 0) return false
    return (
      (maxSteps !== null && steps >= maxSteps) || (maxMinutes !== null && this.seconds() >= maxMinutes * 60)
    )
  }

  /** One epoch, or what is left of it or of the run's limits. @returns whether it was interrupted */
  private async *runEpoch(): AsyncGenerator<TrainEvent, boolean> {
    const { at, setup, now } = this
    const { config, optimizer } = setup
    const planner = Random.fromState(this.epochRandom.state())
    const updates = inGroups(this.plan(planner), config.accumulate)
    // The epoch's other draws continue from where planning ended.
    if (at.step === 0) this.random = planner
    const began = now()
    const secondsBefore = at.trainingSeconds
    let lastEvent = began
    // For an epoch that is resumed after its last update.
    let learningRate = this.learningRate(Math.max(0, optimizer.steps - 1))
    for (; at.step < updates.length && !(at.step > 0 && this.isAtLimit()); ) {
      if (setup.isStopRequested()) {
        yield await this.checkpoint()
        return true
      }
      const group = this.group(updates)
      learningRate = group[group.length - 1].learningRate
      const { clipNorm } = config
      for (const { loss, gradientNorm, tokens } of await sideBySide(
        { ...setup, clipNorm },
        group,
        this.random,
      )) {
        at.lossSum += loss
        at.tokens += tokens
        at.gradientNorm = gradientNorm
        at.step++
      }
      at.trainingSeconds = secondsBefore + (now() - began) / 1000
      if (now() - lastEvent >= STEP_EVENT_INTERVAL) {
        lastEvent = now()
        yield this.stepEvent(updates.length, learningRate)
      }
      if (now() - this.lastCheckpoint >= config.checkpointMinutes * 60_000) yield await this.checkpoint()
    }
    yield await this.endEpoch(updates.length, learningRate)
    yield await this.checkpoint()
    return false
  }

  /** The next updates, whose gradients are computed side by side. */
  private group(updates: readonly number[][][]): SideBySide[] {
    const { config, optimizer, helpers } = this.setup
    const left = (config.maxSteps ?? Number.POSITIVE_INFINITY) - optimizer.steps
    const count = Math.max(1, Math.min(1 + (helpers?.count ?? 0), left))
    return updates.slice(this.at.step, this.at.step + count).map((batches, i) => ({
      batches,
      learningRate: this.learningRate(optimizer.steps + i),
    }))
  }

  /** The rate of the next update after this many. Schedules see epochs of the mean size, whatever was drawn. */
  private learningRate(step: number): number {
    const { config, schedule, sampler } = this.setup
    const perEpoch = stepsPerEpoch(sampler?.expected ?? this.lengths.length, config)
    const progress = { epoch: this.at.epoch - 1, step, totalSteps: this.totalSteps(perEpoch) }
    return config.learningRate * schedule.factor(progress)
  }

  /** The most updates that the run will make. */
  private totalSteps(perEpoch: number): number {
    const { epochs, maxSteps } = this.setup.config
    return Math.min(perEpoch * epochs, maxSteps ?? Number.POSITIVE_INFINITY)
  }

  /** The epoch's batches, and before them its sentences, from the generator as the epoch began. */
  private plan(random: Random): number[][] {
    const { config, sampler } = this.setup
    // Threads wait for one another, so that theirs are of similar length.
    const together = config.workers === 1 ? 1 : config.workers * config.accumulate
    const options = { batchSize: config.batchSize, random, together }
    if (!sampler) return planBatches(this.lengths, options)
    const drawn = sampler.draw(random)
    const lengths = drawn.map(index => this.lengths[index])
    return planBatches(lengths, options).map(batch => batch.map(place => drawn[place]))
  }

  /** Scores the epoch, keeps its parameters if they are the best, and starts the next one. */
  private async endEpoch(steps: number, learningRate: number): Promise<EpochEvent> {
    const { at, setup } = this
    const { config, evaluate, checkpoints, schedule, averaging } = setup
    const before = this.now()
    if (averaging?.every === 'epoch') averaging.weights.update()
    // The averages are scored and kept; training continues from the values.
    averaging?.weights.exchange()
    const dev = evaluate ? await evaluate() : null
    const evaluationSeconds = (this.now() - before) / 1000
    const scores = dev && { precision: dev.precision, recall: dev.recall, f1: dev.f1 }
    const isBest = scores !== null && (at.best === null || (scores.f1 ?? 0) > (at.best.scores.f1 ?? 0))
    if (isBest) {
      at.best = { epoch: at.epoch, scores }
      at.epochsSinceBest = 0
      await checkpoints.saveBest()
    } else if ((at.best?.scores.f1 ?? 0) > 0) at.epochsSinceBest++ // Patience begins once an entity was found.
    averaging?.weights.exchange()
    if (dev) schedule.observe(dev.f1)
    const secondsPerStep = (at.trainingSeconds + evaluationSeconds) / at.step
    const event: EpochEvent = {
      kind: 'epoch',
      epoch: at.epoch,
      epochs: config.epochs,
      updates: setup.optimizer.steps,
      loss: at.lossSum / at.step,
      learningRate,
      tokensPerSecond: at.tokens / at.trainingSeconds,
      seconds: at.trainingSeconds,
      evaluationSeconds,
      secondsLeft: this.secondsLeft(secondsPerStep, steps, at.epoch * steps),
      dev: scores,
      types: dev?.types ?? null,
      best: isBest,
      gradientNorm: at.gradientNorm,
    }
    const { epoch, best, epochsSinceBest, gradientNorm } = at
    this.at = { ...START, epoch: epoch + 1, best, epochsSinceBest, gradientNorm }
    this.epochRandom = Random.fromState(this.random.state())
    return event
  }

  private async checkpoint(): Promise<TrainEvent> {
    const { optimizer, schedule, averaging, checkpoints } = this.setup
    await checkpoints.save({
      ...this.at,
      epochRandom: this.epochRandom.state(),
      random: this.random.state(),
      optimizer: optimizer.state(),
      schedule: schedule.state(),
      averaging: averaging?.weights.state() ?? null,
      seconds: this.seconds(),
    })
    this.lastCheckpoint = this.now()
    return { kind: 'checkpoint', epoch: this.at.epoch, step: this.at.step }
  }

  private stepEvent(steps: number, learningRate: number): StepEvent {
    const { epoch, step, lossSum, tokens, trainingSeconds } = this.at
    return {
      kind: 'step',
      epoch,
      step,
      steps,
      loss: lossSum / step,
      tokensPerSecond: tokens / trainingSeconds,
      learningRate,
      secondsLeft: this.secondsLeft(trainingSeconds / step, steps, (epoch - 1) * steps + step),
    }
  }

  /** Expected seconds to the end of the run, and no more than `maxMinutes` leaves. @param done updates so far */
  private secondsLeft(secondsPerStep: number, stepsPerEpoch: number, done: number): number {
    const { maxMinutes } = this.setup.config
    const expected = secondsPerStep * Math.max(0, this.totalSteps(stepsPerEpoch) - done)
    return maxMinutes === null ? expected : Math.min(expected, Math.max(0, maxMinutes * 60 - this.seconds()))
  }

  private seconds(): number {
    return (this.setup.resume?.seconds ?? 0) + (this.now() - this.started) / 1000
  }

  private done(reason: DoneEvent['reason']): DoneEvent {
    const { epoch, step, best } = this.at
    return {
      kind: 'done',
      reason,
      epoch: epoch - (step === 0 ? 1 : 0),
      bestEpoch: best?.epoch ?? null,
      best: best?.scores ?? null,
      seconds: this.seconds(),
    }
  }
}

function positionOf(state: Position): Position {
  const { epoch, step, lossSum, tokens, trainingSeconds, best, epochsSinceBest, gradientNorm } = state
  return { epoch, step, lossSum, tokens, trainingSeconds, best, epochsSinceBest, gradientNorm }
}

function inGroups<T>(items: readonly T[], size: number): T[][] {
  const groups: T[][] = []
  for (let at = 0; at < items.length; at += size) groups.push(items.slice(at, at + size))
  return groups
}

/** @throws InputError `train/resume` for the state of another optimizer, of other tables or without averages */
function restoreUpdates({ optimizer, schedule, averaging }: LoopSetup, resume: LoopState): void {
  try {
    optimizer.restore(resume.optimizer)
    schedule.restore(resume.schedule)
    if (averaging && !resume.averaging) throw new RangeError('no averages')
    if (resume.averaging) averaging?.weights.restore(resume.averaging)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InputError('train/resume', {
      where: 'the last checkpoint',
      expected: 'the state of the optimizer that the configuration names',
      got: error.message,
      remedy: 'copy the run folder again, or start a new run',
    })
  }
}
