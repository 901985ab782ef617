/**
 * L-BFGS (Nocedal & Wright 2006, algorithm 7.4) with a line search for the strong Wolfe conditions (algorithms 3.5 and 3.6),
 * and OWL-QN for a penalty on absolute values (Andrew & Gao 2007), which sets parameters to exactly 0.
 */

/** The smooth part of a loss. @param gradient receives its gradient @returns its value */
export type Evaluate = (x: Float64Array, gradient: Float64Array) => number

export interface LbfgsOptions {
  /** Earlier steps from which the curvature is estimated. Default 6. */
  readonly memory?: number
  /** Weight of the sum of absolute values. Default 0. */
  readonly l1?: number
}

/** What a step found. */
export interface LbfgsStep {
  /** Of the whole loss, the penalty on absolute values included. */
  readonly loss: number
  /** Euclidean norms of the gradient (where there is `l1`, of the pseudo-gradient) and of the parameters. */
  readonly gradientNorm: number
  readonly norm: number
  /** How much of the direction was taken; 0 where no step lowers the loss any further. */
  readonly rate: number
  readonly evaluations: number
}

/** What a minimizer needs to continue, oldest steps first. */
export interface LbfgsState {
  readonly x: Float64Array
  readonly gradient: Float64Array
  /** Steps and differences of gradients, row-major `[kept, parameters]`. */
  readonly steps: Float64Array
  readonly changes: Float64Array
}

/** Wolfe's conditions: how much the loss must fall, and how flat it must be. */
const FALL = 1e-4
const FLAT = 0.9
const MOST_TRIALS = 40

/**
 * Minimizes a function step by step.
 *
 * @example
 * const minimizer = new Lbfgs(new Float64Array(2))
 * while (minimizer.step(evaluate).gradientNorm > 1e-6);
 * minimizer.x
 */
export class Lbfgs {
  private readonly memory: number
  private readonly l1: number
  private readonly steps: Float64Array[] = []
  private readonly changes: Float64Array[] = []
  /** `step · change` of each. */
  private products: number[] = []
  /** What `pseudoGradient` writes. */
  private readonly pseudo: Float64Array
  private readonly gradient: Float64Array
  /** Of the smooth part; `undefined` before the first evaluation. */
  private value: number | undefined

  /** @param x where to start; becomes the minimizer's own */
  constructor(
    readonly x: Float64Array,
    { memory = 6, l1 = 0 }: LbfgsOptions = {},
  ) {
    this.memory = memory
    this.l1 = l1
    this.gradient = new Float64Array(x.length)
    this.pseudo = new Float64Array(l1 > 0 ? x.length : 0)
  }

  /** One iteration: a direction, and a search along it. */
  step(evaluate: Evaluate): LbfgsStep {
    let evaluations = 0
    const counted: Evaluate = (x, gradient) => {
      evaluations++
      return evaluate(x, gradient)
    }
    this.value ??= counted(this.x, this.gradient)
    const slope = this.l1 > 0 ? this.pseudoGradient() : this.gradient
    const norm = length(slope)
    if (norm === 0) return this.result(0, evaluations)
    let direction = this.direction(slope)
    if (!(dot(direction, slope) < 0)) {
      this.forget()
      direction = this.direction(slope)
    }
    const first = this.steps.length === 0 ? 1 / norm : 1
    const search = this.l1 > 0 ? this.searchOrthant : this.searchWolfe
    let found = search.call(this, counted, direction, slope, first)
    if (!found && this.steps.length > 0) {
      // An old estimate of the curvature may lead nowhere: the gradient itself does not.
      this.forget()
      found = search.call(this, counted, this.direction(slope), slope, 1 / norm)
    }
    if (!found) return this.result(0, evaluations)
    const { x, gradient, value, rate } = found
    this.remember(x, gradient)
    this.x.set(x)
    this.gradient.set(gradient)
    this.value = value
    return this.result(rate, evaluations)
  }

  /** Copies of everything that the next step depends on. */
  state(): LbfgsState {
    return {
      x: this.x.slice(),
      gradient: this.gradient.slice(),
      steps: joined(this.steps, this.x.length),
      changes: joined(this.changes, this.x.length),
    }
  }

  /** Continues where `state` was taken. @param value of the smooth part there */
  restore({ x, gradient, steps, changes }: LbfgsState, value: number): void {
    const size = this.x.length
    this.x.set(x)
    this.gradient.set(gradient)
    this.value = value
    this.steps.splice(0, this.steps.length, ...parts(steps, size))
    this.changes.splice(0, this.changes.length, ...parts(changes, size))
    this.products = this.steps.map((step, k) => dot(step, this.changes[k]))
  }

  /** The smooth part's value at `x`. */
  get smoothValue(): number {
    return this.value ?? Number.NaN
  }

  private result(rate: number, evaluations: number): LbfgsStep {
    const slope = this.l1 > 0 ? this.pseudoGradient() : this.gradient
    return {
      loss: this.total(this.value ?? Number.NaN, this.x),
      gradientNorm: length(slope),
      norm: length(this.x),
      rate,
      evaluations,
    }
  }

  private total(value: number, x: Float64Array): number {
    if (this.l1 === 0) return value
    let sum = 0
    for (let i = 0; i < x.length; i++) sum += Math.abs(x[i])
    return value + this.l1 * sum
  }

  /** Where the loss falls: at 0, only if it falls by more than the penalty rises. */
  private pseudoGradient(): Float64Array {
    const { x, gradient, l1, pseudo } = this
    for (let i = 0; i < x.length; i++) {
      const g = gradient[i]
      if (x[i] !== 0) pseudo[i] = x[i] > 0 ? g + l1 : g - l1
      else pseudo[i] = g + l1 < 0 ? g + l1 : g - l1 > 0 ? g - l1 : 0
    }
    return pseudo
  }

  private forget(): void {
    this.steps.length = 0
    this.changes.length = 0
    this.products = []
  }

  /** Minus the slope, times the estimated inverse of the curvature (the two-loop recursion). */
  private direction(slope: Float64Array): Float64Array {
    const { steps, changes, products } = this
    const d = slope.slice()
    scale(d, -1)
    const shares: number[] = []
    for (let k = steps.length - 1; k >= 0; k--) {
      shares[k] = dot(steps[k], d) / products[k]
      addScaled(d, changes[k], -shares[k])
    }
    const last = steps.length - 1
    if (last >= 0) scale(d, products[last] / dot(changes[last], changes[last]))
    for (let k = 0; k < steps.length; k++) {
      const share = dot(changes[k], d) / products[k]
      addScaled(d, steps[k], shares[k] - share)
    }
    if (this.l1 > 0) for (let i = 0; i < d.length; i++) if (d[i] * slope[i] >= 0) d[i] = 0
    return d
  }

  /** Halves the step until the loss falls enough, and crosses no 0 on the way. */
  private searchOrthant(
    evaluate: Evaluate,
    direction: Float64Array,
    slope: Float64Array,
    first: number,
  ): Found | undefined {
    const before = this.total(this.value ?? 0, this.x)
    const x = new Float64Array(this.x.length)
    const gradient = new Float64Array(this.x.length)
    let rate = first
    for (let trial = 0; trial < MOST_TRIALS; trial++, rate /= 2) {
      let fall = 0
      for (let i = 0; i < x.length; i++) {
        const orthant = this.x[i] === 0 ? -slope[i] : this.x[i]
        const next = this.x[i] + rate * direction[i]
        x[i] = next * orthant > 0 ? next : 0
        fall += slope[i] * (x[i] - this.x[i])
      }
      const value = evaluate(x, gradient)
      if (this.total(value, x) <= before + FALL * fall) return { x, gradient, value, rate }
    }
    return undefined
  }

  private searchWolfe(
    evaluate: Evaluate,
    direction: Float64Array,
    slope: Float64Array,
    first: number,
  ): Found | undefined {
    const start = this.value ?? 0
    const startSlope = dot(direction, slope)
    const x = new Float64Array(this.x.length)
    const at = (rate: number): Trial => {
      for (let i = 0; i < x.length; i++) x[i] = this.x[i] + rate * direction[i]
      const gradient = new Float64Array(x.length)
      const value = evaluate(x, gradient)
      return { rate, value, slope: dot(gradient, direction), gradient }
    }
    const isLow = ({ rate, value }: Trial) => value <= start + FALL * rate * startSlope
    const isFlat = (trial: Trial) => Math.abs(trial.slope) <= -FLAT * startSlope
    const taken = ({ rate, value, gradient }: Trial): Found => {
      for (let i = 0; i < x.length; i++) x[i] = this.x[i] + rate * direction[i]
      return { x, gradient, value, rate }
    }
    let low: Trial = { rate: 0, value: start, slope: startSlope, gradient: this.gradient }
    let high: Trial | undefined
    let rate = first
    for (let trial = 0; trial < MOST_TRIALS; trial++) {
      const next = at(rate)
      if (!(isLow(next) && (low.rate === 0 || next.value < low.value))) high = next
      else if (isFlat(next)) return taken(next)
      else {
        if (next.slope * (high ? high.rate - low.rate : 1) >= 0) high = low
        low = next
      }
      rate = high ? between(low, high) : 2 * rate
      if (high && Math.abs(high.rate - low.rate) < 1e-16 * Math.max(1, low.rate)) break
    }
    // Rounding may hide the flat place; a lower one will do.
    return low.rate > 0 ? taken(low) : undefined
  }

  private remember(x: Float64Array, gradient: Float64Array): void {
    const isFull = this.steps.length === this.memory
    if (isFull) this.products.shift()
    const step = (isFull ? this.steps.shift() : undefined) ?? new Float64Array(x.length)
    const change = (isFull ? this.changes.shift() : undefined) ?? new Float64Array(x.length)
    for (let i = 0; i < x.length; i++) {
      step[i] = x[i] - this.x[i]
      change[i] = gradient[i] - this.gradient[i]
    }
    const product = dot(step, change)
    if (!(product > 1e-300)) return
    this.products.push(product)
    this.steps.push(step)
    this.changes.push(change)
  }
}

interface Found {
  readonly x: Float64Array
  readonly gradient: Float64Array
  readonly value: number
  readonly rate: number
}

interface Trial {
  readonly rate: number
  readonly value: number
  readonly slope: number
  readonly gradient: Float64Array
}

/** The minimum of the cubic through two trials (Nocedal & Wright, equation 3.59), not too close to either. */
function between(a: Trial, b: Trial): number {
  const width = b.rate - a.rate
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.rate - b.rate)
  const root = d1 * d1 - a.slope * b.slope
  const d2 = Math.sign(width) * Math.sqrt(root)
  const cubic = b.rate - (width * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2)
  const share = (cubic - a.rate) / width
  return share > 0.1 && share < 0.9 ? cubic : a.rate + width / 2
}

function dot(a: Float64Array, b: Float64Array): number {
  // Four sums, so that an addition need not wait for the one before.
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  const whole = a.length - (a.length % 4)
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i] * b[i]
    s1 += a[i + 1] * b[i + 1]
    s2 += a[i + 2] * b[i + 2]
    s3 += a[i + 3] * b[i + 3]
  }
  for (let i = whole; i < a.length; i++) s0 += a[i] * b[i]
  return s0 + s1 + (s2 + s3)
}

function length(a: Float64Array): number {
  return Math.sqrt(dot(a, a))
}

function addScaled(to: Float64Array, a: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * a[i]
}

function scale(a: Float64Array, factor: number): void {
  for (let i = 0; i < a.length; i++) a[i] *= factor
}

function joined(rows: readonly Float64Array[], size: number): Float64Array {
  const all = new Float64Array(rows.length * size)
  rows.forEach((row, i) => {
    all.set(row, i * size)
  })
  return all
}

function parts(all: Float64Array, size: number): Float64Array[] {
  return Array.from({ length: all.length / size }, (_, i) => all.slice(i * size, (i + 1) * size))
}
