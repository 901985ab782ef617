/**
 * What the engine must know of an operator: how many inputs it takes, its shape rule, its gradient rule and a reference
 * implementation. (Its name and attributes are in `kinds.ts`.) The table in `table.ts` is total over `OpKind`: leave
 * any of these out and the project doesn't compile. docs/engine.md shows how to add one.
 */
import type { Dim } from './dim.js'
import type { GraphErrorCode } from './error.js'
import type { AllAttributes, OpKind } from './kinds.js'
import type { NdArray } from './nd-array.js'
import type { Operations } from './operations.js'
import type { ElementType } from './tensor.js'
import type { Block, Node, Value } from './value.js'

export interface Operator<K extends OpKind = OpKind> {
  /** Default: ONNX's own. */
  readonly domain?: 'com.microsoft'
  /** Fewest and most inputs. Those beyond the fewest may be left out, unless there is no limit. */
  readonly inputs: readonly [number, number]
  /** Outputs from this one on may be left out of a written model where nothing uses them. */
  readonly optionalOutputsFrom?: number
  /** Draws random numbers: two equal nodes are not the same, and none can be folded. */
  readonly random?: boolean
  readonly infer: ShapeRule<K>
  readonly gradient: GradientRule<K> | NoGradient
  readonly evaluate: ReferenceRule<K>
}

/** A table that has an operator for each of some kinds. */
export type Operators<K extends OpKind> = { readonly [P in K]: Operator<P> }

/** Type and shape of an output. */
export interface Inferred {
  readonly type: ElementType
  readonly shape: readonly Dim[]
  readonly content?: readonly Dim[]
}

export interface ShapeCall<K extends OpKind = OpKind> {
  readonly kind: K
  readonly attributes: AllAttributes<K>
  /** The inputs; read those that may be left out with `optional`. */
  readonly inputs: readonly Value[]
  readonly body?: Block
  optional(input: number): Value | null
  /** A dimension that is known only when the graph runs. */
  unknown(): Dim
  /** Throws the error that names the node, its layer and its inputs. */
  fail(code: GraphErrorCode, expected: string, got: string): never
}

export type ShapeRule<K extends OpKind = OpKind> = (call: ShapeCall<K>) => readonly Inferred[]

export interface GradientCall<K extends OpKind = OpKind> {
  /** Where the gradient's nodes go. */
  readonly g: Operations
  readonly attributes: AllAttributes<K>
  /** The inputs; read those that may be left out with `optional`. */
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly body?: Block
  /** Gradient of the loss with respect to the first output. For operators of one output. */
  readonly dY: Value
  /** Gradients with respect to every output, `null` where the loss doesn't depend on it. */
  readonly dOutputs: readonly (Value | null)[]
  optional(input: number): Value | null
  /** Whether the gradient of an input is needed at all. */
  wants(input: number): boolean
  /** A forward value as it is seen from where the gradient's nodes go. */
  inside(value: Value): Value
  /** Differentiation itself, for the body of a loop. */
  readonly backpropagate: Backpropagate
}

/**
 * Returns one gradient per input (for a loop, per captured value after them), `null` or nothing where none flows.
 */
export type GradientRule<K extends OpKind = OpKind> = (call: GradientCall<K>) => readonly (Value | null)[]

/** Why an operator has no gradient. */
export interface NoGradient {
  /** `zero`: nothing flows, as through a comparison. `refused`: differentiating through it is an error. */
  readonly none: 'zero' | 'refused'
  readonly because: string
}

export const noFlow = (because: string): NoGradient => ({ none: 'zero', because })
export const refused = (because: string): NoGradient => ({ none: 'refused', because })

/** What differentiation reads: who made a value, and how a forward value is seen from where the gradient's nodes go. */
export interface Tape {
  producerOf(value: Value): Node | undefined
  handDerivedBlockOf?(value: Value): DifferentiableBlock | undefined
  inside(value: Value): Value
  /** Inputs of nodes whose gradient is worked out elsewhere. */
  skips?(node: Node, input: number): boolean
}

/** A stretch of a graph that differentiation takes as one node. */
export interface DifferentiableBlock {
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  /** From gradients with respect to the outputs to those with respect to the inputs; `null` where none flows. */
  backward(dOutputs: readonly (Value | null)[]): readonly (Value | null)[]
}

type Backpropagate = (
  g: Operations,
  tape: Tape,
  seeds: readonly (readonly [Value, Value])[],
  targets: readonly Value[],
) => ReadonlyMap<Value, Value>

export interface ReferenceCall<K extends OpKind = OpKind> {
  readonly attributes: AllAttributes<K>
  /** The inputs; read those that may be left out with `optional`. */
  readonly inputs: readonly NdArray[]
  optional(input: number): NdArray | null
  /** Types and shapes the shape rule gave. */
  readonly outputs: readonly Value[]
  /** Runs the node's body on inputs; captured values come from where the node stands. */
  run(inputs: readonly NdArray[]): readonly NdArray[]
}

type ReferenceRule<K extends OpKind> = (call: ReferenceCall<K>) => readonly NdArray[]
