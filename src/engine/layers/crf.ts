/**
 * A linear-chain CRF (Lafferty, McCallum & Pereira 2001) as a loss: negative log-likelihood, its gradient by the
 * forward–backward algorithm. In probability space, each step normalized by its sum (Rabiner 1989, scaling), which
 * needs one small matrix product a step and no exponentials inside the recurrence.
 */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'

export interface CrfParameters {
  /** `[tags, tags]`, from row to column. */
  readonly transitions: Value
  /** `[tags, 1]` */
  readonly start: Value
  /** `[tags, 1]` */
  readonly end: Value
}

/** The gold tagging of a batch, counted outside the graph. */
export interface CrfGold {
  /** `[time, tags, batch]`: 1 at each token's gold tag; 0 at padding. */
  readonly emissions: Value
  /** `[tags, tags]`: how often each transition stands in the batch. */
  readonly transitions: Value
  /** `[tags, 1]`: how many sentences start, and end, with each tag. */
  readonly start: Value
  readonly end: Value
}

/**
 * The negative log-likelihood of the gold taggings, summed over the batch and multiplied by `scale`.
 *
 * @param logits `[time, tags, batch]`, time ≥ 2 (pad shorter batches)
 * @param mask `[time, 1, batch]` boolean: true at tokens; every sentence has at least one, at the front
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
  tags: number,
): Value {
  return g.inLayer('crf', () => {
    const { transitions, start, end } = parameters
    const highest = g.reduceMax(logits, [1], { keepDims: true }) // [time, 1, batch]
    const weights = g.exp(g.sub(logits, highest))
    const steps = g.exp(transitions)
    const rest = { axis: 0, start: 1, end: Number.MAX_SAFE_INTEGER }
    const laterMask = g.slice(mask, rest)
    const laterWeights = g.slice(weights, rest)

    // Forward: alpha_t(j) ∝ weight_t(j) · Σ_i alpha_{t−1}(i) · step(i, j)
    const first = g.reshape(g.mul(g.slice(weights, { axis: 0, start: 0, end: 1 }), g.exp(start)), [tags, -1])
    const firstSum = g.reduceSum(first, [0], { keepDims: true })
    const alpha0 = g.div(first, firstSum)
    const stepsInto = g.transpose(steps, [1, 0])
    const forward = g.scan(
      { name: 'alpha', states: [alpha0], sequences: [{ value: laterWeights }, { value: laterMask }] },
      (body, [alpha], [weight, isToken]) => {
        const reached = body.mul(body.matMul(stepsInto, alpha), weight)
        const sum = body.reduceSum(reached, [0], { keepDims: true })
        const next = body.where(isToken, body.div(reached, sum), alpha)
        return { states: [next], outputs: [next, sum] }
      },
    )
    const [alphaLast] = forward.states
    const [alphas, sums] = forward.outputs
    const alphaAll = g.concat([g.unsqueeze(alpha0, [0]), alphas], 0) // [time, tags, batch]
    const ends = g.exp(end)
    const lastSum = g.reduceSum(g.mul(alphaLast, ends), [0], { keepDims: true })

    const isToken = g.cast(mask, 'float32')
    const isLater = g.cast(laterMask, 'float32')
    const total = (value: Value) => g.reduceSum(value, [...value.shape.keys()])
    const logPartition = g.add(
      g.add(total(g.mul(g.log(sums), isLater)), total(g.add(g.log(firstSum), g.log(lastSum)))),
      total(g.mul(highest, isToken)),
    )
    const goldScore = g.add(
      g.add(total(g.mul(logits, gold.emissions)), total(g.mul(transitions, gold.transitions))),
      g.add(total(g.mul(start, gold.start)), total(g.mul(end, gold.end))),
    )
    const loss = g.mul(g.sub(logPartition, goldScore), scale)
    const [output] = g.withGradient({
      inputs: [logits, transitions, start, end],
      outputs: [loss],
      backward: (builder, [dLoss]) => {
        if (!dLoss) return [null, null, null, null]
        const pass = {
          steps,
          ends,
          alpha0,
          alphaAll,
          alphaLast,
          lastSum,
          sums,
          laterWeights,
          laterMask,
          isToken,
          isLater,
        }
        return backward(builder, pass, gold, builder.mul(dLoss, scale), tags)
      },
    })
    return output
  })
}

interface ForwardPass {
  readonly steps: Value
  readonly ends: Value
  readonly alpha0: Value
  readonly alphaAll: Value
  readonly alphaLast: Value
  readonly lastSum: Value
  readonly sums: Value
  readonly laterWeights: Value
  readonly laterMask: Value
  readonly isToken: Value
  readonly isLater: Value
}

/** Expected counts minus gold counts, for emissions, transitions, starts and ends. */
function backward(g: GraphBuilder, pass: ForwardPass, gold: CrfGold, scale: Value, tags: number): Value[] {
  // beta_{t−1}(i) = Σ_j step(i, j) · weight_t(j) · beta_t(j) / sum_t, so that alpha · beta is the marginal.
  const betaLast = g.div(g.add(g.mul(pass.alphaLast, g.constant(0)), pass.ends), pass.lastSum)
  const scan = g.scan(
    {
      name: 'beta',
      states: [betaLast],
      sequences: [
        { value: g.div(pass.laterWeights, pass.sums), reverse: true },
        { value: pass.laterMask, reverse: true },
      ],
    },
    (body, [beta], [weight, isToken]) => {
      const pulled = body.mul(beta, weight)
      const next = body.where(isToken, body.matMul(pass.steps, pulled), beta)
      return {
        states: [next],
        outputs: [next, pulled].map(value => ({ value, reverse: true })),
      }
    },
  )
  const [betas, pulled] = scan.outputs
  const marginals = g.mul(pass.alphaAll, g.concat([betas, g.unsqueeze(betaLast, [0])], 0)) // [time, tags, batch]
  const dLogits = g.mul(g.sub(g.mul(marginals, pass.isToken), gold.emissions), scale)
  const flat = (value: Value) => g.reshape(g.transpose(value, [1, 0, 2]), [tags, -1])
  const before = g.slice(pass.alphaAll, { axis: 0, start: 0, end: -1 })
  const pairs = g.matMul(flat(before), flat(g.mul(pulled, pass.isLater)), { transB: true })
  const dTransitions = g.mul(g.sub(g.mul(pairs, pass.steps), gold.transitions), scale)
  const starts = g.reduceSum(g.slice(marginals, { axis: 0, start: 0, end: 1 }), [0, 2], { keepDims: false })
  const dStart = g.mul(g.sub(g.reshape(starts, [tags, 1]), gold.start), scale)
  const endings = g.reduceSum(g.mul(pass.alphaLast, betaLast), [1], { keepDims: true })
  const dEnd = g.mul(g.sub(endings, gold.end), scale)
  return [dLogits, dTransitions, dStart, dEnd]
}
