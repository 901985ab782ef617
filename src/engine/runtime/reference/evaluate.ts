/** Evaluates graphs in plain TypeScript: node by node, by the reference implementations in the table of operators. */
import { evaluateDim } from '../../graph/dim.js'
import { GraphError } from '../../graph/error.js'
import { type OpKind, readAttributes } from '../../graph/kinds.js'
import { fromTensor, type NdArray, roundToType, toTensor } from '../../graph/nd-array.js'
import type { Operator } from '../../graph/operator.js'
import { OPERATORS } from '../../graph/table.js'
import { isFloat, type Tensor } from '../../graph/tensor.js'
import { type Block, describe, type Graph, type NodeOf, nodeLabel, type Value } from '../../graph/value.js'

export interface ReferenceOptions {
  /**
   * `float64` computes and returns every float in double precision, whatever its type: finite differences are sharp
   * there. Default `float32`: every result is rounded to its own type.
   */
  readonly precision?: 'float32' | 'float64'
}

/**
 * @param feeds a tensor for every input of the graph
 * @throws GraphError where a feed is missing or doesn't fit, or a result isn't shaped as the graph says
 */
export function evaluateGraph(
  graph: Graph,
  feeds: Readonly<Record<string, Tensor>>,
  { precision = 'float32' }: ReferenceOptions = {},
): Record<string, Tensor> {
  const exact = precision === 'float64'
  const lengths = new Map<string, number>()
  const inputs = graph.inputs.map((value, i) => {
    const name = graph.inputNames[i]
    const tensor = feeds[name]
    if (!tensor) throw new GraphError('graph/feed', `input '${name}'`, describe(value), 'nothing')
    checkFeed(name, value, tensor, exact)
    readLengths(value, tensor, lengths)
    return { ...fromTensor(tensor), type: value.type }
  })
  graph.inputs.forEach((value, i) => {
    checkLengths(`input '${graph.inputNames[i]}'`, value, inputs[i], lengths)
  })
  const results = new Evaluator(exact, lengths).run(graph, inputs, new Map())
  return Object.fromEntries(
    results.map((array, i) => [
      graph.outputNames[i],
      toTensor(array, exact && isFloat(array.type) ? 'float64' : array.type),
    ]),
  )
}

function checkFeed(name: string, value: Value, tensor: Tensor, exact: boolean): void {
  const type = tensor.type === value.type || (exact && isFloat(value.type) && isFloat(tensor.type))
  if (!type || tensor.shape.length !== value.shape.length)
    throw new GraphError(
      'graph/feed',
      `input '${name}'`,
      describe(value),
      `${tensor.type}[${tensor.shape.join(', ')}]`,
    )
}

/** Plain names get their lengths from the first input that has one. */
function readLengths(value: Value, tensor: Tensor, lengths: Map<string, number>): void {
  value.shape.forEach((dim, i) => {
    if (typeof dim === 'string' && /^\w+$/.test(dim) && !lengths.has(dim)) lengths.set(dim, tensor.shape[i])
  })
}

function checkLengths(
  where: string,
  value: Value,
  array: NdArray,
  lengths: ReadonlyMap<string, number>,
): void {
  const fits =
    value.shape.length === array.shape.length &&
    value.shape.every((dim, i) => (evaluateDim(dim, lengths) ?? array.shape[i]) === array.shape[i])
  if (!fits)
    throw new GraphError('graph/feed', where, describe(value), `${array.type}[${array.shape.join(', ')}]`)
}

class Evaluator {
  constructor(
    private readonly exact: boolean,
    private readonly lengths: ReadonlyMap<string, number>,
  ) {}

  run(block: Block, inputs: readonly NdArray[], outer: ReadonlyMap<Value, NdArray>): readonly NdArray[] {
    const known = new Map(outer)
    block.inputs.forEach((value, i) => {
      known.set(value, inputs[i])
    })
    for (const node of block.nodes) this.node(node, known)
    return block.outputs.map(value => lookUp(known, value))
  }

  private node<K extends OpKind>(node: NodeOf<K>, known: Map<Value, NdArray>): void {
    const operator: Operator<K> = OPERATORS[node.kind]
    const label = nodeLabel(node)
    const inputs = node.inputs.map(value => value && lookUp(known, value))
    const { body } = node
    const results = operator.evaluate({
      attributes: readAttributes(node.kind, node.attributes),
      inputs: inputs as readonly NdArray[],
      optional: at => inputs[at] ?? null,
      outputs: node.outputs,
      run: arrays => (body ? this.run(body, arrays, known) : []),
    })
    node.outputs.forEach((value, i) => {
      const array = results[i]
      if (!array) return
      checkLengths(label, value, array, this.lengths)
      known.set(value, roundToType({ ...array, type: value.type }, this.exact))
    })
  }
}

function lookUp(known: ReadonlyMap<Value, NdArray>, value: Value): NdArray {
  const array = known.get(value)
  if (!array) throw new GraphError('graph/scope', 'reference runtime', 'a value made before', describe(value))
  return array
}
