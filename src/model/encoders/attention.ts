/**
 * Attention over an encoder's states as one block: by their products (Luong et al. 2015), by a small network of its own
 * (Bahdanau et al. 2015), or by several heads (Vaswani et al. 2017). It answers as many features as it reads, beside
 * them, added to them or alone.
 */
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import type { GraphBuilder } from '../../engine/graph/builder.js'
import type { Value } from '../../engine/graph/value.js'
import { additiveAttention, additiveShapes } from '../../engine/layers/additive-attention.js'
import { type Attended, combine, combinedWidth, dotAttention } from '../../engine/layers/attention.js'
import { multiHeadAttention, multiHeadShapes } from '../../engine/layers/multi-head-attention.js'
import type { ParameterSpec } from '../../engine/optim/parameter-store.js'
import {
  type BatchMajor,
  batchMajorInference,
  batchMajorTraining,
  longestOf,
  positionParameters,
  withPositions,
} from './batch-major.js'
import type { BlockPlace, CreateBlock } from './encoder-block.js'

type AttentionSettings = Omit<EncoderBlockConfig<'attention'>, 'kind'>

/** Dropout from outside, in training: of the weights, and of what attention takes. */
interface Drop {
  readonly weights: Value | null
  readonly taken: Value | null
}

export const createAttention: CreateBlock<AttentionSettings> = (settings, place) => {
  const { dropout, score } = settings
  const { name, inputs } = place
  const heads = score === 'multi-head' ? settings.heads : 1
  return {
    width: combinedWidth(inputs, inputs, settings.combine),
    longest: longestOf(settings),
    parameters: [...positionParameters(settings, name, inputs), ...scoreParameters(settings, place)],
    train(g, x, context) {
      const mask = (shape: readonly (number | string)[]) =>
        dropout > 0 ? context.dropoutMask(shape, dropout) : null
      const drop = {
        weights: mask(['batch', heads, 'time', 'time']),
        taken: mask(['batch', 'time', inputs]),
      }
      const { output } = over(g, batchMajorTraining(g, x, context), drop, settings, place)
      return context.dropout(g.transpose(output, [1, 2, 0]), 0)
    },
    infer(g, x, context) {
      const none = { weights: null, taken: null }
      const { output, weights } = over(g, batchMajorInference(g, x, context), none, settings, place)
      context.attention(name, weights)
      return g.transpose(output, [1, 0, 2])
    },
  }
}

/** The states and what is taken of them, `[batch, time, …]`. */
function over(
  g: GraphBuilder,
  given: BatchMajor,
  drop: Drop,
  settings: AttentionSettings,
  place: BlockPlace,
): Attended {
  const { weight } = given
  const { name, inputs } = place
  const head = settings.dim / settings.heads
  const { x, rotary } = withPositions(g, given.x, settings, { name, width: inputs, head, weight })
  const { output, weights } = attended(
    g,
    { ...given, x },
    { ...settings, rotary, dropout: drop.weights },
    place,
  )
  const taken = drop.taken ? g.mul(output, drop.taken) : output
  return { output: combine(g, x, taken, settings.combine), weights }
}

type Scoring = Pick<AttentionSettings, 'score' | 'heads' | 'dim'>

function attended(
  g: GraphBuilder,
  { x, keyBias, weight }: BatchMajor,
  options: Scoring & Pick<Parameters<typeof multiHeadAttention>[4], 'rotary' | 'dropout'>,
  { name, inputs }: BlockPlace,
): Attended {
  const { score, heads, dim, rotary, dropout } = options
  const own = (part: string) => weight(`${name}.${part}`)
  switch (score) {
    case 'dot':
      return dotAttention(g, x, { keyBias, dropout })
    case 'scaled-dot':
      return dotAttention(g, x, { keyBias, dropout, scaled: true })
    case 'bahdanau': {
      const weights = { query: own('query'), key: own('key'), bias: own('bias'), score: own('score') }
      return additiveAttention(g, x, weights, { keyBias, dropout })
    }
    case 'multi-head': {
      const weights = {
        ...{ qkv: own('qkv'), qkvBias: own('qkvBias') },
        ...{ output: own('output'), outputBias: own('outputBias') },
      }
      const size = { inputs, heads, dim, outputs: inputs }
      return multiHeadAttention(g, x, weights, size, { keyBias, rotary, dropout })
    }
    default:
      return score satisfies never
  }
}

function scoreParameters(
  { score, heads, dim }: Scoring,
  { name, inputs }: BlockPlace,
): readonly ParameterSpec[] {
  const matrix = (part: string, shape: readonly number[], out = shape[1]): ParameterSpec => ({
    ...{ name: `${name}.${part}`, shape },
    initial: { kind: 'xavier-uniform', fans: { in: shape[0], out } },
  })
  const bias = (part: string, shape: readonly number[]): ParameterSpec => ({
    ...{ name: `${name}.${part}`, shape },
    ...{ initial: { kind: 'zeros' }, group: 'bias' },
  })
  switch (score) {
    case 'dot':
    case 'scaled-dot':
      return []
    case 'bahdanau': {
      const shapes = additiveShapes({ inputs, units: dim })
      return [
        matrix('query', shapes.query),
        matrix('key', shapes.key),
        bias('bias', shapes.bias),
        matrix('score', shapes.score),
      ]
    }
    case 'multi-head': {
      const shapes = multiHeadShapes({ inputs, heads, dim, outputs: inputs })
      return [
        matrix('qkv', shapes.qkv, dim),
        bias('qkvBias', shapes.qkvBias),
        matrix('output', shapes.output),
        bias('outputBias', shapes.outputBias),
      ]
    }
    default:
      return score satisfies never
  }
}
