/** How attention learns positions: waves or learned vectors are added to the features, or queries and keys are rotated. */
import type { GraphBuilder } from '../graph/builder.js'
import type { Value } from '../graph/value.js'
import { fixedSize } from './linear.js'

/** Wavelengths grow geometrically from 2π to this many times it (Vaswani et al. 2017). */
const LONGEST = 10_000

/** 0, 1, 2 … along axis 1 of x, int64. */
function steps(g: GraphBuilder, x: Value): Value {
  const length = g.gather(g.shape(x), g.scalar(1, 'int64'))
  return g.range(g.scalar(0, 'int64'), length, g.scalar(1, 'int64'))
}

/** `[time, ⌈features/2⌉]`: t · longest^(−2i/features). */
function angles(g: GraphBuilder, x: Value, features: number, longest = LONGEST): Value {
  const rates = Float32Array.from(
    { length: Math.ceil(features / 2) },
    (_, i) => longest ** ((-2 * i) / features),
  )
  return g.mul(g.unsqueeze(g.cast(steps(g, x), 'float32'), [1]), g.constant(rates))
}

/**
 * Sinusoidal positions (Vaswani et al. 2017): features 2i and 2i+1 of step t are the sine and cosine of
 * t / 10000^(2i/dim). For sequences of any length.
 *
 * @param x `[batch, time, …]`
 * @param dim features; if odd, the last cosine is left out
 * @returns `[time, dim]`, to be added to the features
 */
export function sinusoidalPositions(g: GraphBuilder, x: Value, dim: number): Value {
  return g.inLayer('positions', () => {
    const pairs = Math.ceil(dim / 2)
    const turned = angles(g, x, dim)
    const waves = g.concat([g.unsqueeze(g.sin(turned), [2]), g.unsqueeze(g.cos(turned), [2])], 2)
    const all = g.reshape(waves, [0, 2 * pairs])
    return dim === 2 * pairs ? all : g.slice(all, { axis: 1, end: dim })
  })
}

/**
 * Learned positions (Gehring et al. 2017; Devlin et al. 2019). Steps beyond the table all take its last row: nothing is
 * cut and nothing fails, but their positions cannot be distinguished.
 *
 * @param x `[batch, time, …]`
 * @param table `[rows, dim]`
 * @returns `[time, dim]`, to be added to the features
 */
export function learnedPositions(g: GraphBuilder, x: Value, table: Value): Value {
  return shiftedPositions(g, x, table, 0)
}

/** As `learnedPositions`, where the first step takes another row than the first. */
export function shiftedPositions(g: GraphBuilder, x: Value, table: Value, first: number): Value {
  return g.inLayer('positions', () => {
    const last = g.scalar(fixedSize(table, 0) - 1, 'int64')
    const rows = first === 0 ? steps(g, x) : g.add(steps(g, x), g.scalar(first, 'int64'))
    return g.gather(table, g.min(rows, last))
  })
}

export interface RotaryTables {
  /** `[time, features / 2]` */
  readonly cos: Value
  readonly sin: Value
}

/**
 * Tables of rotary positions (Su et al. 2021), computed in the graph for sequences of any length; one pair serves all
 * layers.
 *
 * @param x a value with `time` as its axis 1
 * @param features of a head
 * @param longest wavelength, in 2π. Default 10,000.
 * @throws RangeError if the number of features is odd
 */
export function rotaryTables(g: GraphBuilder, x: Value, features: number, longest = LONGEST): RotaryTables {
  if (features % 2 !== 0)
    throw new RangeError(`rotary positions: expected an even number of features per head, got ${features}`)
  return g.inLayer('positions', () => {
    const turned = angles(g, x, features, longest)
    return { cos: g.cos(turned), sin: g.sin(turned) }
  })
}

/**
 * Rotates pairs of features by their position's angles. A pair is feature i and feature i + features/2: the paper pairs
 * neighbors, which differs only in the order of the features that queries and keys share.
 *
 * @param x `[…, time, features]`, queries or keys
 * @returns as x
 */
export function rotate(g: GraphBuilder, x: Value, { cos, sin }: RotaryTables): Value {
  return g.inLayer('rotary', () => {
    const axis = x.shape.length - 1
    const half = fixedSize(x, axis) / 2
    const [first, second] = g.split(x, [half, half], axis)
    return g.concat(
      [g.sub(g.mul(first, cos), g.mul(second, sin)), g.add(g.mul(second, cos), g.mul(first, sin))],
      axis,
    )
  })
}
