/**
 * The part of the builder that records: values, nodes, constants, layers, scopes. It knows every operator only through
 * the table. `GraphBuilder` adds one typed method per operator on top.
 */
import { AttributeReader, normalizeAttributes } from './attributes.js'
import { canonicalDim, type Dim, isDimName } from './dim.js'
import { GraphError, type GraphErrorCode } from './error.js'
import type { OpKind } from './kinds.js'
import type { ShapeCall } from './operator.js'
import { OPERATORS } from './table.js'
import { type ElementType, fits, sizeOf, type Tensor } from './tensor.js'
import { type Attributes, type AttributeValue, type Block, describe, type Node, type Value } from './value.js'

/** A hand-derived stretch of a graph: differentiation takes it as one opaque node. */
export interface OpaqueBlock<G> {
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  /**
   * @param dOutputs gradients with respect to the outputs, `null` where the loss doesn't depend on one
   * @returns gradients with respect to the inputs, `null` where none flows
   */
  readonly backward: (g: G, dOutputs: readonly (Value | null)[]) => readonly (Value | null)[]
}

/** What all scopes of one builder share. */
export interface Shared<G> {
  readonly name: string
  nextId: number
  nextScope: number
  nextUnknown: number
  readonly layers: string[]
  readonly inputNames: Map<Value, string>
  readonly constants: Map<string, Value>
  readonly producers: Map<Value, Node>
  readonly opaque: Map<Value, OpaqueBlock<G>>
}

/** Longest constant that is kept once for equal contents while recording. */
const SHARED_CONSTANT = 64

export abstract class Recorder<G> {
  readonly scope: number
  protected readonly recordedInputs: Value[] = []
  protected readonly recorded: Node[] = []

  protected constructor(
    protected readonly shared: Shared<G>,
    protected readonly parent?: Recorder<G>,
  ) {
    this.scope = shared.nextScope++
  }

  get name(): string {
    return this.shared.name
  }

  /** The nodes of this scope so far, in the order they were made. */
  get nodes(): readonly Node[] {
    return this.recorded
  }

  get inputs(): readonly Value[] {
    return this.recordedInputs
  }

  /** The node that made a value; `undefined` for inputs. */
  producerOf(value: Value): Node | undefined {
    return this.shared.producers.get(value)
  }

  /** The hand-derived block a value is an output of. */
  opaqueBlockOf(value: Value): OpaqueBlock<G> | undefined {
    return this.shared.opaque.get(value)
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
    if (this.parent) throw new GraphError('graph/structure', where, 'inputs outside of bodies', 'a Scan body')
    if (name === '' || /^(constant|v)_\d+$/.test(name))
      throw new GraphError('graph/structure', where, 'a name other than constant_1, v_1, …', `'${name}'`)
    if ([...this.shared.inputNames.values()].includes(name))
      throw new GraphError('graph/structure', where, 'a name of its own', 'one that is taken')
    const value = this.makeInput(type, canonicalShape(where, shape))
    this.shared.inputNames.set(value, name)
    return value
  }

  protected makeInput(type: ElementType, shape: readonly Dim[]): Value {
    const value = this.makeValue({ type, shape })
    this.recordedInputs.push(value)
    return value
  }

  private makeValue(inferred: { type: ElementType; shape: readonly Dim[]; content?: readonly Dim[] }): Value {
    const { type, shape, content } = inferred
    return Object.freeze({
      id: this.shared.nextId++,
      type,
      shape: Object.freeze([...shape]),
      scope: this.scope,
      ...(content && { content: Object.freeze([...content]) }),
    })
  }

  /** A constant tensor, kept once for equal small contents. The data must not change afterwards. */
  constantTensor(value: Tensor): Value {
    if (!fits(value.type, value.data) || value.data.length !== sizeOf(value.shape))
      throw new GraphError(
        'graph/type',
        'constant',
        `${sizeOf(value.shape)} elements of ${value.type}`,
        `${value.data.length} in a ${value.data.constructor.name}`,
      )
    const root = this.root()
    if (root !== this) return root.constantTensor(value)
    const key = value.data.length <= SHARED_CONSTANT && `${value.type}[${value.shape}]${fingerprint(value)}`
    const known = key ? this.shared.constants.get(key) : undefined
    if (known) return known
    const [made] = this.record('Constant', [], { value })
    if (key) this.shared.constants.set(key, made)
    return made
  }

  /** The scope outermost of all; constants live there. */
  protected root(): Recorder<G> {
    return this.parent ? this.parent.root() : this
  }

  /**
   * Applies an operator: the one way by which a node comes into being.
   *
   * @param inputs in ONNX's order, `null` for an optional one left out
   * @returns every output the operator has
   * @throws GraphError naming the node, its layer, the shapes and the rule broken
   */
  op(
    kind: OpKind,
    inputs: readonly (Value | null)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>> = {},
    body?: Block,
  ): readonly Value[] {
    return this.record(kind, inputs, attributes, body)
  }

  private record(
    kind: OpKind,
    inputs: readonly (Value | null)[],
    attributes: Readonly<Record<string, AttributeValue | undefined>>,
    body?: Block,
  ): readonly Value[] {
    const layer = this.shared.layers.join('/')
    const given = withoutTrailingNulls(inputs)
    for (const value of given) if (value) this.checkScope(kind, layer, value)
    const kept = normalizeAttributes(
      OPERATORS[kind].attributes,
      attributes,
      (expected, got) => new GraphError('graph/attribute', nodeLabel(kind, layer, given), expected, got),
    )
    const inferred = inferOutputs(kind, given, kept, body, layer, () => `?${this.shared.nextUnknown++}`)
    const node: Node = Object.freeze({
      kind,
      inputs: Object.freeze(given),
      outputs: Object.freeze(inferred.map(output => this.makeValue(output))),
      attributes: kept,
      layer,
      ...(body && { body }),
    })
    this.recorded.push(node)
    for (const output of node.outputs) this.shared.producers.set(output, node)
    return node.outputs
  }

  private checkScope(kind: OpKind, layer: string, value: Value): void {
    for (let scope: Recorder<G> | undefined = this; scope; scope = scope.parent)
      if (scope.scope === value.scope) return
    throw new GraphError(
      'graph/scope',
      nodeLabel(kind, layer, [value]),
      'values of this scope or of one around it',
      `value ${value.id} of another body or builder; return it from the body as an output`,
    )
  }

  /** Nodes made inside remember the layer. Layers nest: `tagger/bilstm`. */
  inLayer<T>(name: string, build: () => T): T {
    this.shared.layers.push(name)
    try {
      return build()
    } finally {
      this.shared.layers.pop()
    }
  }

  /** Like `inLayer`, but the name given is the whole of it: for nodes that are made anew from others. */
  asLayer<T>(name: string, build: () => T): T {
    const { layers } = this.shared
    const before = layers.splice(0, layers.length, ...(name ? [name] : []))
    try {
      return build()
    } finally {
      layers.splice(0, layers.length, ...before)
    }
  }

  /** Declares everything between some inputs and outputs one hand-derived block. Answers the outputs. */
  withGradient(block: OpaqueBlock<G>): readonly Value[] {
    for (const output of block.outputs) {
      if (!this.producerOf(output))
        throw new GraphError('graph/gradient', 'withGradient', 'outputs made by nodes', describe(output))
      this.shared.opaque.set(output, block)
    }
    return block.outputs
  }
}

/** Applies an operator's shape rule. @throws GraphError */
export function inferOutputs(
  kind: OpKind,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
  body: Block | undefined,
  layer: string,
  unknown: () => Dim,
): ReturnType<(typeof OPERATORS)[OpKind]['infer']> {
  const operator = OPERATORS[kind]
  const fail = (code: GraphErrorCode, expected: string, got: string): never => {
    throw new GraphError(code, nodeLabel(kind, layer, inputs), expected, got)
  }
  const [fewest, most] = operator.inputs
  if (inputs.length < fewest || inputs.length > most)
    fail(
      'graph/arity',
      fewest === most ? `${fewest} inputs` : `${fewest} to ${most} inputs`,
      `${inputs.length}`,
    )
  const call: ShapeCall = {
    kind,
    inputs,
    body,
    attributes: new AttributeReader(operator.attributes, attributes),
    input: at => inputs[at] ?? fail('graph/arity', `input ${at}`, 'none'),
    unknown,
    fail,
  }
  return operator.infer(call)
}

/** `MatMul in layer 'tagger/output' (float32[2, 3], float32[3, 4])` */
export function nodeLabel(kind: OpKind, layer: string, inputs: readonly (Value | null)[]): string {
  const where = layer ? ` in layer '${layer}'` : ''
  return `${kind}${where} (${inputs.map(value => (value ? describe(value) : 'none')).join(', ')})`
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

/** The bytes of a tensor as text: equal for equal contents only (0 and −0 differ, NaNs of one kind don't). */
export function fingerprint({ data }: Tensor): string {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).join()
}
