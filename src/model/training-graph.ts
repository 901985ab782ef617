import { GraphBuilder } from '../engine/graph/builder.js'
import { gradients } from '../engine/graph/gradients.js'
import { leavesFirst } from '../engine/graph/passes/leaves-first.js'
import { sizeOf } from '../engine/graph/tensor.js'
import type { Value } from '../engine/graph/value.js'
import { type CrfParameters, crfLoss, partialCrfLoss } from '../engine/layers/crf.js'
import { linear } from '../engine/layers/linear.js'
import { partialSoftmaxLoss, type SoftmaxLossOptions, softmaxLoss } from '../engine/layers/softmax-loss.js'
import { encodeModel } from '../engine/onnx/encode.js'
import { transitions } from '../tags/transitions.js'
import { firstPieces } from './first-pieces.js'
import { type Pooling, poolingOf } from './inputs/pooling.js'
import { inputWidth } from './inputs/unit-table.js'
import { type StepInput, StepInputs } from './step-inputs.js'
import { encoderBlocks, networkParameters, PARAMETER, type TaggerDefinition } from './tagger-definition.js'

/** Names of a training graph's inputs and outputs besides the parameters and the encoder's own (`StepInput`). */
export const TRAINING = {
  x: 'x',
  gold: 'gold',
  goldTransitions: 'goldTransitions',
  goldStart: 'goldStart',
  goldEnd: 'goldEnd',
  scale: 'scale',
  /** bool `[labels, tags, batch]`, where sentences are partly labeled: the tags that each label may be. */
  allowed: 'allowed',
  /** `[labels, 1, batch]`, for softmax where sentences are partly labeled: the weight of labels of several tags. */
  allowedWeight: 'allowedWeight',
  /** Where the unit is a piece: see `firstPieces`. */
  firstUnits: 'firstUnits',
  tokenOf: 'tokenOf',
  /** `[batch, labels, time]`, where a token is the mean of its pieces: the share of each. */
  shares: 'shares',
  /** bool `[labels, 1, batch]`, for a CRF: whether a label is there. */
  isLabel: 'isLabel',
  loss: 'loss',
  dX: 'd:x',
  gradient: (parameter: string) => `d:${parameter}`,
} as const

export interface TrainingGraph {
  /** ONNX bytes: one graph for forward pass, loss and backward pass. */
  readonly model: Uint8Array
  /** Parameters that the graph reads and gives gradients for; the inputs' own are trained outside. */
  readonly parameters: readonly string[]
  /** Parameters that the graph reads and training leaves alone. */
  readonly fixed: readonly string[]
  /** What else each step feeds, besides `x` and the gold tags, in the order of the random draws. */
  readonly stepInputs: readonly StepInput[]
  /** Whether the graph reads `TRAINING.tokenOf`: not where nothing below the pieces' states is trained. */
  readonly readsTokenOf: boolean
}

/**
 * Builds the graph of one training step, symbolic in `time` (≥ 2) and `batch`. `x` is `[time, features, batch]`, zero
 * at padding. Gold tags and emissions have a time of their own (≥ 2) where the unit is a piece: one per token.
 *
 * @param options.isPartial whether sentences are partly labeled, so that a token may have several right tags
 */
export function buildTrainingGraph(
  definition: TaggerDefinition,
  { isPartial = false }: { readonly isPartial?: boolean } = {},
): TrainingGraph {
  const { inputs } = definition
  const g = new GraphBuilder('training-step')
  const inGraph = networkParameters(definition)
  const weights = new Map(inGraph.map(spec => [spec.name, g.input(spec.name, 'float32', spec.shape)]))
  const weight = (name: string): Value => {
    const value = weights.get(name)
    if (!value) throw new Error(`no parameter ${name}`)
    return value
  }
  const x = g.input(TRAINING.x, 'float32', ['time', inputWidth(inputs), 'batch'])
  const stepInputs = new StepInputs(g, weight)
  const blocks = encoderBlocks(definition)
  const states = blocks.reduce((values, block) => block.train(g, values, stepInputs), x)
  const areTokens = inputs.units.kind === 'piece'
  const labels = areTokens ? 'tokens' : 'time'
  const scores = (y: Value) => linear(g, y, weight(PARAMETER.outputWeight), weight(PARAMETER.outputBias))
  const logits = areTokens ? tokenLogits(g, states, poolingOf(inputs), scores) : scores(states)
  const loss = lossOf({ g, definition, labels, logits, weight, isPartial })
  const names = inGraph.filter(({ trainable }) => trainable !== false).map(({ name }) => name)
  const [dX, ...dWeights] = gradients(g, loss, [x, ...names.map(weight)])
  const outputs: Record<string, Value> = { [TRAINING.loss]: loss, [TRAINING.dX]: dX }
  names.forEach((name, i) => {
    outputs[TRAINING.gradient(name)] = dWeights[i]
  })
  const graph = g.finish(outputs)
  const used = new Set(graph.inputNames)
  return {
    model: encodeModel(leavesFirst(graph)),
    parameters: names,
    fixed: inGraph.flatMap(({ name, trainable }) => (trainable === false && used.has(name) ? [name] : [])),
    stepInputs: stepInputs.inputs.filter(({ name }) => used.has(name)),
    readsTokenOf: used.has(TRAINING.tokenOf),
  }
}

/** @param scores from states to logits */
function tokenLogits(
  g: GraphBuilder,
  states: Value,
  pooling: Pooling,
  scores: (states: Value) => Value,
): Value {
  if (pooling !== 'mean') {
    const firstUnits = g.input(TRAINING.firstUnits, 'int32', ['tokens', 'batch'])
    return scores(firstPieces(g, states, firstUnits, g.input(TRAINING.tokenOf, 'int32', ['time', 'batch'])))
  }
  // The mean of the logits is the logits of the mean.
  const shares = g.input(TRAINING.shares, 'float32', ['batch', 'tokens', 'time'])
  const means = g.matMul(shares, g.transpose(scores(states), [2, 0, 1])) // [batch, tokens, tags]
  return g.transpose(means, [1, 2, 0])
}

interface LossParts {
  readonly g: GraphBuilder
  readonly definition: TaggerDefinition
  /** Name of the labels' dimension. */
  readonly labels: string
  readonly logits: Value
  readonly weight: (parameter: string) => Value
  readonly isPartial: boolean
}

function lossOf(parts: LossParts): Value {
  const { kind } = parts.definition.config.decoder
  if (kind === 'softmax') return parts.isPartial ? partialTokenLoss(parts) : tokenLoss(parts)
  return parts.isPartial ? partialChainLoss(parts) : chainLoss(parts)
}

function goldInput({ g, definition, labels }: LossParts): Value {
  return g.input(TRAINING.gold, 'float32', [labels, definition.tags.length, 'batch'])
}

function allowedInput({ g, definition, labels }: LossParts): Value {
  return g.input(TRAINING.allowed, 'bool', [labels, definition.tags.length, 'batch'])
}

function scaleInput({ g }: LossParts): Value {
  return g.input(TRAINING.scale, 'float32', [])
}

function focalOf({ definition: { config } }: LossParts): SoftmaxLossOptions {
  return config.decoder.kind === 'softmax' ? { focalGamma: config.decoder.focalGamma } : {}
}

function tokenLoss(parts: LossParts): Value {
  return softmaxLoss(parts.g, parts.logits, goldInput(parts), scaleInput(parts), focalOf(parts))
}

/** Labels of one tag have the usual loss; those of several the loss of their sum. */
function partialTokenLoss(parts: LossParts): Value {
  const { g, labels, logits } = parts
  const scale = scaleInput(parts)
  const weights = g.input(TRAINING.allowedWeight, 'float32', [labels, 1, 'batch'])
  return g.add(
    softmaxLoss(g, logits, goldInput(parts), scale, focalOf(parts)),
    partialSoftmaxLoss(g, logits, allowedInput(parts), weights, scale, focalOf(parts)),
  )
}

function chainParts({ g, labels, weight }: LossParts): { mask: Value; parameters: CrfParameters } {
  return {
    mask: g.input(TRAINING.isLabel, 'bool', [labels, 1, 'batch']),
    parameters: {
      transitions: weight(PARAMETER.transitions),
      start: weight(PARAMETER.start),
      end: weight(PARAMETER.end),
    },
  }
}

function chainLoss(parts: LossParts): Value {
  const { g, definition, logits } = parts
  const tags = definition.tags.length
  const emissions = goldInput(parts)
  const scale = scaleInput(parts)
  const { mask, parameters } = chainParts(parts)
  const gold = {
    emissions,
    transitions: g.input(TRAINING.goldTransitions, 'float32', [tags, tags]),
    start: g.input(TRAINING.goldStart, 'float32', [tags, 1]),
    end: g.input(TRAINING.goldEnd, 'float32', [tags, 1]),
  }
  return crfLoss(g, logits, mask, parameters, gold, scale)
}

function partialChainLoss(parts: LossParts): Value {
  const { g, definition, logits } = parts
  const { tags, config, inputs } = definition
  const { mask, parameters } = chainParts(parts)
  // A token's characters all have its tag, so the scheme says nothing about their order.
  const legal = inputs.units.kind === 'character' ? undefined : transitions(tags, config.tags.scheme)
  const flags = (shape: readonly number[], isLegal: readonly boolean[] | undefined) =>
    g.constantTensor({
      type: 'bool',
      shape,
      data: Uint8Array.from({ length: sizeOf(shape) }, (_, i) => Number(isLegal?.[i] ?? true)),
    })
  const allowed = {
    emissions: allowedInput(parts),
    transitions: flags([tags.length, tags.length], legal?.allowed.flat()),
    start: flags([tags.length, 1], legal?.start),
    end: flags([tags.length, 1], legal?.end),
  }
  return partialCrfLoss(g, logits, mask, parameters, allowed, scaleInput(parts))
}
