/**
 * A linear-chain CRF (Lafferty, McCallum & Pereira 2001) as a loss: the negative log-likelihood, its gradient by the
 * forward–backward algorithm. It works in probability space, each step normalized by its sum (Rabiner 1989, scaling):
 * one small matrix product per step, and no exponentials inside the recurrence.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { fixedSize } from './linear.js'

/** In place of a score that is not allowed: its exponential is 0. */
const FORBIDDEN = -1e30

export interface CrfParameters {
  /** `[states, states]`, from row to column. */
  readonly transitions: Value
  /** `[states, 1]` */
  readonly start: Value
  /** `[states, 1]` */
  readonly end: Value
}

/** How often each state, step, start and end occurs in the right paths of a batch. */
export interface CrfGold {
  /** `[time, states, batch]`: 1 at each step's right state; 0 at padding. */
  readonly emissions: Value
  /** `[states, states]`: how often each transition occurs in the batch. */
  readonly transitions: Value
  /** `[states, 1]`: how many sequences start, and end, in each state. */
  readonly start: Value
  readonly end: Value
}

/** Which paths a batch's labels allow: those that pass only through what is true here. */
export interface CrfAllowed {
  /**
   * bool `[time, states, batch]`: the states that each step may be in, all true at padding. Every state must lie on an
   * allowed path.
   */
  readonly emissions: Value
  /** bool `[states, states]` */
  readonly transitions: Value
  /** bool `[states, 1]` */
  readonly start: Value
  /** bool `[states, 1]` */
  readonly end: Value
}

/**
 * The negative log-likelihood of the right paths, summed over the batch and multiplied by `scale`.
 *
 * @param logits `[time, states, batch]`, time ≥ 2 (pad shorter batches)
 * @param mask `[time, 1, batch]` boolean: false at padding; every sequence has at least one step, at the front
 * @param scale scalar, such as 1 / batch
 * @returns scalar, float32
 */
export function crfLoss(
  g: GraphBuilder,
  logits: Value,
  mask: Value,
  parameters: CrfParameters,
  gold: CrfGold,
  scale: Value,
): Value {
  return g.inLayer('crf', () => {
    const { transitions, start, end } = parameters
    const pass = forward(g, logits, mask, parameters)
    const goldScore = g.add(
      g.add(total(g, g.mul(logits, gold.emissions)), total(g, g.mul(transitions, gold.transitions))),
      g.add(total(g, g.mul(start, gold.start)), total(g, g.mul(end, gold.end))),
    )
    const [loss] = g.withGradient({
      inputs: [logits, transitions, start, end],
      outputs: [g.mul(g.sub(logPartition(g, pass), goldScore), scale)],
      backward: (b, [dLoss]) =>
        dLoss ? difference(b, expectedCounts(b, pass), gold, b.mul(dLoss, scale)) : [null, null, null, null],
    })
    return loss
  })
}

/**
 * The negative log of the probability that the labels allow: log Z over all paths minus log Z over the allowed ones
 * (Tsuboi et al. 2008, Training Conditional Random Fields Using Incomplete Annotations). It equals `crfLoss` where one
 * path is allowed, and is 0 where all are.
 *
 * Takes what `crfLoss` takes, with the allowed paths in place of the right ones.
 */
export function partialCrfLoss(
  g: GraphBuilder,
  logits: Value,
  mask: Value,
  parameters: CrfParameters,
  allowed: CrfAllowed,
  scale: Value,
): Value {
  return g.inLayer('partial-crf', () => {
    const { transitions, start, end } = parameters
    const pass = forward(g, logits, mask, parameters)
    const allowedPass = forward(g, logits, mask, parameters, allowed)
    const [loss] = g.withGradient({
      inputs: [logits, transitions, start, end],
      outputs: [g.mul(g.sub(logPartition(g, pass), logPartition(g, allowedPass)), scale)],
      backward: (b, [dLoss]) =>
        dLoss
          ? difference(b, expectedCounts(b, pass), expectedCounts(b, allowedPass), b.mul(dLoss, scale))
          : [null, null, null, null],
    })
    return loss
  })
}

function total(g: GraphBuilder, value: Value): Value {
  return g.reduceSum(value, [...value.shape.keys()])
}

function logPartition(
  g: GraphBuilder,
  { highest, sums, firstSum, lastSum, isInside, isLater }: ForwardPass,
): Value {
  return g.add(
    g.add(total(g, g.mul(g.log(sums), isLater)), total(g, g.add(g.log(firstSum), g.log(lastSum)))),
    total(g, g.mul(highest, isInside)),
  )
}

type ForwardPass = ReturnType<typeof forward>

/** alpha_t(j) ∝ weight_t(j) · Σ_i alpha_{t−1}(i) · step(i, j) */
function forward(
  g: GraphBuilder,
  logits: Value,
  mask: Value,
  { transitions, start, end }: CrfParameters,
  allowed?: CrfAllowed,
) {
  const states = fixedSize(transitions, 0)
  const scores = allowed ? g.where(allowed.emissions, logits, g.constant(FORBIDDEN)) : logits
  const highest = g.reduceMax(scores, [1], { keepDims: true }) // [time, 1, batch]
  const weights = g.exp(g.sub(scores, highest))
  const weightOf = (score: Value, isAllowed: Value | undefined) =>
    isAllowed ? g.where(isAllowed, g.exp(score), g.constant(0)) : g.exp(score)
  const steps = weightOf(transitions, allowed?.transitions)
  const rest = { axis: 0, start: 1, end: Number.MAX_SAFE_INTEGER }
  const laterMask = g.slice(mask, rest)
  const laterWeights = g.slice(weights, rest)
  const first = g.reshape(
    g.mul(g.slice(weights, { axis: 0, start: 0, end: 1 }), weightOf(start, allowed?.start)),
    [states, -1],
  )
  const firstSum = g.reduceSum(first, [0], { keepDims: true })
  const alpha0 = g.div(first, firstSum)
  const stepsInto = g.transpose(steps, [1, 0])
  const loop = g.scan(
    { name: 'alpha', states: [alpha0], sequences: [{ value: laterWeights }, { value: laterMask }] },
    (body, [alpha], [weight, isInside]) => {
      const reached = body.mul(body.matMul(stepsInto, alpha), weight)
      const sum = body.reduceSum(reached, [0], { keepDims: true })
      const next = body.where(isInside, body.div(reached, sum), alpha)
      // After a sequence's end no step may be allowed; the sum of none is 0, which nothing may be divided by.
      const divisor = allowed ? body.where(isInside, sum, body.constant(1)) : sum
      return { states: [next], outputs: [next, divisor] }
    },
  )
  const [alphaLast] = loop.states
  const [alphas, sums] = loop.outputs
  const alphaAll = g.concat([g.unsqueeze(alpha0, [0]), alphas], 0) // [time, states, batch]
  const ends = weightOf(end, allowed?.end)
  const lastSum = g.reduceSum(g.mul(alphaLast, ends), [0], { keepDims: true })
  const isInside = g.cast(mask, 'float32')
  const isLater = g.cast(laterMask, 'float32')
  return {
    ...{ states, highest, steps, ends, alphaAll, alphaLast, firstSum, lastSum, sums },
    ...{ laterWeights, laterMask, isInside, isLater },
  }
}

/** How often each state, step, start and end is expected under the paths' probabilities. */
function expectedCounts(g: GraphBuilder, pass: ForwardPass): CrfGold {
  const { states, steps, alphaAll, alphaLast } = pass
  // beta_{t−1}(i) = Σ_j step(i, j) · weight_t(j) · beta_t(j) / sum_t, so that alpha · beta is the marginal.
  const betaLast = g.div(g.add(g.mul(alphaLast, g.constant(0)), pass.ends), pass.lastSum)
  const loop = g.scan(
    {
      name: 'beta',
      states: [betaLast],
      sequences: [
        { value: g.div(pass.laterWeights, pass.sums), reverse: true },
        { value: pass.laterMask, reverse: true },
      ],
    },
    (body, [beta], [weight, isInside]) => {
      const pulled = body.mul(beta, weight)
      const next = body.where(isInside, body.matMul(steps, pulled), beta)
      return {
        states: [next],
        outputs: [next, pulled].map(value => ({ value, reverse: true })),
      }
    },
  )
  const [betas, pulled] = loop.outputs
  const marginals = g.mul(alphaAll, g.concat([betas, g.unsqueeze(betaLast, [0])], 0)) // [time, states, batch]
  const flat = (value: Value) => g.reshape(g.transpose(value, [1, 0, 2]), [states, -1])
  const before = g.slice(alphaAll, { axis: 0, start: 0, end: -1 })
  const pairs = g.matMul(flat(before), flat(g.mul(pulled, pass.isLater)), { transB: true })
  const starts = g.reduceSum(g.slice(marginals, { axis: 0, start: 0, end: 1 }), [0, 2], { keepDims: false })
  return {
    emissions: g.mul(marginals, pass.isInside),
    transitions: g.mul(pairs, steps),
    start: g.reshape(starts, [states, 1]),
    end: g.reduceSum(g.mul(alphaLast, betaLast), [1], { keepDims: true }),
  }
}

/** The gradients of logits, transitions, start and end. */
function difference(g: GraphBuilder, expected: CrfGold, right: CrfGold, scale: Value): Value[] {
  const { emissions, transitions, start, end } = expected
  return [
    g.mul(g.sub(emissions, right.emissions), scale),
    g.mul(g.sub(transitions, right.transitions), scale),
    g.mul(g.sub(start, right.start), scale),
    g.mul(g.sub(end, right.end), scale),
  ]
}
