/**
 * A linear-chain CRF (Lafferty, McCallum & Pereira 2001) as a loss: the negative log-likelihood, its gradient by the
 * forward–backward algorithm. It works in probability space, each step normalized by its sum (Rabiner 1989, scaling):
 * one small matrix product per step, and no exponentials inside the recurrence.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { fixedSize } from './linear.js'

export interface CrfParameters {
  /** `[states, states]`, from row to column. */
  readonly transitions: Value
  /** `[states, 1]` */
  readonly start: Value
  /** `[states, 1]` */
  readonly end: Value
}

/** The right paths of a batch, counted outside the graph. */
export interface CrfGold {
  /** `[time, states, batch]`: 1 at each step's right state; 0 at padding. */
  readonly emissions: Value
  /** `[states, states]`: how often each transition occurs in the batch. */
  readonly transitions: Value
  /** `[states, 1]`: how many sequences start, and end, in each state. */
  readonly start: Value
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
    const { highest, sums, firstSum, lastSum, isInside, isLater } = pass
    const total = (value: Value) => g.reduceSum(value, [...value.shape.keys()])
    const logPartition = g.add(
      g.add(total(g.mul(g.log(sums), isLater)), total(g.add(g.log(firstSum), g.log(lastSum)))),
      total(g.mul(highest, isInside)),
    )
    const goldScore = g.add(
      g.add(total(g.mul(logits, gold.emissions)), total(g.mul(transitions, gold.transitions))),
      g.add(total(g.mul(start, gold.start)), total(g.mul(end, gold.end))),
    )
    const [loss] = g.withGradient({
      inputs: [logits, transitions, start, end],
      outputs: [g.mul(g.sub(logPartition, goldScore), scale)],
      backward: (b, [dLoss]) =>
        dLoss ? backward(b, pass, gold, b.mul(dLoss, scale)) : [null, null, null, null],
    })
    return loss
  })
}

/** alpha_t(j) ∝ weight_t(j) · Σ_i alpha_{t−1}(i) · step(i, j) */
function forward(g: GraphBuilder, logits: Value, mask: Value, { transitions, start, end }: CrfParameters) {
  const states = fixedSize(transitions, 0)
  const highest = g.reduceMax(logits, [1], { keepDims: true }) // [time, 1, batch]
  const weights = g.exp(g.sub(logits, highest))
  const steps = g.exp(transitions)
  const rest = { axis: 0, start: 1, end: Number.MAX_SAFE_INTEGER }
  const laterMask = g.slice(mask, rest)
  const laterWeights = g.slice(weights, rest)
  const first = g.reshape(g.mul(g.slice(weights, { axis: 0, start: 0, end: 1 }), g.exp(start)), [states, -1])
  const firstSum = g.reduceSum(first, [0], { keepDims: true })
  const alpha0 = g.div(first, firstSum)
  const stepsInto = g.transpose(steps, [1, 0])
  const loop = g.scan(
    { name: 'alpha', states: [alpha0], sequences: [{ value: laterWeights }, { value: laterMask }] },
    (body, [alpha], [weight, isInside]) => {
      const reached = body.mul(body.matMul(stepsInto, alpha), weight)
      const sum = body.reduceSum(reached, [0], { keepDims: true })
      const next = body.where(isInside, body.div(reached, sum), alpha)
      return { states: [next], outputs: [next, sum] }
    },
  )
  const [alphaLast] = loop.states
  const [alphas, sums] = loop.outputs
  const alphaAll = g.concat([g.unsqueeze(alpha0, [0]), alphas], 0) // [time, states, batch]
  const ends = g.exp(end)
  const lastSum = g.reduceSum(g.mul(alphaLast, ends), [0], { keepDims: true })
  const isInside = g.cast(mask, 'float32')
  const isLater = g.cast(laterMask, 'float32')
  return {
    ...{ states, highest, steps, ends, alphaAll, alphaLast, firstSum, lastSum, sums },
    ...{ laterWeights, laterMask, isInside, isLater },
  }
}

/** Expected counts minus right counts, for emissions, transitions, starts and ends. */
function backward(g: GraphBuilder, pass: ReturnType<typeof forward>, gold: CrfGold, scale: Value): Value[] {
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
  const dLogits = g.mul(g.sub(g.mul(marginals, pass.isInside), gold.emissions), scale)
  const flat = (value: Value) => g.reshape(g.transpose(value, [1, 0, 2]), [states, -1])
  const before = g.slice(alphaAll, { axis: 0, start: 0, end: -1 })
  const pairs = g.matMul(flat(before), flat(g.mul(pulled, pass.isLater)), { transB: true })
  const dTransitions = g.mul(g.sub(g.mul(pairs, steps), gold.transitions), scale)
  const starts = g.reduceSum(g.slice(marginals, { axis: 0, start: 0, end: 1 }), [0, 2], { keepDims: false })
  const dStart = g.mul(g.sub(g.reshape(starts, [states, 1]), gold.start), scale)
  const endings = g.reduceSum(g.mul(alphaLast, betaLast), [1], { keepDims: true })
  const dEnd = g.mul(g.sub(endings, gold.end), scale)
  return [dLogits, dTransitions, dStart, dEnd]
}
