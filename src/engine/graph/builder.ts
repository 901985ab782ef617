import { canonicalDim, type Dim, isDimName } from './dim.js'
import { GraphError } from './error.js'
import { inferOutputs } from './infer.js'
import { type Attributes, type OpKind, parseAttributes } from './kinds.js'
import { Operations } from './operations.js'
import { type CopyOptions, copyNodes } from './passes/copy.js'
import { finishNodes } from './passes/finish.js'
import type { ScanLoop, ScanResult, ScanStep } from './scan.js'
import { type ElementType, fingerprint, fits, sizeOf, type Tensor } from './tensor.js'
import { type Block, describe, type Graph, type Node, nodeLabel, type Value } from './value.js'
import { verifyGraph } from './verify.js'

/** A hand-derived stretch of a graph: differentiation takes it as one node. */
export interface HandDerivedBlock {
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  /**
   * @param dOutputs gradients with respect to the outputs, `null` where the loss doesn't depend on one
   * @returns gradients with respect to the inputs, `null` where none flows
   */
  readonly backward: (g: GraphBuilder, dOutputs: readonly (Value | null)[]) => readonly (Value | null)[]
}

/** What all scopes of one builder share. */
class Shared {
  nextId = 0
  nextScope = 0
  nextUnknown = 0
  /** Of the nodes being made now, outermost first, joined by `/`. */
  layer = ''
  readonly inputNames = new Map<Value, string>()
  readonly constants = new Map<string, Value>()
  readonly producers = new Map<Value, Node>()
  readonly handDerived = new Map<Value, HandDerivedBlock>()
}

/** Longest constant that is kept once for equal contents while recording. */
const SHARED_CONSTANT = 64

/**
 * Builds a computation graph over ONNX's operators: records values, nodes, constants, layers and loops. The methods of
 * `Operations` add nodes.
 *
 * @example
 * const g = new GraphBuilder('linear')
 * const x = g.input('x', 'float32', ['batch', 4])
 * const w = g.input('w', 'float32', [4, 2])
 * const loss = g.reduceMean(g.tanh(g.matMul(x, w)), [0, 1])
 * const [dw] = gradients(g, loss, [w])
 * const graph = g.finish({ loss, dw })
 */
export class GraphBuilder extends Operations {
  readonly scope: number
  readonly outer: GraphBuilder | undefined
  private readonly shared: Shared
  private readonly recordedInputs: Value[] = []
  private readonly recorded: Node[] = []

  constructor(
    readonly name: string,
    outer?: GraphBuilder,
  ) {
    super()
    this.outer = outer
    this.shared = outer ? outer.shared : new Shared()
    this.scope = this.shared.nextScope++
  }

  get nodes(): readonly Node[] {
    return this.recorded
  }

  get inputs(): readonly Value[] {
    return this.recordedInputs
  }

  producerOf(value: Value): Node | undefined {
    return this.shared.producers.get(value)
  }

  /** The hand-derived block a value is an output of. */
  handDerivedBlockOf(value: Value): HandDerivedBlock | undefined {
    return this.shared.handDerived.get(value)
  }

  inputNameOf(value: Value): string | undefined {
    return this.shared.inputNames.get(value)
  }

  /**
   * Declares an input of the graph. Parameters are inputs in training graphs.
   *
   * @param shape numbers and names; a name stands for the same length wherever it is used
   * @throws GraphError where the name is taken or the shape can't be read
   * @example
   * const x = g.input('x', 'float32', ['time', 2, 352, 'batch'])
   */
  input(name: string, type: ElementType, shape: readonly Dim[]): Value {
    const where = `input '${name}'`
    if (this.outer) throw new GraphError('graph/structure', where, 'inputs outside of bodies', 'a Scan body')
    if (name === '' || /^(constant|v)_\d+$/.test(name))
      throw new GraphError('graph/structure', where, 'a name other than constant_1, v_1, …', `'${name}'`)
    if ([...this.shared.inputNames.values()].includes(name))
      throw new GraphError('graph/structure', where, 'a name of its own', 'one that is taken')
    const value = this.bodyInput(type, canonicalShape(where, shape))
    this.shared.inputNames.set(value, name)
    return value
  }

  bodyInput(type: ElementType, shape: readonly Dim[]): Value {
    const value = this.makeValue({ type, shape })
    this.recordedInputs.push(value)
    return value
  }

  private makeValue(inferred: Pick<Value, 'type' | 'shape' | 'content'>): Value {
    const { type, shape, content } = inferred
    return Object.freeze({
      id: this.shared.nextId++,
      type,
      shape: Object.freeze([...shape]),
      scope: this.scope,
      ...(content && { content: Object.freeze([...content]) }),
    })
  }

  constantTensor(value: Tensor): Value {
    if (this.outer) return this.outer.constantTensor(value)
    if (!fits(value.type, value.data) || value.data.length !== sizeOf(value.shape))
      throw new GraphError(
        'graph/type',
        'constant',
        `${sizeOf(value.shape)} elements of ${value.type}`,
        `${value.data.length} in a ${value.data.constructor.name}`,
      )
    const key = value.data.length <= SHARED_CONSTANT && `${value.type}[${value.shape}]${fingerprint(value)}`
    const known = key ? this.shared.constants.get(key) : undefined
    if (known) return known
    const made = this.apply('Constant', [], { value })
    if (key) this.shared.constants.set(key, made)
    return made
  }

  op<K extends OpKind>(
    kind: K,
    inputs: readonly (Value | null)[],
    attributes?: Attributes<K>,
    body?: Block,
  ): readonly Value[] {
    const { layer } = this.shared
    const given = withoutTrailingNulls(inputs)
    for (const value of given) if (value) this.checkScope(kind, layer, value)
    const application = {
      kind,
      inputs: Object.freeze(given),
      attributes: parseAttributes(
        kind,
        attributes ?? {},
        (expected, got) =>
          new GraphError('graph/attribute', nodeLabel({ kind, layer, inputs: given }), expected, got),
      ),
      layer,
      body,
    }
    const outputs = inferOutputs(application, () => `?${this.shared.nextUnknown++}`)
    const node = Object.freeze({
      ...application,
      outputs: Object.freeze(outputs.map(output => this.makeValue(output))),
    }) as Node
    this.recorded.push(node)
    for (const output of node.outputs) this.shared.producers.set(output, node)
    return node.outputs
  }

  private checkScope(kind: OpKind, layer: string, value: Value): void {
    for (let at: GraphBuilder | undefined = this; at; at = at.outer) if (at.scope === value.scope) return
    throw new GraphError(
      'graph/scope',
      nodeLabel({ kind, layer, inputs: [value] }),
      'values of this scope or of one around it',
      `value ${value.id} of another body or builder; return it from the body as an output`,
    )
  }

  /** Nodes made inside remember the layer. Layers nest: `encoder/attention`. */
  inLayer<T>(name: string, build: () => T): T {
    return this.asLayer(joinLayers(this.shared.layer, name), build)
  }

  asLayer<T>(name: string, build: () => T): T {
    const before = this.shared.layer
    this.shared.layer = name
    try {
      return build()
    } finally {
      this.shared.layer = before
    }
  }

  /** Declares everything between some inputs and outputs one hand-derived block. Returns the outputs. */
  withGradient(block: HandDerivedBlock): readonly Value[] {
    for (const output of block.outputs) {
      if (!this.producerOf(output))
        throw new GraphError('graph/gradient', 'withGradient', 'outputs made by nodes', describe(output))
      this.shared.handDerived.set(output, block)
    }
    return block.outputs
  }

  /** An empty body inside this scope. `scan` is what layers use. */
  child(): GraphBuilder {
    return new GraphBuilder(this.name, this)
  }

  close(inputs: readonly Value[], outputs: readonly Value[]): Block {
    return Object.freeze({
      scope: this.scope,
      inputs: Object.freeze([...inputs]),
      nodes: Object.freeze([...this.recorded]),
      outputs: Object.freeze([...outputs]),
    })
  }

  /**
   * Loops over axis 0 of some sequences (ONNX's Scan). The body is built once, from the states before a step and the
   * step's slices; it returns the states after it and outputs, which are stacked along a new axis 0. Values from
   * outside may be used in the body. When the graph is run, sequences must have at least one step.
   *
   * @example
   * const { states: [total], outputs: [sums] } = g.scan(
   *   { states: [zero], sequences: [{ value: xs }] },
   *   (body, [sum], [x]) => { const next = body.add(sum, x); return { states: [next], outputs: [next] } },
   * )
   */
  scan(
    { states, sequences, name }: ScanLoop,
    build: (body: GraphBuilder, states: readonly Value[], slices: readonly Value[]) => ScanStep,
  ): ScanResult {
    if (name !== undefined) return this.inLayer(name, () => this.scan({ states, sequences }, build))
    const body = this.child()
    const before = states.map(({ type, shape }) => body.bodyInput(type, shape))
    const slices = sequences.map(({ value }) => body.bodyInput(value.type, value.shape.slice(1)))
    const step = build(body, before, slices)
    const emitted = step.outputs.map(output =>
      'value' in output ? output : { value: output, reverse: false },
    )
    const made = this.op(
      'Scan',
      [...states, ...sequences.map(({ value }) => value)],
      {
        num_scan_inputs: sequences.length,
        scan_input_directions: sequences.map(({ reverse }) => Number(reverse ?? false)),
        scan_output_directions: emitted.map(({ reverse }) => Number(reverse)),
      },
      body.close([...before, ...slices], [...step.states, ...emitted.map(({ value }) => value)]),
    )
    return { states: made.slice(0, states.length), outputs: made.slice(states.length) }
  }

  /**
   * Copies a finished or foreign graph into this one.
   * @param inputs a value of this builder for every input of the graph
   * @param options `replace`: what takes the place of a node, where that isn't the same node again
   * @returns the graph's outputs by name
   * @example
   * const { y } = g.include(decodeModel(bytes).graph, { x, mask })
   */
  include(
    graph: Graph,
    inputs: Readonly<Record<string, Value>>,
    { replace }: Pick<CopyOptions, 'replace'> = {},
  ): Readonly<Record<string, Value>> {
    const moved = new Map<Value, Value>()
    graph.inputs.forEach((value, i) => {
      const name = graph.inputNames[i]
      const given = inputs[name]
      if (!given || given.type !== value.type || given.shape.length !== value.shape.length)
        throw new GraphError(
          'graph/feed',
          `include '${graph.name}', input '${name}'`,
          describe(value),
          given ? describe(given) : 'nothing',
        )
      moved.set(value, given)
    })
    const { layer } = this.shared
    copyNodes(this, graph.nodes, moved, { layer: name => joinLayers(layer, name), replace })
    return Object.fromEntries(
      graph.outputs.map((value, i) => [graph.outputNames[i], moved.get(value) ?? value]),
    )
  }

  /**
   * Ends the graph: drops what no output needs, folds constants, shares repeated subexpressions, moves what a loop
   * repeats out of it, and verifies the rest. The builder stays usable: finish it again for other outputs.
   *
   * @param outputs names for what a run returns. Inputs that none of them needs are left out of the graph.
   */
  finish(outputs: Readonly<Record<string, Value>>): Graph {
    const names = Object.keys(outputs)
    if (names.length === 0)
      throw new GraphError('graph/structure', `graph '${this.name}'`, 'at least one output', 'none')
    for (const name of names)
      if (outputs[name].scope !== this.scope)
        throw new GraphError(
          'graph/scope',
          `output '${name}'`,
          'a value of the builder itself',
          `${describe(outputs[name])} of another scope`,
        )
    const out = new GraphBuilder(this.name)
    const block = finishNodes(this, Object.values(outputs), out, value =>
      out.input(this.inputNameOf(value) ?? '', value.type, value.shape),
    )
    const graph: Graph = Object.freeze({
      name: this.name,
      ...block,
      inputNames: Object.freeze(block.inputs.map(value => out.inputNameOf(value) ?? '')),
      outputNames: Object.freeze(names),
    })
    verifyGraph(graph)
    return graph
  }
}

function joinLayers(outer: string, name: string): string {
  return outer && name ? `${outer}/${name}` : outer || name
}

function canonicalShape(where: string, shape: readonly Dim[]): Dim[] {
  return shape.map(dim => {
    if (typeof dim === 'number' ? Number.isInteger(dim) && dim >= 0 : isDimName(dim)) return dim
    try {
      return canonicalDim(dim)
    } catch {
      throw new GraphError('graph/shape', where, 'dimensions that are whole numbers or names', String(dim))
    }
  })
}

function withoutTrailingNulls(inputs: readonly (Value | null)[]): (Value | null)[] {
  let end = inputs.length
  while (end > 0 && inputs[end - 1] === null) end--
  return inputs.slice(0, end)
}
