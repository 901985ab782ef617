/** A pretrained encoder that is run as the graph of its ONNX file says: what a run keeps of it, besides its numbers. */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { isFloat } from '../../engine/graph/tensor.js'
import type { Graph, Value } from '../../engine/graph/value.js'
import { decodeModel } from '../../engine/onnx/decode.js'
import { OnnxError } from '../../engine/onnx/error.js'

/** What all encoders have, however they are computed. */
export interface EncoderSize {
  /** Rows of the table of pieces. */
  readonly vocabulary: number
  /** Features of a piece's embedding; where they are not `width`, the encoder projects them to it. 0: none is looked up outside. */
  readonly embedding: number
  readonly width: number
  readonly layers: number
  /** The most positions: rows of their table, if there is one, and the row of the first piece. */
  readonly positions: number
  readonly firstPosition: number
}

/** Plain data, which a run keeps in its `vocab.json`. */
export interface GraphArchitecture extends EncoderSize {
  readonly family: 'onnx'
  /** The graph without its numbers, as ONNX in base64. Its inputs are `GRAPH`'s and the parameters. */
  readonly graph: string
  /** Whether the graph reads the pieces' ids, besides their embeddings. */
  readonly readsIds: boolean
  /** The id of padding. */
  readonly padding: number
  /** The layer of each parameter, by name; −1 for what is below the first. */
  readonly layerOf: Readonly<Record<string, number>>
}

/** Names of a graph's inputs that are no parameters, and of its output. */
export const GRAPH = {
  /** float32 `[batch, time, embedding]` */
  embedded: 'embedded',
  /** int64 `[batch, time]` each */
  ids: 'ids',
  mask: 'mask',
  segments: 'segments',
  /** float32 `[batch, time, width]` */
  states: 'states',
} as const

/** What the names of parameters begin with, as those of every encoder. */
export const GRAPH_PARAMETER = 'pretrained.'

/** A graph that was read, with its parameters. */
export interface EncoderGraph {
  readonly graph: Graph
  /** Floats that can be trained, by name. */
  readonly parameters: ReadonlyMap<string, Value>
  /** Whole numbers of 8 bits, which cannot. */
  readonly rounded: ReadonlyMap<string, Value>
}

const read = new WeakMap<GraphArchitecture, EncoderGraph>()

/** The graph of an encoder, read once. @throws ModelFileError where it is not one */
export function graphOf(architecture: GraphArchitecture): EncoderGraph {
  const known = read.get(architecture)
  if (known) return known
  const made = readGraph(architecture.graph, 'pretrained: architecture: graph')
  read.set(architecture, made)
  return made
}

function readGraph(text: string, where: string): EncoderGraph {
  const fault = (expected: string, got: string) => new ModelFileError({ where, expected, got })
  let bytes: Uint8Array
  try {
    bytes = Uint8Array.from(atob(text), char => char.charCodeAt(0))
  } catch {
    throw fault('base64', 'other text')
  }
  let graph: Graph
  try {
    graph = decodeModel(bytes).graph
  } catch (error) {
    if (!(error instanceof OnnxError)) throw error
    throw fault('the graph of an encoder', error.message.slice(0, 200))
  }
  const own: readonly string[] = Object.values(GRAPH)
  const parameters = new Map<string, Value>()
  const rounded = new Map<string, Value>()
  graph.inputs.forEach((value, i) => {
    const name = graph.inputNames[i]
    if (own.includes(name)) return
    const isKnown = name.startsWith(GRAPH_PARAMETER) && value.shape.every(dim => typeof dim === 'number')
    if (isKnown && isFloat(value.type)) parameters.set(name, value)
    else if (isKnown && (value.type === 'int8' || value.type === 'uint8')) rounded.set(name, value)
    else throw fault('inputs that an encoder has', name.slice(0, 60))
  })
  const [output] = graph.outputs
  if (graph.outputNames.join() !== GRAPH.states || output.type !== 'float32' || output.shape.length !== 3)
    throw fault('states as its output', graph.outputNames.join().slice(0, 60))
  if (graph.nodes.some(({ kind }) => kind === 'Scan')) throw fault('a graph without loops', 'Scan')
  return { graph, parameters, rounded }
}

/**
 * Whether a sentence must be run alone. A graph that rounds states by the largest of a batch gives a sentence other states
 * beside other sentences; one that rounds them by fixed steps may not see that padding is hidden.
 */
export function readsAlone(architecture: GraphArchitecture): boolean {
  return graphOf(architecture).graph.nodes.some(({ kind }) => /^(Dynamic)?QuantizeLinear$/.test(kind))
}

export function toGraphText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

/** Reads what `JSON.stringify` made of such an architecture. @throws ModelFileError for anything else */
export function parseGraphArchitecture(
  value: Readonly<Record<string, unknown>>,
  where: string,
): GraphArchitecture {
  const fault = (name: string, expected: string) =>
    new ModelFileError({
      where: `${where}: ${name}`,
      expected,
      got: (JSON.stringify(value[name]) ?? 'nothing').slice(0, 60),
    })
  const count = (name: string, least: number, most: number) => {
    const own = value[name]
    if (Number.isSafeInteger(own) && (own as number) >= least && (own as number) <= most) return own as number
    throw fault(name, `a whole number from ${least} to ${most}`)
  }
  if (typeof value.graph !== 'string') throw fault('graph', 'text')
  if (typeof value.readsIds !== 'boolean') throw fault('readsIds', 'true or false')
  const { layerOf } = value
  const layers = count('layers', 0, 256)
  const isLayer = (own: unknown) =>
    Number.isSafeInteger(own) && (own as number) >= -1 && (own as number) < layers
  if (!isRecord(layerOf) || !Object.values(layerOf).every(isLayer))
    throw fault('layerOf', 'numbers of layers')
  const architecture: GraphArchitecture = {
    family: 'onnx',
    ...{ vocabulary: count('vocabulary', 1, 4_000_000), embedding: count('embedding', 0, 65_536) },
    ...{ width: count('width', 1, 65_536), layers },
    ...{ positions: count('positions', 4, 65_536), firstPosition: count('firstPosition', 0, 65_536) },
    ...{ graph: value.graph, readsIds: value.readsIds, padding: count('padding', 0, 4_000_000) },
    layerOf: layerOf as Readonly<Record<string, number>>,
  }
  if (architecture.positions < architecture.firstPosition + 4)
    throw fault('positions', 'positions for at least four pieces')
  const { graph, parameters } = graphOf(architecture)
  const [states] = graph.outputs
  const embedded = graph.inputs[graph.inputNames.indexOf(GRAPH.embedded)]
  const isWhole =
    states.shape[2] === architecture.width &&
    (embedded?.shape[2] ?? 0) === architecture.embedding &&
    [...parameters.keys()].every(name => Object.hasOwn(layerOf, name))
  if (!isWhole) throw fault('graph', 'the graph of these sizes')
  return architecture
}
