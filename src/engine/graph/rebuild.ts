/**
 * Records nodes anew, simpler: constants are folded, operators that change nothing vanish, repeated subexpressions
 * are made once, and what a loop's body would make the same at every step is made outside of it.
 */
import { AttributeReader, isTensor } from './attributes.js'
import type { GraphBuilder } from './builder.js'
import { ownOutputs } from './finish.js'
import { fromTensor, roundToType, toTensor } from './nd-array.js'
import type { ReferenceCall } from './operator.js'
import { fingerprint } from './recorder.js'
import { simplify } from './simplify.js'
import { OPERATORS } from './table.js'
import type { Tensor } from './tensor.js'
import type { Node, Value } from './value.js'

/** Most elements of a constant that folding may make. */
const FOLD_LIMIT = 1024

/** A scope that is being rebuilt, and those around it, innermost first. */
interface Scope {
  readonly g: GraphBuilder
  readonly known: Map<string, readonly Value[]>
  readonly outer?: Scope
}

/** @param moved where each value of the source has gone; extended by every node's outputs */
export function rebuildNodes(g: GraphBuilder, nodes: readonly Node[], moved: Map<Value, Value>): void {
  rebuildInto({ g, known: new Map() }, nodes, moved)
}

function rebuildInto(scope: Scope, nodes: readonly Node[], moved: Map<Value, Value>): void {
  for (const node of nodes) {
    const outputs = scope.g.asLayer(node.layer, () => rebuildNode(scope, node, moved))
    node.outputs.forEach((value, i) => {
      moved.set(value, outputs[i])
    })
  }
}

function rebuildNode(scope: Scope, node: Node, moved: Map<Value, Value>): readonly Value[] {
  const { value } = node.attributes
  if (node.kind === 'Constant' && isTensor(value)) return [scope.g.constantTensor(value)]
  const inputs = node.inputs.map(input => input && (moved.get(input) ?? input))
  if (node.body) return rebuildLoop(scope, node, inputs, moved)
  if (OPERATORS[node.kind].random) return scope.g.op(node.kind, inputs, node.attributes)
  const simpler = simplify(scope.g, node, inputs) ?? fold(scope.g, node, inputs)
  if (simpler) return simpler
  const home = homeOf(scope, inputs)
  const key = keyOf(node, inputs)
  for (let at: Scope | undefined = home; at; at = at.outer) {
    const known = at.known.get(key)
    if (known) return known
  }
  const made = home.g.op(node.kind, inputs, node.attributes)
  home.known.set(key, made)
  return made
}

/** The outermost scope in which all inputs are known. */
function homeOf(scope: Scope, inputs: readonly (Value | null)[]): Scope {
  let at = scope
  while (at.outer && !inputs.some(value => value?.scope === at.g.scope)) at = at.outer
  return at
}

function keyOf(node: Node, inputs: readonly (Value | null)[]): string {
  const attributes = Object.entries(node.attributes).map(([name, value]) =>
    isTensor(value) ? [name, value.type, value.shape, fingerprint(value)] : [name, value],
  )
  return JSON.stringify([node.kind, inputs.map(value => value?.id ?? -1), attributes])
}

function rebuildLoop(
  scope: Scope,
  node: Node,
  inputs: readonly (Value | null)[],
  moved: Map<Value, Value>,
): readonly Value[] {
  const { body } = node
  if (!body) return []
  const inner: Scope = { g: scope.g.child(), known: new Map(), outer: scope }
  const bodyInputs = body.inputs.map(value => {
    const input = inner.g.bodyInput(value.type, value.shape)
    moved.set(value, input)
    return input
  })
  rebuildInto(inner, body.nodes, moved)
  const outputs = ownOutputs(
    inner.g,
    body.outputs.map(value => moved.get(value) ?? value),
  )
  return scope.g.op(node.kind, inputs, node.attributes, inner.g.close(bodyInputs, outputs))
}

/** Computes a node of constants now. */
function fold(g: GraphBuilder, node: Node, inputs: readonly (Value | null)[]): readonly Value[] | undefined {
  if (node.outputs.some(output => !isSmall(output))) return undefined
  const known: (Tensor | null)[] = []
  for (const input of inputs) {
    const constant = input && constantOf(g, input)
    if (input && !constant && !(node.kind === 'Shape' && isSmallShape(input))) return undefined
    known.push(constant ?? null)
  }
  if (node.kind === 'Shape') return foldShape(g, node)
  const arrays = known.map(tensor => tensor && fromTensor(tensor))
  const call: ReferenceCall = {
    attributes: new AttributeReader(OPERATORS[node.kind].attributes, node.attributes),
    inputs: arrays,
    outputs: node.outputs,
    input: at => {
      const array = arrays[at]
      if (!array) throw new RangeError(`${node.kind}: input ${at} is missing`)
      return array
    },
    run: () => [],
  }
  return OPERATORS[node.kind]
    .evaluate(call)
    .map(array => g.constantTensor(toTensor(roundToType(array, false))))
}

function isSmall(value: Value): boolean {
  let size = 1
  for (const dim of value.shape) {
    if (typeof dim !== 'number') return false
    size *= dim
  }
  return size <= FOLD_LIMIT
}

function isSmallShape(value: Value): boolean {
  return value.shape.every(dim => typeof dim === 'number')
}

function foldShape(g: GraphBuilder, node: Node): readonly Value[] | undefined {
  const { content } = node.outputs[0]
  return content?.every(dim => typeof dim === 'number') ? [g.int64(content as readonly number[])] : undefined
}

function constantOf(g: GraphBuilder, value: Value): Tensor | undefined {
  const made = g.producerOf(value)
  const tensor = made?.kind === 'Constant' ? made.attributes.value : undefined
  return isTensor(tensor) ? tensor : undefined
}
