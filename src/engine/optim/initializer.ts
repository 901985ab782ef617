import type { Random } from '../../base/random.js'

/**
 * A parameter's initial values. Random ones are drawn from the generator passed in: the same seed gives the same bytes.
 *
 * - `uniform`: [low, high).
 * - `xavier-uniform`, `xavier-normal`: Glorot & Bengio 2010; the fans of an `[a, b]` matrix are a and b; for any other
 *   shape they must be given.
 * - `kaiming-uniform`, `kaiming-normal`: He et al. 2015; `gain` is √2 for ReLU (the default), 1 for linear.
 * - `orthogonal`: Saxe et al. 2014; the last two dimensions are the matrix, leading ones hold further matrices.
 *   `blocks` splits the rows of each matrix into that many, each orthogonal by itself (the gates of an LSTM).
 */
export type Initial =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly mean?: number; readonly deviation: number }
  | { readonly kind: 'xavier-uniform' | 'xavier-normal'; readonly fans?: Fans; readonly gain?: number }
  | { readonly kind: 'kaiming-uniform' | 'kaiming-normal'; readonly fanIn: number; readonly gain?: number }
  | { readonly kind: 'orthogonal'; readonly blocks?: number; readonly gain?: number }
  | { readonly kind: 'values'; readonly values: ArrayLike<number> }
  | { readonly kind: 'fill'; readonly fill: (values: Float32Array, random: Random) => void }

export interface Fans {
  readonly in: number
  readonly out: number
}

/**
 * Fills `values` (the row-major elements of a tensor of `shape`) in place.
 *
 * @throws RangeError if the shape does not fit the kind
 * @example
 * fillInitial({ kind: 'xavier-uniform' }, weight, [200, 9], Random.fromSeed(1))
 */
export function fillInitial(
  initial: Initial,
  values: Float32Array,
  shape: readonly number[],
  random: Random,
): void {
  if (initial.kind === 'values') {
    if (initial.values.length !== values.length)
      throw new RangeError(
        `initial values of [${shape}]: expected ${values.length}, got ${initial.values.length}`,
      )
    values.set(initial.values)
  } else if (initial.kind === 'fill') initial.fill(values, random)
  else if (initial.kind === 'orthogonal')
    fillOrthogonal(values, shape, initial.blocks ?? 1, initial.gain ?? 1, random)
  else {
    const draw = sampler(initial, shape, random)
    for (let i = 0; i < values.length; i++) values[i] = draw()
  }
}

type Drawn = Exclude<Initial, { readonly kind: 'values' | 'fill' | 'orthogonal' }>

function sampler(initial: Drawn, shape: readonly number[], random: Random): () => number {
  const uniform = (low: number, high: number) => {
    const width = high - low
    return () => low + width * random.float()
  }
  const normal = (mean: number, deviation: number) => () => mean + deviation * random.normal()
  // Uniform over ±a has a standard deviation of a/√3.
  const spread = (isUniform: boolean, deviation: number) =>
    isUniform ? uniform(-deviation * Math.sqrt(3), deviation * Math.sqrt(3)) : normal(0, deviation)
  switch (initial.kind) {
    case 'zeros':
      return () => 0
    case 'constant':
      return () => initial.value
    case 'uniform':
      return uniform(initial.low, initial.high)
    case 'normal':
      return normal(initial.mean ?? 0, initial.deviation)
    case 'xavier-uniform':
    case 'xavier-normal': {
      const fans = initial.fans ?? fansOf(shape)
      const deviation = (initial.gain ?? 1) * Math.sqrt(2 / (fans.in + fans.out))
      return spread(initial.kind === 'xavier-uniform', deviation)
    }
    case 'kaiming-uniform':
    case 'kaiming-normal': {
      const deviation = (initial.gain ?? Math.SQRT2) / Math.sqrt(initial.fanIn)
      return spread(initial.kind === 'kaiming-uniform', deviation)
    }
    default:
      return initial satisfies never
  }
}

function fansOf(shape: readonly number[]): Fans {
  if (shape.length !== 2)
    throw new RangeError(`Xavier initialization of [${shape}]: expected fans, as it is not a matrix`)
  return { in: shape[0], out: shape[1] }
}

function fillOrthogonal(
  values: Float32Array,
  shape: readonly number[],
  blocks: number,
  gain: number,
  random: Random,
): void {
  const rows = shape.at(-2) ?? 0
  const columns = shape.at(-1) ?? 0
  if (shape.length < 2 || rows % blocks !== 0)
    throw new RangeError(
      `orthogonal initialization of [${shape}]: expected a matrix of ${blocks} equal blocks of rows`,
    )
  const size = (rows / blocks) * columns
  if (size === 0) return
  for (let at = 0; at < values.length; at += size)
    orthogonalMatrix(values.subarray(at, at + size), rows / blocks, columns, gain, random)
}

/** Gram–Schmidt, twice, on normal vectors: the shorter side's vectors become orthonormal. */
function orthogonalMatrix(
  values: Float32Array,
  rows: number,
  columns: number,
  gain: number,
  random: Random,
): void {
  const wide = rows <= columns
  const count = wide ? rows : columns
  const length = wide ? columns : rows
  const basis: Float64Array[] = []
  while (basis.length < count) {
    const vector = Float64Array.from({ length }, () => random.normal())
    for (let pass = 0; pass < 2; pass++)
      for (const other of basis) {
        const overlap = dot(vector, other)
        for (let k = 0; k < length; k++) vector[k] -= overlap * other[k]
      }
    const norm = Math.sqrt(dot(vector, vector))
    if (norm < 1e-6) continue
    for (let k = 0; k < length; k++) vector[k] /= norm
    basis.push(vector)
  }
  for (let i = 0; i < count; i++)
    for (let k = 0; k < length; k++) values[wide ? i * columns + k : k * columns + i] = gain * basis[i][k]
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k]
  return sum
}
