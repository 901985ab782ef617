/**
 * Reversible residual layers (Gomez et al. 2017; Kitaev, Kaiser & Levskaya 2020, §3): two streams, each layer adds a
 * function of one to the other, y1 = x1 + F(x2), y2 = x2 + G(y1). The inputs follow from the outputs, so the backward
 * pass computes them again, layer by layer from the last, and keeps only the result of the forward pass.
 *
 * Both passes are loops over the layers (`Scan`): a step of the backward loop takes the streams after a layer with their
 * gradients and returns both before it. What it recomputes lives no longer than the step, in whatever order ONNX Runtime
 * runs the nodes; and it derives from the reconstructed streams, so that it is not the same expression as in the forward
 * pass and can't be shared with it.
 */
import type { GraphBuilder } from '../graph/builder.js'
import { gradients } from '../graph/gradients.js'
import type { Value } from '../graph/value.js'

/** A layer's slice of everything that is `[layers, …]`. */
export interface LayerSlices {
  readonly parameters: readonly Value[]
  readonly givens: readonly Value[]
}

/** One of the two functions of a layer, with the tensors of all layers for it. */
export interface ReversibleHalf {
  /** `[layers, …]` each. They get gradients. */
  readonly parameters: readonly Value[]
  /** `[layers, …]` each, without gradients: dropout masks, for example. Values from outside the loop may be used too. */
  readonly givens: readonly Value[]
  /**
   * Decisions that must be the same when the layer is computed again from slightly different numbers, such as an order
   * found by hashing. They are kept for every layer, so keep them small; nothing flows back through them.
   */
  decide?(g: GraphBuilder, x: Value, slices: LayerSlices): readonly Value[]
  /** @returns of the shape of `x`; differentiated with respect to `x` and the parameters */
  apply(g: GraphBuilder, x: Value, slices: LayerSlices, decisions: readonly Value[]): Value
}

/** F, which adds to the first stream, and G, which adds to the second. */
export type Halves = readonly [f: ReversibleHalf, g: ReversibleHalf]
export type Streams = readonly [Value, Value]

/**
 * All layers one after the other as plain residual layers: the same numbers, but the backward pass keeps everything. For
 * inference and comparison.
 */
export function residual(g: GraphBuilder, streams: Streams, halves: Halves, layers: number): Streams {
  let [first, second] = streams
  for (let layer = 0; layer < layers; layer++) {
    const at = g.scalar(layer, 'int64')
    const pick = (values: readonly Value[]) => values.map(value => g.gather(value, at))
    for (const half of halves) {
      const slices = { parameters: pick(half.parameters), givens: pick(half.givens) }
      const added = half.apply(g, second, slices, half.decide?.(g, second, slices) ?? [])
      ;[first, second] = [second, g.add(first, added)]
    }
  }
  return [first, second]
}

/**
 * All layers, reversible.
 *
 * @param streams of one shape
 * @returns the streams after the last layer
 * @example
 * const [y1, y2] = reversible(g, [x, x], [attention, feedForward])
 */
export function reversible(g: GraphBuilder, streams: Streams, halves: Halves): Streams {
  return g.inLayer('reversible', () => {
    const forward = forwardLoop(g, streams, halves)
    const [y1, y2] = g.withGradient({
      inputs: [...streams, ...halves.flatMap(half => half.parameters)],
      outputs: forward.streams,
      backward: (b, [d1, d2]) => {
        const zeros = (y: Value) => b.constantOfShape(b.shape(y), 0, y.type)
        const [end1, end2] = forward.streams
        return backwardLoop(b, forward, [d1 ?? zeros(end1), d2 ?? zeros(end2)], halves)
      },
    })
    return [y1, y2]
  })
}

interface Forward {
  readonly streams: Streams
  /** `[layers, …]` each, for F and for G. */
  readonly decisions: readonly (readonly Value[])[]
}

/** Takes values apart again in the order in which they were put together. */
function reader(values: readonly Value[]): (count: number) => readonly Value[] {
  let next = 0
  return count => values.slice(next, (next += count))
}

function forwardLoop(g: GraphBuilder, streams: Streams, halves: Halves): Forward {
  let counts: readonly number[] = []
  const { states, outputs } = g.scan(
    {
      name: 'layers',
      states: streams,
      sequences: halves.flatMap(half => [...half.parameters, ...half.givens]).map(value => ({ value })),
    },
    (body, before, slices) => {
      const read = reader(slices)
      let [first, second] = before
      const decisions = halves.map(half => {
        const own = { parameters: read(half.parameters.length), givens: read(half.givens.length) }
        const decided = half.decide?.(body, second, own) ?? []
        ;[first, second] = [second, body.add(first, half.apply(body, second, own, decided))]
        return decided
      })
      counts = decisions.map(({ length }) => length)
      return { states: [first, second], outputs: decisions.flat() }
    },
  )
  const read = reader(outputs)
  return { streams: [states[0], states[1]], decisions: counts.map(read) }
}

/** @returns gradients of both streams and of all parameters, F's first */
function backwardLoop(
  g: GraphBuilder,
  { streams, decisions }: Forward,
  dStreams: Streams,
  halves: Halves,
): readonly Value[] {
  const sequences = halves.flatMap((half, i) => [...half.parameters, ...half.givens, ...decisions[i]])
  const { states, outputs } = g.scan(
    {
      name: 'layers',
      states: [...streams, ...dStreams],
      sequences: sequences.map(value => ({ value, reverse: true })),
    },
    (body, [y1, y2, d1, d2], slices) => {
      const read = reader(slices)
      const [own, others] = halves.map((half, i) => ({
        half,
        slices: { parameters: read(half.parameters.length), givens: read(half.givens.length) },
        decisions: read(decisions[i].length),
      }))
      /** What a half added, and its gradients with respect to what it read and to its parameters. */
      const undo = ({ half, slices, decisions }: typeof own, from: Value, seed: Value) => {
        const added = half.apply(body, from, slices, decisions)
        const [dFrom, ...dParameters] = gradients(body, added, [from, ...slices.parameters], { seed })
        return { added, dFrom, dParameters }
      }
      const second = undo(others, y1, d2)
      const x2 = body.sub(y2, second.added)
      const dX1 = body.add(d1, second.dFrom)
      const first = undo(own, x2, dX1)
      return {
        states: [body.sub(y1, first.added), x2, dX1, body.add(d2, first.dFrom)],
        outputs: [...first.dParameters, ...second.dParameters].map(value => ({ value, reverse: true })),
      }
    },
  )
  return [states[2], states[3], ...outputs]
}
