/**
 * Reversible residual layers (Gomez et al. 2017; Kitaev, Kaiser & Levskaya 2020, §3): two streams, each layer adds a
 * function of one to the other, y1 = x1 + F(x2), y2 = x2 + G(y1). Inputs follow from outputs, so the backward pass
 * works them out again, layer by layer from the last, and keeps nothing of the forward pass but its result.
 *
 * Both passes are loops over the layers (`Scan`): a step of the backward loop takes the streams after a layer with their
 * gradients and answers both before it. What it recomputes lives no longer than the step, whatever order ONNX Runtime
 * would have chosen; and it derives from the reconstructed streams, so that it is not the same expression as the forward
 * pass's and can't be shared with it.
 */
import type { GraphBuilder } from '../graph/builder.js'
import { gradients } from '../graph/gradients.js'
import type { Value } from '../graph/value.js'

/** What a layer's step is given: a slice of everything that was `[layers, …]`. */
export interface LayerSlices {
  readonly parameters: readonly Value[]
  readonly givens: readonly Value[]
}

/** One of the two functions of a layer, with what all layers have for it. */
export interface ReversibleHalf {
  /** `[layers, …]` each. They get gradients. */
  readonly parameters: readonly Value[]
  /** `[layers, …]` each, without gradients: dropout masks, say. Values from outside the loop may be used besides. */
  readonly givens: readonly Value[]
  /**
   * Decisions that must be the same when the layer is computed again from slightly different numbers: an order found by
   * hashing, say. Kept of every layer, so as small as possible, and nothing flows back through them.
   */
  decide?(g: GraphBuilder, x: Value, slices: LayerSlices): readonly Value[]
  /** @returns of the shape of `x`; differentiated with respect to `x` and the parameters */
  apply(g: GraphBuilder, x: Value, slices: LayerSlices, decisions: readonly Value[]): Value
}

export type Streams = readonly [Value, Value]

/** One layer, without the means of going back: for inference, and for comparison. */
export function residualLayer(
  g: GraphBuilder,
  [x1, x2]: Streams,
  f: ReversibleHalf,
  second: ReversibleHalf,
  slicesOf: (half: ReversibleHalf) => LayerSlices,
): Streams {
  const add = (x: Value, half: ReversibleHalf, from: Value) => {
    const slices = slicesOf(half)
    return g.add(x, half.apply(g, from, slices, half.decide?.(g, from, slices) ?? []))
  }
  const y1 = add(x1, f, x2)
  return [y1, add(x2, second, y1)]
}

/**
 * All layers, reversible.
 *
 * @param streams of one shape
 * @param f adds to the first stream from the second one
 * @param second adds to the second stream from what that gave
 * @returns the streams after the last layer
 * @example
 * const [y1, y2] = reversible(g, [x, x], attention, feedForward)
 */
export function reversible(
  g: GraphBuilder,
  streams: Streams,
  f: ReversibleHalf,
  second: ReversibleHalf,
): Streams {
  return g.inLayer('reversible', () => {
    const forward = forwardLoop(g, streams, f, second)
    const [y1, y2] = g.withGradient({
      inputs: [...streams, ...f.parameters, ...second.parameters],
      outputs: forward.streams,
      backward: (b, [d1, d2]) => {
        const zeros = (y: Value) => b.constantOfShape(b.shape(y), 0, y.type)
        const [end1, end2] = forward.streams
        return backwardLoop(b, forward, [d1 ?? zeros(end1), d2 ?? zeros(end2)], f, second)
      },
    })
    return [y1, y2]
  })
}

interface Forward {
  readonly streams: Streams
  /** `[layers, …]` each. */
  readonly decisions: { readonly f: readonly Value[]; readonly second: readonly Value[] }
}

/** Takes a loop's slices apart again in the order in which they were put together. */
function reader(slices: readonly Value[]): (count: number) => readonly Value[] {
  let next = 0
  return count => slices.slice(next, (next += count))
}

function forwardLoop(g: GraphBuilder, streams: Streams, f: ReversibleHalf, second: ReversibleHalf): Forward {
  let counts: readonly [number, number] = [0, 0]
  const halves = [f, second]
  const { states, outputs } = g.scan(
    {
      name: 'layers',
      states: streams,
      sequences: halves.flatMap(half => [...half.parameters, ...half.givens]).map(value => ({ value })),
    },
    (body, [x1, x2], slices) => {
      const read = reader(slices)
      const [own, others] = halves.map(half => ({
        parameters: read(half.parameters.length),
        givens: read(half.givens.length),
      }))
      const first = f.decide?.(body, x2, own) ?? []
      const y1 = body.add(x1, f.apply(body, x2, own, first))
      const next = second.decide?.(body, y1, others) ?? []
      const y2 = body.add(x2, second.apply(body, y1, others, next))
      counts = [first.length, next.length]
      return { states: [y1, y2], outputs: [...first, ...next] }
    },
  )
  const read = reader(outputs)
  return { streams: [states[0], states[1]], decisions: { f: read(counts[0]), second: read(counts[1]) } }
}

/** @returns gradients of both streams and of all parameters, `f`'s first */
function backwardLoop(
  g: GraphBuilder,
  forward: Forward,
  dStreams: Streams,
  f: ReversibleHalf,
  second: ReversibleHalf,
): readonly Value[] {
  const { decisions } = forward
  const sequences = [
    ...[...f.parameters, ...f.givens, ...decisions.f],
    ...[...second.parameters, ...second.givens, ...decisions.second],
  ]
  const { states, outputs } = g.scan(
    {
      name: 'layers',
      states: [...forward.streams, ...dStreams],
      sequences: sequences.map(value => ({ value, reverse: true })),
    },
    (body, [y1, y2, d1, d2], slices) => {
      const read = reader(slices)
      const own = { parameters: read(f.parameters.length), givens: read(f.givens.length) }
      const ownDecisions = read(decisions.f.length)
      const others = { parameters: read(second.parameters.length), givens: read(second.givens.length) }
      const added2 = second.apply(body, y1, others, read(decisions.second.length))
      const [d1More, ...dOthers] = gradients(body, added2, [y1, ...others.parameters], { seed: d2 })
      const x2 = body.sub(y2, added2)
      const dX1 = body.add(d1, d1More)
      const added1 = f.apply(body, x2, own, ownDecisions)
      const [d2More, ...dOwn] = gradients(body, added1, [x2, ...own.parameters], { seed: dX1 })
      return {
        states: [body.sub(y1, added1), x2, dX1, body.add(d2, d2More)],
        outputs: [...dOwn, ...dOthers].map(value => ({ value, reverse: true })),
      }
    },
  )
  return [states[2], states[3], ...outputs]
}
