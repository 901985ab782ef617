/** The parameters of a pretrained encoder: their shapes, what they start as, and which of them training changes. */
import type { PretrainedConfig } from '../../config/schema.js'
import { gatedLayerParameters } from '../../engine/layers/gated-transformer.js'
import { bias, matrix, parameterSpecs } from '../../engine/layers/parameters.js'
import { transformerParameters } from '../../engine/layers/transformer.js'
import type { Initial } from '../../engine/optim/initializer.js'
import type { ParameterSpec } from '../../engine/optim/parameter-store.js'
import type { GroupConfig, RowUpdates } from '../../engine/optim/update-rules.js'
import type { EncoderArchitecture, LayerArchitecture } from './architecture.js'
import { ENCODER, type EncoderWeights, PIECES } from './encoder-weights.js'
import { type GraphArchitecture, graphOf } from './graph-architecture.js'

/** Everything that fixes the encoder's part of a tagger, but for its numbers. */
export interface PretrainedNetwork {
  readonly architecture: EncoderArchitecture
  readonly settings: PretrainedConfig
  /** Present where training starts from them. */
  readonly weights?: EncoderWeights
}

/** How the encoder's parameters are declared. */
export interface EncoderLayout {
  /** The names of those that linear layers multiply by. */
  readonly matrices: readonly string[]
  readonly parameters: readonly ParameterSpec[]
  initial(name: string): Initial
}

/** Layers that stay as they are, from below; the embeddings are below the first. */
export function frozenLayers({ architecture, settings }: PretrainedNetwork): number {
  return settings.frozen === 'all' ? architecture.layers : Math.min(settings.frozen, architecture.layers)
}

/** Whether the embeddings are trained. */
export function trainsEmbeddings(network: PretrainedNetwork): boolean {
  return network.settings.frozen === 0
}

/** The parts of an encoder with BERT's layers. */
export function encoderParts({ width, heads, feedForward, layers, activation, ...rest }: LayerArchitecture) {
  const { embedding, positions, types, distances } = rest
  const size = { width, heads, feedForward, layers, activation, norm: 'post' } as const
  const norm = (features: number) => ({ scale: bias([features], 1), bias: bias([features]) })
  const table = (shape: readonly number[]) => ({ shape, initial: { kind: 'zeros' } }) as const
  return {
    ...(!distances && { positions: table([positions, embedding]) }),
    ...(distances && { distances: table([2 * distances.span, width]) }),
    ...(distances?.normalized && { distanceNorm: norm(width) }),
    ...(types > 0 && { type: table([1, embedding]) }),
    norm: norm(embedding),
    ...(embedding !== width && { projection: matrix([embedding, width]), projectionBias: bias([width]) }),
    layers: transformerParameters(size),
  }
}

/** The parts of ModernBERT. */
export function modernParts(size: LayerArchitecture) {
  const scale = bias([size.width], 1)
  const layers = Array.from({ length: size.layers }, (_, layer) => gatedLayerParameters(size, layer === 0))
  return {
    ...{ scale, layers: Object.fromEntries(layers.map((layer, i) => [i, layer])), finalScale: scale },
    ...(size.rotary?.head && { headDense: matrix([size.width, size.width]), headScale: scale }),
  }
}

/** The names of the layers' average: see `mixing`. */
export const MIX = { weights: `${ENCODER}.mix.weights`, scale: `${ENCODER}.mix.scale` } as const

export function encoderLayout(network: PretrainedNetwork): EncoderLayout {
  const { architecture, settings, weights } = network
  const frozen = frozenLayers(network)
  const layerOf =
    architecture.family === 'onnx' ? (name: string) => architecture.layerOf[name] ?? -1 : layerOfName
  const initial = (name: string): Initial => {
    const values = weights?.get(name)
    return values ? { kind: 'fill', fill: own => own.set(values) } : { kind: 'zeros' }
  }
  const parts = specsOf(architecture)
  const specs = parts.map((spec): ParameterSpec => {
    const layer = layerOf(spec.name)
    const isFixed = isTop(spec.name)
      ? frozen === architecture.layers
      : layer < 0
        ? !trainsEmbeddings(network)
        : layer < frozen
    return {
      ...spec,
      initial: initial(spec.name),
      group: groupOf(layer, spec.group === 'bias'),
      ...(isFixed && { trainable: false }),
    }
  })
  const mixed = (name: string, shape: readonly number[], value: number): ParameterSpec => ({
    ...{ name, shape, group: 'bias' },
    initial: { kind: 'constant', value },
  })
  return {
    initial,
    matrices: parts.filter(({ initial: { kind } }) => kind === 'xavier-uniform').map(({ name }) => name),
    parameters: [
      ...specs,
      ...(settings.mixing
        ? [mixed(MIX.weights, [architecture.layers + 1], 0), mixed(MIX.scale, [1], 1)]
        : []),
    ],
  }
}

function specsOf(architecture: EncoderArchitecture): readonly ParameterSpec[] {
  if (architecture.family === 'onnx') return graphSpecs(architecture)
  const parts = architecture.rotary ? modernParts(architecture) : encoderParts(architecture)
  return parameterSpecs(ENCODER, parts)
}

function graphSpecs(architecture: GraphArchitecture): readonly ParameterSpec[] {
  return [...graphOf(architecture).parameters].map(([name, { shape }]) => ({
    ...{ name, shape: shape as readonly number[], initial: { kind: 'zeros' } },
    ...(shape.length < 2 && { group: 'bias' }),
  }))
}

/** What comes after the last layer. */
function isTop(name: string): boolean {
  return name === `${ENCODER}.finalScale` || name.startsWith(`${ENCODER}.head`)
}

/** In place of a layer's number. */
const TOP = 9999

/** The number of the layer that a parameter is of; −1 for what is below the first. */
function layerOfName(name: string): number {
  if (isTop(name)) return TOP
  const match = /^pretrained\.layers\.(\d+)\./.exec(name)
  return match ? Number(match[1]) : -1
}

/** The group of a layer's parameters, so that each can have its own learning rate. */
function groupOf(layer: number, isBias: boolean): string {
  return `${ENCODER}.${layer}${isBias ? '.bias' : ''}`
}

/** How each group of the encoder's parameters is trained, as the optimizer wants it. */
export function encoderGroups(
  { settings, architecture }: PretrainedNetwork,
  learningRate: number,
  rowUpdates: RowUpdates,
): readonly (readonly [group: string, config: GroupConfig])[] {
  const { layerDecay, learningRate: top } = settings
  const { layers } = architecture
  const rate = (layer: number) => ({
    learningRateFactor: (top / learningRate) * layerDecay ** (layers - 1 - layer),
  })
  const ofLayers = Array.from({ length: layers + 1 }, (_, i) => i - 1).flatMap(layer => [
    [groupOf(layer, false), rate(layer)] as const,
    [groupOf(layer, true), { ...rate(layer), weightDecay: 0 }] as const,
  ])
  const ofTop = [groupOf(TOP, true), { ...rate(layers - 1), weightDecay: 0 }] as const
  const ofHead = [groupOf(TOP, false), rate(layers - 1)] as const
  return [[PIECES, { ...rate(-1), rowUpdates }], ...ofLayers, ofTop, ofHead]
}
