import type { EncoderBlockConfig, EncoderKind } from '../../config/encoder-blocks.js'
import { createAttention } from './attention.js'
import { createCnn } from './cnn.js'
import type { CreateBlock, EncoderBlock } from './encoder-block.js'
import { createBigru, createBilstm, createGru, createLstm } from './recurrent.js'
import { createReformer } from './reformer.js'
import { createTransformer } from './transformer.js'

const CREATE: { readonly [Kind in EncoderKind]: CreateBlock<EncoderBlockConfig<Kind>> } = {
  lstm: createLstm,
  bilstm: createBilstm,
  gru: createGru,
  bigru: createBigru,
  cnn: createCnn,
  attention: createAttention,
  transformer: createTransformer,
  reformer: createReformer,
}

/** The most units that an encoder sees at once when tagging. Absent: any number. */
export function longestWindow(blocks: readonly EncoderBlock[]): number | undefined {
  const limits = blocks.flatMap(({ longest }) => longest ?? [])
  return limits.length === 0 ? undefined : Math.min(...limits)
}

/**
 * The blocks of an encoder, first to last: `encoder.0`, `encoder.1` …
 * @param settings at least one block
 * @param inputs width of a token's features
 */
export function createEncoder(
  settings: readonly EncoderBlockConfig[],
  inputs: number,
): readonly EncoderBlock[] {
  const blocks: EncoderBlock[] = []
  let width = inputs
  settings.forEach((own, at) => {
    const create = CREATE[own.kind] as CreateBlock<EncoderBlockConfig>
    const block = create(own, { name: `encoder.${at}`, inputs: width })
    blocks.push(block)
    width = block.width
  })
  return blocks
}
