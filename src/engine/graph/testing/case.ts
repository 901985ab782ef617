import type { GraphBuilder } from '../builder.js'
import type { Dim } from '../dim.js'
import { type ElementType, sizeOf, type Tensor, tensor } from '../tensor.js'
import type { Value } from '../value.js'

/** What one input of a case is fed: random floats of a shape, or given numbers of a type. */
export type Feed =
  | { readonly shape: readonly number[]; readonly low: number; readonly high: number }
  | { readonly tensor: Tensor }

/** An operator applied to inputs of some shapes. */
export interface OperatorCase {
  readonly feeds: readonly Feed[]
  /** Named dimensions for some inputs, by position, in place of their lengths. */
  readonly named?: Readonly<Record<number, readonly Dim[]>>
  readonly build: (g: GraphBuilder, inputs: readonly Value[]) => Value | readonly Value[]
  /** Drawn at random: only shapes can be compared between runtimes. */
  readonly random?: boolean
  /** How far a kernel may be from the reference, where it computes with rounded numbers. Default: 2e-5. */
  readonly within?: number
  /** What ONNX Runtime 1.30 does wrong with this case, which is then left to the reference alone. */
  readonly notNative?: string
}

type Build = OperatorCase['build']

/** Random floats in [low, high). */
export function floats(shape: readonly number[], low = -2, high = 2): Feed {
  return { shape, low, high }
}

export function ints(
  values: readonly number[],
  shape?: readonly number[],
  type: ElementType = 'int64',
): Feed {
  return { tensor: tensor(type, values, shape ?? [values.length]) }
}

export function bools(shape: readonly number[]): Feed {
  return {
    tensor: tensor(
      'bool',
      Array.from({ length: sizeOf(shape) }, (_, i) => Number(i % 3 === 0)),
      shape,
    ),
  }
}

/** One case for each list of inputs. */
export function cases(build: Build, ...lists: readonly (readonly Feed[])[]): readonly OperatorCase[] {
  return lists.map(feeds => ({ feeds, build }))
}

/** A case that ONNX Runtime can't run. */
export function notNative(why: string, build: Build, ...feeds: readonly Feed[]): OperatorCase {
  return { feeds, build, notNative: why }
}

/** A case whose shapes name dimensions while the graph is built. */
export function named(
  dims: Readonly<Record<number, readonly Dim[]>>,
  build: Build,
  ...feeds: readonly Feed[]
): OperatorCase {
  return { feeds, build, named: dims }
}

/** Shapes for functions of one number: a scalar, degenerate dimensions of 0 and 1, several axes. */
export const SHAPES: readonly (readonly number[])[] = [[], [1], [0], [5], [2, 3], [3, 0], [2, 1, 4]]

/** Pairs of shapes that broadcast. */
export const PAIRS: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[], []],
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[3], [2, 1]],
  [[], [2]],
  [
    [0, 3],
    [1, 3],
  ],
  [[1], [0]],
  [
    [2, 1, 3],
    [4, 1],
  ],
]
