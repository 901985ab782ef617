import type { GraphBuilder } from '../../graph/builder.js'
import type { Value } from '../../graph/value.js'
import type { CrfGold, CrfParameters } from '../crf.js'

/**
 * The CRF's loss in log space (Lafferty, McCallum & Pereira 2001), from plain operators and differentiated by the
 * engine: what `crfLoss` is compared with. Takes what `crfLoss` takes.
 */
export function plainCrfLoss(
  g: GraphBuilder,
  logits: Value,
  mask: Value,
  { transitions, start, end }: CrfParameters,
  gold: CrfGold,
  scale: Value,
): Value {
  const rest = { axis: 0, start: 1 }
  const first = g.squeeze(g.slice(logits, { axis: 0, start: 0, end: 1 }), [0])
  const loop = g.scan(
    {
      states: [g.add(first, start)],
      sequences: [{ value: g.slice(logits, rest) }, { value: g.slice(mask, rest) }],
    },
    (body, [alpha], [emission, isInside]) => {
      const paths = body.add(body.unsqueeze(alpha, [1]), body.unsqueeze(transitions, [2])) // [from, to, batch]
      const next = body.add(body.apply('ReduceLogSumExp', [paths], { axes: [0], keepdims: 0 }), emission)
      return { states: [body.where(isInside, next, alpha)], outputs: [] }
    },
  )
  const total = (value: Value) => g.reduceSum(value, [...value.shape.keys()])
  const logPartition = total(
    g.apply('ReduceLogSumExp', [g.add(loop.states[0], end)], { axes: [0], keepdims: 0 }),
  )
  const scores = [
    g.mul(logits, gold.emissions),
    g.mul(transitions, gold.transitions),
    g.mul(start, gold.start),
    g.mul(end, gold.end),
  ].map(total)
  return g.mul(
    g.sub(
      logPartition,
      scores.reduce((a, b) => g.add(a, b)),
    ),
    scale,
  )
}
