/**
 * What a graph is made of: plain frozen data. A value is produced once, by an input or a node, and has a type and a
 * shape that may name dimensions. A node applies one operator. A block is the body of a graph or of a `Scan`.
 */
import type { Dim } from './dim.js'
import type { Attributes, OpKind } from './kinds.js'
import type { ElementType } from './tensor.js'

export interface Value {
  /** Unique within one builder. */
  readonly id: number
  readonly type: ElementType
  readonly shape: readonly Dim[]
  /** The block the value was made in; values of enclosing blocks may be used inside a body, never the reverse. */
  readonly scope: number
  /** What a small integer tensor holds where that is known while building, row-major: a shape, axes, sizes. */
  readonly content?: readonly Dim[]
}

/** A node of some kinds; its kind decides which attributes it has. */
export type NodeOf<K extends OpKind> = {
  readonly [P in K]: {
    readonly kind: P
    /** In ONNX's order; `null` where an optional input is left out. */
    readonly inputs: readonly (Value | null)[]
    /** Every output the operator has, used or not. */
    readonly outputs: readonly Value[]
    /** Under ONNX's own names; one that equals its default is left out. */
    readonly attributes: Attributes<P>
    /** The layer that made the node, outermost first, joined by `/`; empty outside any layer. */
    readonly layer: string
    /** What a `Scan` repeats. */
    readonly body: P extends 'Scan' ? Block : undefined
  }
}[K]

export type Node = NodeOf<OpKind>

export interface Block {
  readonly scope: number
  readonly inputs: readonly Value[]
  /** In an order in which every value is made before it is used. */
  readonly nodes: readonly Node[]
  readonly outputs: readonly Value[]
}

/** A finished graph: verified, and safe to hand to a runtime. */
export interface Graph extends Block {
  readonly name: string
  readonly inputNames: readonly string[]
  readonly outputNames: readonly string[]
}

/** `float32[time, 2, batch]` */
export function describe(value: Value): string {
  return `${value.type}[${value.shape.join(', ')}]`
}

/** `MatMul in layer 'encoder/output' (float32[2, 3], float32[3, 4])` */
export function nodeLabel({ kind, layer, inputs }: Pick<Node, 'kind' | 'layer' | 'inputs'>): string {
  const where = layer ? ` in layer '${layer}'` : ''
  return `${kind}${where} (${inputs.map(value => (value ? describe(value) : 'none')).join(', ')})`
}

/** Every value that some nodes and outputs use, bodies included. */
export function usedValues(block: Pick<Block, 'nodes' | 'outputs'>): ReadonlySet<Value> {
  const used = new Set<Value>()
  const visit = ({ nodes, outputs }: Pick<Block, 'nodes' | 'outputs'>) => {
    for (const node of nodes) {
      for (const value of node.inputs) if (value) used.add(value)
      if (node.body) visit(node.body)
    }
    for (const value of outputs) used.add(value)
  }
  visit(block)
  return used
}

/** The values a block uses but doesn't make: what the body of a `Scan` captures. Each once, in order of first use. */
export function capturesOf(block: Block): readonly Value[] {
  const made = new Set<Value>(block.inputs)
  const captured = new Set<Value>()
  const use = (value: Value | null) => {
    if (value && !made.has(value)) captured.add(value)
  }
  for (const node of block.nodes) {
    node.inputs.forEach(use)
    if (node.body) capturesOf(node.body).forEach(use)
    for (const output of node.outputs) made.add(output)
  }
  block.outputs.forEach(use)
  return [...captured]
}
