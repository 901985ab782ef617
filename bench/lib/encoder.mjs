// A training run of a random BERT and batches for it, for encoder-step.mjs and encoder-memory.mjs.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../../dist/base/random.js'
import { resolveConfig } from '../../dist/config/resolve.js'
import { toSafetensors } from '../../dist/engine/optim/safetensors.js'
import { nodeRuntime } from '../../dist/engine/runtime/node/ort-node.js'
import { readEncoderFolder } from '../../dist/run/node/read-encoder-folder.js'
import { update } from '../../dist/train/loop/updates.js'
import { Training } from '../../dist/train/training.js'

/** MiniLM-L6. */
export const MINILM = { width: 384, layers: 6, heads: 12, vocabulary: 30522 }
/** BERT base. */
export const BASE = { width: 768, layers: 12, heads: 12, vocabulary: 30522 }

/** Writes a vocabulary of as many pieces as the encoder in a folder has rows. */
export function writeVocabulary(folder, size) {
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
  const words = Array.from({ length: size - special.length }, (_, i) => `w${i}`)
  writeFileSync(join(folder, 'vocab.txt'), `${[...special, ...words].join('\n')}\n`)
}

/** @param settings of `pretrained` */
export async function prepareEncoder(
  folder,
  settings,
  { threads, runtime = nodeRuntime(), preset = 'encoder-softmax' },
) {
  const config = resolveConfig({
    preset,
    file: { pretrained: { folder, ...settings }, training: { threads, seed: 1 } },
  })
  const types = Array.from({ length: 6 }, (_, i) => `T${i}`)
  const sentence = { tokens: types.map(type => `w${type}`), tags: types.map(type => `B-${type}`), lines: [1] }
  const train = { path: 'bench', scheme: 'BIO', sentences: [sentence] }
  const pretrained = await readEncoderFolder(folder)
  return Training.prepare({ config, train, dev: null, pretrained, runtime })
}

/** Sentences of `pieces` pieces, special ones included, each of which but those is a token. */
export function encoderBatch(training, { batch, pieces, vocabulary }) {
  const random = Random.fromSeed(9)
  const { unitTable, definition } = training.prepared
  const tokens = pieces - 2
  const sentences = Array.from({ length: batch }, () => {
    const ids = [2, ...Array.from({ length: tokens }, () => 5 + random.below(vocabulary - 5)), 3]
    const texts = ids.map(String)
    return {
      unitIds: Int32Array.from(texts, text => unitTable.idOf(text)),
      units: {
        texts,
        starts: Int32Array.from({ length: tokens }, (_, t) => t + 1),
        ends: Int32Array.from({ length: tokens }, (_, t) => t + 2),
      },
      tokens,
      tags: Int32Array.from({ length: tokens }, () => random.below(definition.tags.length)),
      ids,
    }
  })
  return sentences
}

/** Forward and backward pass, clipping at 1, AdamW. @returns seconds of each update */
export async function trainOn(training, step, sentences, steps) {
  const setup = { sentences, step, optimizer: training.optimizer, clipNorm: 1 }
  const all = sentences.map((_, i) => i)
  const random = Random.fromSeed(3)
  const seconds = []
  for (let i = 0; i < steps; i++) {
    const began = performance.now()
    await update(setup, [all], 1e-5, random)
    seconds.push((performance.now() - began) / 1000)
  }
  return seconds
}

/** Writes a BERT of random weights. */
export function writeRandomEncoder(folder, { width, heads, vocabulary, layers }) {
  const tensors = new Map()
  const random = Random.fromSeed(1)
  const add = (name, shape, value) => {
    const data = new Float32Array(shape.reduce((a, b) => a * b))
    if (value === undefined) for (let i = 0; i < data.length; i++) data[i] = 0.035 * (2 * random.float() - 1)
    else data.fill(value)
    tensors.set(name, { dtype: 'F32', shape, data })
  }
  const norm = name => {
    add(`${name}.LayerNorm.weight`, [width], 1)
    add(`${name}.LayerNorm.bias`, [width], 0)
  }
  const dense = (name, outputs, inputs) => {
    add(`${name}.weight`, [outputs, inputs])
    add(`${name}.bias`, [outputs], 0)
  }
  add('embeddings.word_embeddings.weight', [vocabulary, width])
  add('embeddings.position_embeddings.weight', [512, width])
  add('embeddings.token_type_embeddings.weight', [2, width])
  norm('embeddings')
  for (let layer = 0; layer < layers; layer++) {
    const at = `encoder.layer.${layer}`
    for (const part of ['query', 'key', 'value']) dense(`${at}.attention.self.${part}`, width, width)
    dense(`${at}.attention.output.dense`, width, width)
    norm(`${at}.attention.output`)
    dense(`${at}.intermediate.dense`, 4 * width, width)
    dense(`${at}.output.dense`, width, 4 * width)
    norm(`${at}.output`)
  }
  writeFileSync(join(folder, 'model.safetensors'), toSafetensors(tensors))
  const config = {
    ...{ model_type: 'bert', vocab_size: vocabulary, hidden_size: width, num_hidden_layers: layers },
    ...{ num_attention_heads: heads, intermediate_size: 4 * width, max_position_embeddings: 512 },
    ...{ type_vocab_size: 2, hidden_act: 'gelu', layer_norm_eps: 1e-12, pad_token_id: 0 },
  }
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  writeVocabulary(folder, vocabulary)
}
