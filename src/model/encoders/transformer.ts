/** A transformer's encoder as one block: its layers, positions, and a projection to its width where that differs. */
import type { EncoderBlockConfig } from '../../config/encoder-blocks.js'
import { linearLast } from '../../engine/layers/linear.js'
import { bias, matrix, parameterSpecs, weightsOf } from '../../engine/layers/parameters.js'
import { transformer, transformerParameters } from '../../engine/layers/transformer.js'
import { batchMajorBlock, longestOf, positionParameters, withPositions } from './batch-major.js'
import type { CreateBlock } from './encoder-block.js'

export const createTransformer: CreateBlock<Omit<EncoderBlockConfig<'transformer'>, 'kind'>> = (
  settings,
  { name, inputs },
) => {
  const { width, heads, feedForward, positions, dropout } = settings
  const projection = inputs === width ? {} : { input: matrix([inputs, width]), inputBias: bias([width]) }
  const parameters = transformerParameters(settings)
  return batchMajorBlock({
    ...{ width, longest: longestOf(positions) },
    ...{ dropout, outputDropout: dropout },
    parameters: [
      ...parameterSpecs(name, projection),
      ...positionParameters(positions, name, width),
      ...parameterSpecs(name, parameters),
    ],
    run(g, { x, keyBias, weight, mask }) {
      const { input, inputBias } = weightsOf(name, projection, weight)
      const states = input && inputBias ? linearLast(g, x, input, inputBias) : x
      const placed = withPositions(g, states, positions, { name, width, head: width / heads, weight })
      const masks = () => ({
        weights: mask(['batch', heads, 'time', 'time']),
        attention: mask(['batch', 'time', width]),
        hidden: mask(['batch', 'time', feedForward]),
        feedForward: mask(['batch', 'time', width]),
      })
      const options = { keyBias, rotary: placed.rotary }
      const own = weightsOf(name, parameters, weight)
      const { output, weights } = transformer(g, placed.x, own, settings, options, masks)
      return { output, weights: weights.map((shown, layer) => [`${name}.${layer}`, shown] as const) }
    },
  })
}
