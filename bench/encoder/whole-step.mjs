// For encoder-memory.mjs: a few training steps in a process of their own. The argument is a JSON object of settings.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../../dist/base/random.js'
import { toSafetensors } from '../../dist/engine/optim/safetensors.js'
import { update } from '../../dist/train/loop/updates.js'
import { BASE, encoderBatch, prepareEncoder, writeVocabulary } from '../lib/encoder.mjs'

const { pieces, batch, layers, steps, threads, recompute } = JSON.parse(process.argv[2])
const { width, heads, vocabulary } = BASE
const folder = mkdtempSync(join(tmpdir(), 'nerite-bench-'))
let training
try {
  writeEncoder()
  training = await prepareEncoder(folder, { recompute, dropout: 0.1, learningRate: 1e-5 }, { threads })
} finally {
  rmSync(folder, { recursive: true })
}
const sentences = encoderBatch(training, { batch, pieces, vocabulary })
const step = await training.createStep()
const setup = { sentences, step, optimizer: training.optimizer, clipNorm: 1 }
const random = Random.fromSeed(3)
const losses = []
const began = performance.now()
for (let i = 0; i < steps; i++) losses.push((await update(setup, [sentences.map((_, b) => b)], 1e-5, random)).loss)
const seconds = (performance.now() - began) / 1000 / steps
console.log(JSON.stringify({ megabytes: Math.round(process.resourceUsage().maxRSS / 1000), seconds, losses }))
await step.release()

function writeEncoder() {
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
