/**
 * What the engine must know of an operator, all of it in one place: which attributes it takes, its shape rule, its
 * gradient rule and a reference implementation. The table in `table.ts` is total over `OpKind`: leave any of these
 * out and the project doesn't compile. docs/engine.md shows how to add one.
 */
import type { AttributeReader, AttributeSpecs } from './attributes.js'
import type { GraphBuilder } from './builder.js'
import type { Dim } from './dim.js'
import type { GraphErrorCode } from './error.js'
import type { OpKind } from './kinds.js'
import type { NdArray } from './nd-array.js'
import type { OpaqueBlock } from './recorder.js'
import type { ElementType } from './tensor.js'
import type { Block, Node, Value } from './value.js'

export interface Operator {
  /** Empty: ONNX's own. */
  readonly domain?: 'com.microsoft'
  readonly attributes: AttributeSpecs
  /** Fewest and most inputs. */
  readonly inputs: readonly [number, number]
  /** Outputs from this one on may be left out of a written model where nothing uses them. */
  readonly optionalOutputsFrom?: number
  /** Draws numbers: two of a kind are not the same, and it can't be folded. */
  readonly random?: boolean
  readonly infer: ShapeRule
  readonly gradient: GradientRule | NoGradient
  readonly evaluate: ReferenceRule
}

/** Type and shape of an output. */
export interface Inferred {
  readonly type: ElementType
  readonly shape: readonly Dim[]
  readonly content?: readonly Dim[]
}

export interface ShapeCall {
  readonly kind: OpKind
  readonly attributes: AttributeReader
  readonly inputs: readonly (Value | null)[]
  readonly body?: Block
  /** An input that must be there. */
  input(at: number): Value
  /** A dimension only the run will tell. */
  unknown(): Dim
  /** Throws the error that names the node, its layer and its inputs. */
  fail(code: GraphErrorCode, expected: string, got: string): never
}

export type ShapeRule = (call: ShapeCall) => readonly Inferred[]

export interface GradientCall {
  /** Where the gradient's nodes go. */
  readonly g: GraphBuilder
  readonly node: Node
  readonly attributes: AttributeReader
  /** The inputs; reading one that was left out is a mistake of the rule. */
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  /** Gradient of the loss with respect to the first output. For operators of one output. */
  readonly dY: Value
  /** Gradients with respect to every output, `null` where the loss doesn't depend on it. */
  readonly dOutputs: readonly (Value | null)[]
  /** Whether the gradient of an input is needed at all. */
  wants(input: number): boolean
  /** A forward value as it is seen from where the gradient's nodes go. */
  inside(value: Value): Value
  /** Differentiation itself, for the body of a loop. */
  readonly backpropagate: Backpropagate
}

/** What differentiation reads: who made a value, and how a forward value is seen from where the gradient's nodes go. */
export interface Tape {
  producerOf(value: Value): Node | undefined
  opaqueBlockOf?(value: Value): OpaqueBlock<GraphBuilder> | undefined
  inside(value: Value): Value
  /** Inputs of nodes whose gradient is worked out elsewhere. */
  skips?(node: Node, input: number): boolean
}

export type Backpropagate = (
  g: GraphBuilder,
  tape: Tape,
  seeds: readonly (readonly [Value, Value])[],
  targets: readonly Value[],
) => ReadonlyMap<Value, Value>

/** Answers one gradient per input (and, for a loop, per captured value after them), `null` or nothing where none flows. */
export type GradientRule = (call: GradientCall) => readonly (Value | null)[]

/** An operator without gradient says why. */
export interface NoGradient {
  /** `zero`: nothing flows, as through a comparison. `refused`: differentiating through it is an error. */
  readonly none: 'zero' | 'refused'
  readonly because: string
}

export const noFlow = (because: string): NoGradient => ({ none: 'zero', because })
export const refused = (because: string): NoGradient => ({ none: 'refused', because })

export interface ReferenceCall {
  readonly attributes: AttributeReader
  readonly inputs: readonly (NdArray | null)[]
  /** Types and shapes the shape rule gave. */
  readonly outputs: readonly Value[]
  readonly body?: Block
  /** An input that must be there. */
  input(at: number): NdArray
  /** Runs the node's body on inputs; captured values come from where the node stands. */
  run(inputs: readonly NdArray[]): readonly NdArray[]
}

export type ReferenceRule = (call: ReferenceCall) => readonly NdArray[]
