import { InputError } from '../../base/errors.js'
import { setting } from '../../base/fault.js'
import { Random } from '../../base/random.js'
import type { ConfigOf } from '../../config/schema.js'
import { Lbfgs } from '../../engine/optim/lbfgs.js'
import { AdaGrad } from '../../features/crf/adagrad.js'
import type { CrfEvaluator } from '../../features/crf/objective.js'
import { Perceptron } from '../../features/crf/perceptron.js'
import { type CrfData, parameterCount } from '../../features/crf/training-data.js'
import { StoredNumbers } from '../../features/stored-numbers.js'
import type { Tensors } from '../../run/run-files.js'
import type { CrfState } from '../../run/run-store.js'

/** What one pass over the corpus did. */
interface LearnerStep {
  readonly loss: number
  readonly gradientNorm: number
  readonly rate: number
}

/** An algorithm that finds the weights of a CRF, pass by pass. */
export interface CrfLearner {
  /** Passes so far. */
  readonly iteration: number
  /** Whether the development corpus chooses the pass that is kept. */
  readonly isChosen: boolean
  step(): LearnerStep
  isDone(epochs: number): boolean
  /** The weights as they are now; not to be changed. */
  weights(): Float64Array
  /** What a checkpoint holds; `resume` comes after `restore`. */
  tensors(): Tensors
  state(): Omit<CrfState, 'best' | 'seconds'>
  restore(tensors: Tensors, where: string): void
  resume(state: CrfState): void
}

type Algorithm = ConfigOf<'crf'>['training']['algorithm']
type Settings<Kind> = Extract<Algorithm, { readonly kind: Kind }>

export function createLearner(
  algorithm: Algorithm,
  data: CrfData,
  evaluator: CrfEvaluator,
  random: Random,
): CrfLearner {
  return algorithm.kind === 'lbfgs'
    ? new LbfgsLearner(algorithm, data, evaluator, random)
    : algorithm.kind === 'adagrad'
      ? new AdaGradLearner(algorithm, data, random)
      : new PerceptronLearner(data, random)
}

class LbfgsLearner implements CrfLearner {
  readonly isChosen = false
  iteration = 0
  private losses: number[] = []
  private hasConverged = false
  private readonly minimizer: Lbfgs

  constructor(
    private readonly settings: Settings<'lbfgs'>,
    data: CrfData,
    private readonly evaluator: CrfEvaluator,
    private readonly random: Random,
  ) {
    const { l1, memory } = settings
    this.minimizer = new Lbfgs(new Float64Array(parameterCount(data)), { l1, memory })
  }

  step(): LearnerStep {
    const { epsilon, delta, period } = this.settings
    const found = this.minimizer.step(this.evaluate)
    const { loss, gradientNorm, norm, rate } = found
    if (!Number.isFinite(loss))
      throw new InputError('train/diverged', {
        where: `iteration ${this.iteration + 1}`,
        expected: 'a loss that is a finite number',
        got: String(loss),
        remedy: ['raise ', setting('training.algorithm.l2')],
      })
    this.iteration++
    this.losses.push(loss)
    const before = this.losses.length > period ? this.losses.shift() : undefined
    this.hasConverged =
      rate === 0 ||
      gradientNorm < epsilon * Math.max(1, norm) ||
      (before !== undefined && before - loss < delta * Math.abs(loss))
    return { loss, gradientNorm, rate }
  }

  isDone(epochs: number): boolean {
    return this.hasConverged || this.iteration >= epochs
  }

  weights(): Float64Array {
    return this.minimizer.x
  }

  tensors(): Tensors {
    const { x, gradient, steps, changes } = this.minimizer.state()
    return rowsOf({ x, gradient, steps, changes, value: Float64Array.of(this.minimizer.smoothValue) })
  }

  state() {
    const { iteration, losses } = this
    const algorithm = 'lbfgs' as const
    return {
      algorithm,
      iteration,
      losses: [...losses],
      isDone: this.hasConverged,
      seen: 0,
      random: this.random.state(),
    }
  }

  restore(tensors: Tensors, where: string): void {
    const numbers = new StoredNumbers(tensors, where)
    const size = this.minimizer.x.length
    const steps = numbers.take('steps', 'F64', [undefined])
    const state = {
      x: numbers.take('x', 'F64', [size]),
      gradient: numbers.take('gradient', 'F64', [size]),
      steps,
      changes: numbers.take('changes', 'F64', [steps.length]),
    }
    const [value] = numbers.take('value', 'F64', [1])
    numbers.checkAllTaken()
    numbers.check('x', state.x, 'finite numbers', Number.isFinite)
    numbers.checkRows('steps', steps.length, size, this.settings.memory)
    this.minimizer.restore(state, value)
  }

  resume({ iteration, losses, isDone }: CrfState): void {
    this.iteration = iteration
    this.losses = [...losses]
    this.hasConverged = isDone
  }

  private readonly evaluate = (x: Float64Array, gradient: Float64Array): number => {
    const { l2 } = this.settings
    let loss = this.evaluator.evaluate(x, gradient)
    let squares = 0
    for (let p = 0; p < x.length; p++) {
      squares += x[p] * x[p]
      gradient[p] += 2 * l2 * x[p]
    }
    loss += l2 * squares
    return loss
  }
}

class AdaGradLearner implements CrfLearner {
  readonly isChosen = true
  iteration = 0
  private readonly adaGrad: AdaGrad

  constructor(
    private readonly settings: Settings<'adagrad'>,
    data: CrfData,
    private random: Random,
  ) {
    this.adaGrad = new AdaGrad(data, settings)
  }

  step(): LearnerStep {
    const loss = this.adaGrad.epoch(this.random)
    this.iteration++
    return { loss, gradientNorm: 0, rate: this.settings.rate }
  }

  isDone(epochs: number): boolean {
    return this.iteration >= epochs
  }

  weights(): Float64Array {
    return this.adaGrad.weights
  }

  tensors(): Tensors {
    const { weights, squares } = this.adaGrad
    return rowsOf({ weights, squares })
  }

  state() {
    const { iteration, random } = this
    return {
      ...{ algorithm: 'adagrad' as const, iteration },
      losses: [],
      isDone: false,
      seen: 0,
      random: random.state(),
    }
  }

  restore(tensors: Tensors, where: string): void {
    const numbers = new StoredNumbers(tensors, where)
    const size = this.adaGrad.weights.length
    const weights = numbers.take('weights', 'F64', [size])
    const squares = numbers.take('squares', 'F64', [size])
    numbers.checkAllTaken()
    numbers.check('weights', weights, 'finite numbers', Number.isFinite)
    numbers.check('squares', squares, 'numbers from 0', value => value >= 0 && Number.isFinite(value))
    this.adaGrad.restore({ weights, squares })
  }

  resume({ iteration, random }: CrfState): void {
    this.iteration = iteration
    this.random = Random.fromState(random)
  }
}

/** Lists of numbers, each a tensor of one dimension. */
function rowsOf(lists: Readonly<Record<string, Float64Array>>): Tensors {
  return new Map(
    Object.entries(lists).map(([name, data]) => [name, { dtype: 'F64', shape: [data.length], data }]),
  )
}

class PerceptronLearner implements CrfLearner {
  readonly isChosen = true
  iteration = 0
  private readonly perceptron: Perceptron
  private mean: Float64Array | undefined

  constructor(
    data: CrfData,
    private random: Random,
  ) {
    this.perceptron = new Perceptron(data)
  }

  step(): LearnerStep {
    const loss = this.perceptron.epoch(this.random)
    this.iteration++
    this.mean = undefined
    return { loss, gradientNorm: 0, rate: 1 }
  }

  isDone(epochs: number): boolean {
    return this.iteration >= epochs
  }

  weights(): Float64Array {
    this.mean ??= this.perceptron.average()
    return this.mean
  }

  tensors(): Tensors {
    const { weights, sums } = this.perceptron
    return rowsOf({ weights, sums })
  }

  state() {
    const { iteration, perceptron, random } = this
    return {
      algorithm: 'perceptron' as const,
      iteration,
      losses: [],
      isDone: false,
      seen: perceptron.seen,
      random: random.state(),
    }
  }

  restore(tensors: Tensors, where: string): void {
    const numbers = new StoredNumbers(tensors, where)
    const size = this.perceptron.weights.length
    const weights = numbers.take('weights', 'F64', [size])
    const sums = numbers.take('sums', 'F64', [size])
    numbers.checkAllTaken()
    numbers.check('weights', weights, 'finite numbers', Number.isFinite)
    this.perceptron.restore({ weights, sums, seen: 0 })
  }

  resume({ iteration, random, seen }: CrfState): void {
    this.iteration = iteration
    this.random = Random.fromState(random)
    this.perceptron.seen = seen
  }
}
