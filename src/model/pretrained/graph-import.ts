/** From an encoder's ONNX file to a graph that a tagger's graphs can include, and its numbers. */
import { ModelFileError } from '../../base/model-file-error.js'
import { GraphBuilder } from '../../engine/graph/builder.js'
import { GraphError } from '../../engine/graph/error.js'
import { copyNodes } from '../../engine/graph/passes/copy.js'
import { isFloat, type Tensor } from '../../engine/graph/tensor.js'
import type { Graph, Node, Value } from '../../engine/graph/value.js'
import { decodeModel } from '../../engine/onnx/decode.js'
import { encodeModel } from '../../engine/onnx/encode.js'
import { OnnxError } from '../../engine/onnx/error.js'
import { angleInputs, nameParameters, tiedTensors } from '../../engine/onnx/parameters.js'
import type { OutsideData } from '../../engine/onnx/tensors.js'
import { type EncoderWeights, PIECES } from './encoder-weights.js'
import { GRAPH, GRAPH_PARAMETER, type GraphArchitecture, toGraphText } from './graph-architecture.js'
import { layersOf } from './graph-layers.js'

export interface GraphSource {
  readonly bytes: Uint8Array
  readonly outside: OutsideData
  /** What to call the file in messages. */
  readonly where: string
}

export interface GraphNeeds {
  /** Names of outputs, the best first; the model must have one of them, or one output of three axes. */
  readonly outputs: readonly string[]
  readonly positions: number | undefined
  readonly firstPosition: number
  readonly padding: number
  /** Rows of the table of pieces, where the graph does not show them. */
  readonly vocabulary: number
}

export interface ImportedGraph {
  readonly architecture: GraphArchitecture
  readonly weights: EncoderWeights
  /** Whole numbers of 8 bits, by name. */
  readonly rounded: ReadonlyMap<string, Tensor>
}

/** Whole numbers of 8 bits that are stored like parameters; fewer are constants of the graph. */
const MANY = 64

/**
 * Reads an encoder from its ONNX file. The look-up of pieces is taken out of the graph, so that training changes the rows that a
 * batch meets. What the exporter stored twice becomes one parameter.
 *
 * @throws ModelFileError for a file that the engine does not read, or that is no encoder
 */
export function importGraph({ bytes, outside, where }: GraphSource, needs: GraphNeeds): ImportedGraph {
  const fault = (expected: string, got: string, remedy?: string) =>
    new ModelFileError({ where, expected, got, ...(remedy && { remedy }) })
  try {
    const isInput = ({ type, data }: Tensor) =>
      isFloat(type) ? data.length > 1 : (type === 'int8' || type === 'uint8') && data.length > MANY
    const { graph, initializers } = decodeModel(bytes, { outside, isInput })
    return new GraphImport(graph, initializers, needs, fault).read()
  } catch (error) {
    if (error instanceof OnnxError) throw asFileFault(error, where)
    if (!(error instanceof GraphError)) throw error
    throw fault(
      'a graph for texts of any number and length',
      error.message.slice(0, 200),
      'export it with batch and length as dynamic axes',
    )
  }
}

function asFileFault({ faults }: OnnxError, where: string): ModelFileError {
  return new ModelFileError(faults.map(fault => ({ ...fault, where: `${where}: ${fault.where}` })))
}

type Fault = (expected: string, got: string, remedy?: string) => ModelFileError

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids'] as const

class GraphImport {
  private readonly g = new GraphBuilder('encoder')
  /** What stands for the file's values. */
  private readonly moved = new Map<Value, Value>()
  private readonly inputOf: ReadonlyMap<string, Value>

  constructor(
    private readonly graph: Graph,
    private readonly initializers: Readonly<Record<string, Tensor>>,
    private readonly needs: GraphNeeds,
    private readonly fault: Fault,
  ) {
    this.inputOf = new Map(graph.inputNames.map((name, i) => [name, graph.inputs[i]]))
  }

  read(): ImportedGraph {
    const { g, graph, initializers, needs, fault } = this
    const output = this.output()
    const names = nameParameters(graph)
    const tied = tiedTensors(initializers, names)
    const angles = angleInputs(graph)
    this.checkInputs()
    const pieces = this.pieces(tied)
    const stored = new Map<string, Tensor>()
    for (const [name, tensor] of Object.entries(initializers)) {
      const value = this.inputOf.get(name) as Value
      const first = tied.get(name) as string
      if (pieces?.name === first) continue
      if (angles.has(name)) this.moved.set(value, g.constantTensor(tensor))
      else if (first === name) {
        const own = GRAPH_PARAMETER + names[name].name
        if (own === PIECES || !/^[\x21-\x7e]{1,300}$/.test(own))
          throw fault('plain names', JSON.stringify(name))
        stored.set(own, tensor)
        this.moved.set(value, g.input(own, tensor.type, tensor.shape))
      } else this.moved.set(value, this.moved.get(this.inputOf.get(first) as Value) as Value)
    }
    this.feedInputs(pieces)
    const nodes = graph.nodes.filter(node => !pieces?.gathers.has(node))
    copyNodes(g, nodes, this.moved)
    const states = this.moved.get(output)
    if (states?.type !== 'float32' || typeof states.shape[2] !== 'number')
      throw fault('states of known width', 'others')
    const made = g.finish({ [GRAPH.states]: states })
    const used = new Set(made.inputNames)
    const isRounded = (name: string) => !isFloat((stored.get(name) as Tensor).type)
    const kept = [...stored.keys()].filter(name => used.has(name))
    const { layers, layerOf } = layersOf(
      made,
      kept.filter(name => !isRounded(name)),
    )
    const weights = new Map<string, Float32Array>()
    for (const name of kept.filter(own => !isRounded(own))) {
      const { data } = stored.get(name) as Tensor
      if (!(data instanceof Float32Array) || !data.every(Number.isFinite))
        throw fault('finite numbers of 32 bits', name)
      weights.set(name, data)
    }
    const isLookedUp = used.has(GRAPH.embedded)
    if (pieces && isLookedUp) weights.set(PIECES, pieces.table.data as Float32Array)
    const [width, embedding] = [
      made.outputs[0].shape[2] as number,
      pieces && isLookedUp ? pieces.table.shape[1] : 0,
    ]
    if (embedding === 0 && !used.has(GRAPH.ids))
      throw fault('states that depend on input_ids', 'none that do')
    const firstPosition = Math.min(needs.firstPosition, 1024)
    const positions = Math.min(needs.positions ?? this.positions() ?? DEFAULT_POSITIONS, 65_536)
    if (positions < firstPosition + 4) throw fault('positions for at least four pieces', `${positions}`)
    const architecture: GraphArchitecture = {
      family: 'onnx',
      ...{ vocabulary: pieces?.table.shape[0] ?? needs.vocabulary, embedding, width, layers },
      ...{ positions, firstPosition, padding: needs.padding, readsIds: used.has(GRAPH.ids) },
      ...{ layerOf, graph: toGraphText(encodeModel(made)) },
    }
    const rounded = new Map(kept.filter(isRounded).map(name => [name, stored.get(name) as Tensor]))
    return { architecture, weights, rounded }
  }

  private output(): Value {
    const { graph, needs, fault } = this
    const at = needs.outputs.map(name => graph.outputNames.indexOf(name)).find(i => i >= 0)
    // Scores are no states.
    const threefold = graph.outputs.filter(
      ({ shape }, i) => shape.length === 3 && graph.outputNames[i] !== 'logits',
    )
    const own = at === undefined ? threefold : [graph.outputs[at]]
    if (own.length === 1 && own[0].shape.length === 3) return own[0]
    throw fault(
      `an output called ${needs.outputs[0]}, [batch, length, features]`,
      graph.outputNames.slice(0, 5).join(', '),
      needs.outputs.includes('logits')
        ? 'give a model that was fine-tuned for token classification'
        : 'export the encoder without a head (feature extraction)',
    )
  }

  private checkInputs(): void {
    for (const [name, value] of this.inputOf) {
      if (Object.hasOwn(this.initializers, name)) continue
      const isKnown = (INPUTS as readonly string[]).includes(name) && value.shape.length === 2
      if (!isKnown)
        throw this.fault(`inputs called ${INPUTS.join(', ')}`, `${name} [${value.shape.join(', ')}]`)
    }
    if (!this.inputOf.has('input_ids')) throw this.fault('an input called input_ids', 'none')
  }

  /** The look-up of pieces: gathers of a table's rows by ids, if nothing else reads the table. */
  private pieces(tied: ReadonlyMap<string, string>): Pieces | undefined {
    const ids = this.inputOf.get('input_ids') as Value
    const areIds = new Set([ids])
    const gathers: Node[] = []
    for (const node of this.graph.nodes) {
      const [first, second] = node.inputs
      if ((node.kind === 'Cast' || node.kind === 'Identity') && first && areIds.has(first))
        areIds.add(node.outputs[0])
      if (node.kind === 'Gather' && second && areIds.has(second) && (node.attributes.axis ?? 0) === 0)
        gathers.push(node)
    }
    const nameOf = new Map([...this.inputOf].map(([name, value]) => [value, tied.get(name) ?? name]))
    const tables = gathers.map(({ inputs: [table] }) => nameOf.get(table as Value))
    const [name] = tables
    const table = name === undefined ? undefined : this.initializers[name]
    if (!name || !table || table.type !== 'float32' || table.shape.length !== 2) return undefined
    const own = new Set(gathers.filter((_, i) => tables[i] === name))
    const readsElsewhere = this.graph.nodes.some(
      node => !own.has(node) && node.inputs.some(value => value && nameOf.get(value) === name),
    )
    return readsElsewhere ? undefined : { name, table, gathers: own }
  }

  private feedInputs(pieces: Pieces | undefined): void {
    const { g, moved } = this
    const line = (name: string) => g.input(name, 'int64', ['batch', 'time'])
    const [ids, mask, segments] = [GRAPH.ids, GRAPH.mask, GRAPH.segments].map(line)
    const counted = () => {
      const ones = g.cast(g.equal(mask, mask), 'int64')
      const places = g.apply('CumSum', [ones, g.scalar(1, 'int64')])
      return g.add(places, g.scalar(this.needs.firstPosition - 1, 'int64'))
    }
    const values = {
      input_ids: () => ids,
      attention_mask: () => mask,
      token_type_ids: () => segments,
      position_ids: counted,
    }
    for (const name of INPUTS) {
      const value = this.inputOf.get(name)
      if (value) moved.set(value, g.cast(values[name](), value.type))
    }
    if (!pieces) return
    const embedded = g.input(GRAPH.embedded, 'float32', ['batch', 'time', pieces.table.shape[1]])
    for (const { outputs } of pieces.gathers) moved.set(outputs[0], embedded)
  }

  /** Rows of a table that is read by place, not by ids. */
  private positions(): number | undefined {
    const rows = this.graph.nodes.flatMap(({ kind, inputs: [table] }) => {
      const name = [...this.inputOf].find(([, value]) => value === table)?.[0]
      const stored = kind === 'Gather' && name !== undefined ? this.initializers[name] : undefined
      return stored?.shape.length === 2 && /position/.test(String(name)) ? [stored.shape[0]] : []
    })
    return rows.length > 0 ? Math.min(...rows) : undefined
  }
}

/** Where nothing says how many there are. */
const DEFAULT_POSITIONS = 512

interface Pieces {
  readonly name: string
  readonly table: Tensor
  readonly gathers: ReadonlySet<Node>
}
