/** The pretrained encoder that a tagger reads words with. */
import * as v from 'valibot'
import { dropProbability, integerBetween, path, positive, share } from './numbers.js'
import { optionalSection } from './sections.js'

export const pretrainedSchema = optionalSection({
  /** A folder as Hugging Face lays it out: `config.json`, `model.safetensors`, `tokenizer.json`. */
  folder: path,
  /** What is read of the folder. `auto`: `model.safetensors` where it is there and of a known family, else `model.onnx`. */
  source: v.optional(v.picklist(['auto', 'safetensors', 'onnx']), 'auto'),
  /** How many layers stay as they are, counted from below; with any of them, so do the embeddings. */
  frozen: v.optional(v.union([integerBetween(0, 256), v.literal('all')], 'a number of layers, or all'), 0),
  /** Whether the output is a learned average of all layers, rather than the last one. */
  mixing: v.optional(v.boolean(), false),
  /** What stands for a token of several pieces. */
  pooling: v.optional(v.picklist(['first', 'last', 'mean']), 'first'),
  /** How many pieces of the document the encoder reads on either side of a sentence. */
  context: v.optional(integerBetween(0, 256), 0),
  /** Whether what trained layers compute is computed again in the backward pass instead of being kept. */
  recompute: v.optional(v.boolean(), false),
  /** On attention weights and each branch's output, in layers that are trained. */
  dropout: v.optional(dropProbability, 0.1),
  /** Of the top layer; everything else has `training.learningRate`. */
  learningRate: v.optional(positive, 5e-5),
  /** The rate of each layer as a share of that of the layer above. */
  layerDecay: v.optional(share, 0.9),
})
