import { GraphBuilder } from '../engine/graph/builder.js'
import { gradients } from '../engine/graph/gradients.js'
import type { Value } from '../engine/graph/value.js'
import { crfLoss } from '../engine/layers/crf.js'
import { linear } from '../engine/layers/linear.js'
import { softmaxLoss } from '../engine/layers/softmax-loss.js'
import { encodeModel } from '../engine/onnx/encode.js'
import { firstPieces } from './first-pieces.js'
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
  /** Where the unit is a piece: see `firstPieces`. */
  firstUnits: 'firstUnits',
  tokenOf: 'tokenOf',
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
  /** What else each step feeds, besides `x` and the gold tags, in the order of the random draws. */
  readonly stepInputs: readonly StepInput[]
}

/**
 * Builds the graph of one training step, symbolic in `time` (≥ 2) and `batch`. `x` is `[time, features, batch]`, zero
 * at padding. Gold tags and emissions have a time of their own (≥ 2) where the unit is a piece: one per token.
 */
export function buildTrainingGraph(definition: TaggerDefinition): TrainingGraph {
  const { inputs, tags, config } = definition
  const g = new GraphBuilder('training-step')
  const inGraph = networkParameters(definition).filter(({ trainable }) => trainable !== false)
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
  const y = areTokens
    ? firstPieces(
        g,
        states,
        g.input(TRAINING.firstUnits, 'int32', ['tokens', 'batch']),
        g.input(TRAINING.tokenOf, 'int32', ['time', 'batch']),
      )
    : states
  const logits = linear(g, y, weight(PARAMETER.outputWeight), weight(PARAMETER.outputBias))
  const gold = g.input(TRAINING.gold, 'float32', [labels, tags.length, 'batch'])
  const scale = g.input(TRAINING.scale, 'float32', [])
  const loss =
    config.decoder.kind === 'crf'
      ? crfLoss(
          g,
          logits,
          g.input(TRAINING.isLabel, 'bool', [labels, 1, 'batch']),
          {
            transitions: weight(PARAMETER.transitions),
            start: weight(PARAMETER.start),
            end: weight(PARAMETER.end),
          },
          {
            emissions: gold,
            transitions: g.input(TRAINING.goldTransitions, 'float32', [tags.length, tags.length]),
            start: g.input(TRAINING.goldStart, 'float32', [tags.length, 1]),
            end: g.input(TRAINING.goldEnd, 'float32', [tags.length, 1]),
          },
          scale,
        )
      : softmaxLoss(g, logits, gold, scale, { focalGamma: config.decoder.focalGamma })
  const names = [...weights.keys()]
  const [dX, ...dWeights] = gradients(g, loss, [x, ...names.map(weight)])
  const outputs: Record<string, Value> = { [TRAINING.loss]: loss, [TRAINING.dX]: dX }
  names.forEach((name, i) => {
    outputs[TRAINING.gradient(name)] = dWeights[i]
  })
  const graph = g.finish(outputs)
  const used = new Set(graph.inputNames)
  return {
    model: encodeModel(graph),
    parameters: names,
    stepInputs: stepInputs.inputs.filter(({ name }) => used.has(name)),
  }
}
